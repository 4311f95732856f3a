-- C01: 登记应当及时（条例第二十一条、第二十二条）：是否集中补登。
{{ asked_among_peers('C01', 'petition_register', '登记', '收到之后过了一个工作日才登记的') }}
