-- C06: 不纳入统计的份额与同级相比。
{{ asked_among_peers('C06', 'petition_register', '登记', '不纳入统计的') }}
