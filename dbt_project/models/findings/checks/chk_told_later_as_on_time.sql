-- D12: 期满之后报过台账而没有这一答复，后来报为按期。
{{ asked_among_peers('D12', 'handling_events', '按期答复', '期满后报过台账而没有这一答复的') }}
