-- D17: 月末三日办结的份额与同级相比：是否为了当月的数字。
{{ asked_among_peers('D17', 'petition_register', '办结', '在月末三日办结的') }}
