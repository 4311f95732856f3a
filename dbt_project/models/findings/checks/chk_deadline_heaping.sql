-- C11: 最后一日答复的份额与同级相比。
{{ asked_among_peers('C11', 'handling_events', '期满前两周内答复', '最后一日才答复的') }}
