-- C14: 不可评价的份额与同级相比。
{{ asked_among_peers('C14', 'evaluations', '报明可否评价的', '不可评价的') }}
