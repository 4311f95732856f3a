"""Which columns each ledger has, under which headers, in each of the offices' habits.

A column is (header, field). A header `上|下` is a two-row header. A field that begins with `!` is
no fact: an identity, free-text or unknown column, which the door must drop.
"""

Columns = tuple[tuple[str, str], ...]


def _columns(text: str) -> Columns:
    pairs = (line.rsplit(":", 1) for line in text.split())
    return tuple((header, field) for header, field in pairs)


REGISTER = {
    "full": _columns("""
        信访件编号:item_no 登记机构:register_org_code 登记时间:registered_at
        信访日期:petition_date 信访形式:channel_code 信访目的:purpose_code
        内容分类:category_code 问题属地:problem_region_code 责任单位:unit_org_code
        信访人数:person_count 诉求项数:demand_count 初次信访:first_flag 是否纳入统计:counted_flag
        涉法涉诉:litigation_flag 法定途径:statutory_path 信访事项编号:matter_id
        国家信访件编号:national_item_no 省信访件编号:province_item_no
        市信访件编号:city_item_no 重复信访件编号:repeat_of_item_no
        限办截止时间:due_at 答复时间:replied_at 办结时间:closed_at
        办结种类:closure_kind_code 按期标志:declared_timeliness_code 信访人姓名:!name 联系电话:!phone 信访内容:!text"""),
    "county": _columns("""
        信访编号:item_no 登记单位:register_org_code 登记日期:registered_at
        来访日期:petition_date 信访方式:channel_code 信访目的:purpose_code
        事项类别:category_code 发生地:problem_region_code 承办单位:unit_org_code
        人数:person_count 初重件:first_flag 法定途径:statutory_path
        关联信访事项编号:matter_id 限办时间:due_at 办结日期:closed_at 结案方式:closure_kind_code
        来访人:!name 住址:!place 主要诉求:!text"""),
    "plain": _columns("""
        受理编号:item_no 收件时间:registered_at 渠道:channel_code
        内容类别:category_code 问题发生地:problem_region_code 有权处理单位:unit_org_code
        来访人数:person_count 法定途径:statutory_path 信访事项编号:matter_id
        办理期限:due_at 答复日期:replied_at 办结日期:closed_at
        结办时效:declared_timeliness_code 信访人:!name 联系电话:!phone 标题:!text"""),
    "grouped": _columns("""
        登记编号:item_no 登记情况|登记机构名称:register_org_code
        登记情况|登记时间:registered_at 登记情况|登记方式:channel_code
        基本信息|信访人姓名:!name 基本信息|手机号码:!phone 行业内容分类:category_code
        属地:problem_region_code 承办情况|办理单位:unit_org_code 信访人数:person_count
        初重标志:first_flag 法定途径:statutory_path 信访事项编号:matter_id
        承办情况|答复期限:due_at 承办情况|办结时间:closed_at 信访标题:!text"""),
    "township": _columns("""
        编号:item_no 登记日期:registered_at 来信来访方式:channel_code
        行业内容分类:category_code 属地:problem_region_code 办理单位:unit_org_code
        信访人数:person_count 本机构初次:first_flag 是否涉法涉诉:litigation_flag
        法定途径:statutory_path 答复期限:due_at 办结时间:closed_at
        留言用户:!name 问题描述:!text"""),
}

EVENTS = {
    "full": _columns("""
        信访件编号:item_no 登记机构:register_org_code 流转序号:event_seq
        办理方式:event_type_code 办理时间:event_at 办理机构:from_org_code
        去向机构:to_org_code 延长后期限:new_due_at 诉求序号:demand_no 办理意见:!text"""),
    "county": _columns("""
        信访编号:item_no 登记单位:register_org_code 序次:event_seq
        流转动作:event_type_code 办理日期:event_at 转出单位:from_org_code
        转往处:to_org_code 延期至:new_due_at 诉求项次:demand_no 办理说明:!text"""),
    "plain": _columns("""
        登记编号:item_no 办理序号:event_seq 办理动作:event_type_code 动作时间:event_at
        办理机构:from_org_code 去向单位:to_org_code 延期后期限:new_due_at 备注:!text"""),
    "grouped": _columns("""
        登记编号:item_no 登记机构代码:register_org_code 流转序号:event_seq
        办理情况|办理方式:event_type_code 办理情况|办理时间:event_at
        办理情况|办理机构:from_org_code 办理情况|去向机构:to_org_code
        延长后期限:new_due_at 办理意见:!text"""),
}

EVALUATIONS = {
    "full": _columns("""
        信访件编号:item_no 登记机构:register_org_code 评价对象:target_code
        评价次数:attempt_no 是否可以评价:entitled_flag 评价截止时间:deadline_at
        评价时间:evaluated_at 评价结果:rating_code 评价方式:evaluator_type_code
        评价人电话:!phone 评价意见:!text"""),
    # No column for the attempt: such an office tells first attempts only.
    "plain": _columns("""
        事项编号:item_no 被评对象:target_code 可评价:entitled_flag 评价截止日期:deadline_at
        评价日期:evaluated_at 满意度:rating_code 评价人类型:evaluator_type_code
        评价人:!name 不满意原因说明:!text"""),
}
EVALUATIONS["county"] = tuple(
    ({"信访件编号": "受理编号", "登记机构": "登记单位", "评价结果": "满意程度"}.get(h, h), f)
    for h, f in EVALUATIONS["full"]
)
EVALUATIONS["grouped"] = EVALUATIONS["full"]
EVALUATIONS["township"] = EVALUATIONS["plain"]
EVENTS["township"] = EVENTS["plain"]

BATCHES = _columns("""
    批次编号:batch_no 交办机关:issuing_org_code 交办日期:issued_date 化解期限:due_date
    批次件数:declared_case_count""")

CASES = _columns("""
    批次号:batch_no 案件序号:case_no 信访事项编号:matter_id 事项类别:category_code
    责任属地:place_region_code 承办单位:responsible_org_code 化解状态:status_code
    汇报化解日期:reported_date 审核结果:audited_result_code 审核日期:audited_date
    回流日期:backflow_date 调出日期:moved_out_date 信访人:!name 案情摘要:!text""")

LEADERS = _columns("""
    包案编号:assignment_no 批次编号:batch_no 积案编号:case_no 包案领导级别:leader_level_code
    牵头单位:lead_org_code 包案开始时间:started_date 化解时限:due_date
    包案结束时间:ended_date 包案结果:result_code 签字日期:signed_off_date
    审核认定日期:verified_date 包案领导:!name 解决措施:!text""")

TITLES = {
    "petition_register": "信访登记台账",
    "handling_events": "办理流转台账",
    "evaluations": "满意度评价台账",
    "backlog_batches": "积案交办批次台账",
    "backlog_cases": "积案台账",
    "leader_assignments": "领导包案台账",
}


def columns_of(ledger: str, habit: str) -> Columns:
    """The columns of one ledger in one habit."""
    by_ledger = {
        "petition_register": REGISTER,
        "handling_events": EVENTS,
        "evaluations": EVALUATIONS,
    }
    single = {"backlog_batches": BATCHES, "backlog_cases": CASES, "leader_assignments": LEADERS}
    return single[ledger] if ledger in single else by_ledger[ledger][habit]
