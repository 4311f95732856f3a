-- D13: 四至六人的来访中恰为四人的份额与同级相比：五人起为集体访。
{{ asked_among_peers('D13', 'petition_register', '登记的四至六人的来访', '恰为四人的') }}
