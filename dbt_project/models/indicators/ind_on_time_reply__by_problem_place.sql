-- 按期答复率（按问题属地）: the items of on_time_reply, in the region where their problem is.
with subjects as (
    {{ replied_by_due(of_problem_place()) }}
)

{{ indicator('on_time_reply', 'by_problem_place') }}
