-- C13: 应由信访人自己评价：代评代录的份额与同级相比。
{{ asked_among_peers('C13', 'evaluations', '评价', '代评、代录的') }}
