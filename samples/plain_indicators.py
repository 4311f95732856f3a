"""The indicators of the plain ledgers, written from docs/indicators.md in plain Python."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from samples.deliveries import Telling
from samples.indicators import LAST_DAY, Subject
from samples.plain import Ledger
from samples.rules import Home
from samples.workdays import Deadlines, read_days_off

Facts = dict
Day = Callable[[Facts], date | None]


DEADLINES = Deadlines(read_days_off())


def counted(
    ledgers: list[Ledger], tellings: list[Telling]
) -> Iterator[tuple[Ledger, str, Telling]]:
    """Each object of the plain ledgers: its ledger, its subject, and how it was last told."""
    for ledger in ledgers:
        last = {
            tuple(t.facts[k] for k in ledger.key): t for t in tellings if t.ledger == ledger.name
        }
        for key, telling in last.items():
            yield ledger, "|".join(map(str, (ledger.name, *key))), telling


def subjects(home: Home, ledgers: list[Ledger], tellings: list[Telling]) -> Iterator[Subject]:
    """Every subject of every indicator of the plain ledgers: each object as it was last told."""
    for ledger, _, telling in counted(ledgers, tellings):
        for indicator, variant, measure in MEASURES.get(ledger.name, ()):
            yield from measure(home, indicator, variant, telling.facts)


def _subject(
    home: Home,
    indicator: str,
    variant: str,
    day: date,
    organ: object,
    excluded: str | None,
    met: bool,
) -> Subject:
    region = home.organs[organ].region if organ else None
    return Subject(indicator, variant, day, region, organ, excluded, met)


def _field(name: str) -> Day:
    return lambda facts: facts[name]


def _by_due(
    organ: str, dated: str, due: Day, done: Day, only: Callable[[Facts], bool] = lambda facts: True
) -> Callable:
    """Done by the day among what was due."""

    def measure(home: Home, indicator: str, variant: str, facts: Facts) -> Iterator[Subject]:
        if not only(facts):
            return
        day, at = due(facts), done(facts)
        excluded = "no_due_date" if day is None else "not_yet_due" if day > LAST_DAY else None
        met = excluded is None and at is not None and at <= day
        yield _subject(home, indicator, variant, day or facts[dated], facts[organ], excluded, met)

    return measure


def _by_now(
    organ: str,
    begun: str,
    done: str,
    met: Callable[[Facts], bool] = lambda facts: True,
    only: Callable[[Facts], bool] = lambda facts: True,
) -> Callable:
    """Done by the end of the sample among what was begun."""

    def measure(home: Home, indicator: str, variant: str, facts: Facts) -> Iterator[Subject]:
        if facts[begun] is not None and only(facts):
            excluded = "not_yet_begun" if facts[begun] > LAST_DAY else None
            is_met = facts[done] is not None and facts[done] <= LAST_DAY and met(facts)
            met_now = excluded is None and is_met
            yield _subject(home, indicator, variant, facts[begun], facts[organ], excluded, met_now)

    return measure


def _days_after(name: str, days: int) -> Day:
    return lambda facts: facts[name] + timedelta(days=days)


def _task_due(facts: Facts) -> date:
    return facts["assigned_date"] + timedelta(days=30 if facts["task_class_code"] == "major" else 7)


def _review_due(facts: Facts) -> date:
    since, until = facts["hearing_from_date"], facts["hearing_to_date"]
    heard = max(0, (until - since).days + 1) if since and until else 0
    return DEADLINES.after(facts["received_date"], 30 + heard)


def _still_delisted(facts: Facts) -> date | None:
    again = facts["relisted_date"]
    delisted = facts["delisted_date"]
    is_undone = delisted and again and delisted <= again <= LAST_DAY
    return None if is_undone else delisted


def _creation(applicants_only: bool) -> Callable:
    def measure(home: Home, indicator: str, variant: str, facts: Facts) -> Iterator[Subject]:
        if applicants_only and not facts["applied_flag"]:
            return
        revoked = facts["revoked_date"]
        met = bool(facts["passed_flag"]) and not (revoked and revoked <= LAST_DAY)
        place, organ = facts["unit_region_code"], facts["assessing_org_code"]
        yield Subject(indicator, variant, facts["assessed_date"], place, organ, None, met)

    return measure


def _return_visit(home: Home, indicator: str, variant: str, facts: Facts) -> Iterator[Subject]:
    if variant == "visits" and facts["visit_kind_code"] != "return_visit":
        return
    excluded = None
    if facts["rating_code"] is None:
        excluded = "not_rated"
    elif facts["evaluator_code"] != "self":
        excluded = "evaluated_by_proxy"
    met = facts["rating_code"] == "satisfied"
    day, organ = facts["visited_date"], facts["handling_org_code"]
    yield _subject(home, indicator, variant, day, organ, excluded, met)


def _amounts(
    organ: str,
    happened: str,
    of: Callable[[Facts], float],
    done: str | None = None,
    only: Callable[[Facts], bool] = lambda facts: True,
) -> Callable:
    """The numbers that a row carries, added up."""

    def measure(home: Home, indicator: str, variant: str, facts: Facts) -> Iterator[Subject]:
        if not only(facts):
            return
        day, all_of = facts[happened], of(facts)
        part = (facts[done] or 0) if done else all_of
        excluded = None
        if day > LAST_DAY:
            excluded = "not_yet_begun"
        elif not all_of:
            excluded = "number_not_told"
        elif part > all_of:
            excluded = "more_done_than_all"
        region = home.organs[facts[organ]].region if facts[organ] else None
        yield Subject(
            indicator, variant, day, region, facts[organ], excluded, True, weight=all_of, part=part
        )

    return measure


def _tag(home: Home, indicator: str, variant: str, facts: Facts) -> Iterator[Subject]:
    """A tag whose matter was resolved, unless it was taken off before."""
    day, organ = facts["tagged_date"], facts["tagging_org_code"]
    solved, ended = facts["resolved_date"], facts["ended_date"]
    excluded = None
    if day > LAST_DAY:
        excluded = "not_yet_begun"
    elif ended and ended <= LAST_DAY and not (solved and solved <= ended):
        excluded = "tag_ended"
    met = solved is not None and solved <= LAST_DAY
    region, cuts = home.organs[organ].region, {"tag_code": facts["tag_code"]}
    yield Subject(indicator, variant, day, region, organ, excluded, met, cuts=cuts)


CHANGED = ("revoked", "changed", "redo")
MEASURES: dict[str, tuple[tuple[str, str, Callable], ...]] = {
    "supervision_slips": (
        ("slip_return", "project",
         _by_due("recipient_org_code", "issued_date", _field("due_date"), _field("returned_date"))),
        ("slip_effectiveness", "project",
         _by_now("recipient_org_code", "returned_date", "verified_date",
                 lambda f: f["effect_code"] == "effective")),
    ),
    "listed_supervision": (
        ("delisting", "project",
         _by_due("responsible_org_code", "listed_date", _field("due_date"), _still_delisted)),
        ("relisting", "project", _by_now("responsible_org_code", "delisted_date", "relisted_date")),
    ),
    "tasks_13710": (
        ("task_13710", "deployed",
         _by_due("responsible_org_code", "assigned_date", _days_after("assigned_date", 1), _field("deployed_date"))),
        ("task_13710", "answered",
         _by_due("responsible_org_code", "assigned_date", _days_after("assigned_date", 3), _field("feedback_date"))),
        ("task_13710", "project",
         _by_due("responsible_org_code", "assigned_date", _task_due, _field("solved_date"))),
        ("task_13710", "delisted", _by_now("responsible_org_code", "assigned_date", "delisted_date")),
    ),
    "proxy_orders": (
        ("proxy_closure", "project", _by_now("agent_org_code", "ordered_date", "closed_date")),
        ("proxy_rating", "project",
         _by_now("agent_org_code", "closed_date", "rated_date", lambda f: f["rater_code"] == "self")),
    ),
    "review_cases": (
        ("review_on_time", "project",
         _by_due("deciding_org_code", "received_date", _review_due, _field("opinion_date"),
                 lambda f: f["accepted_flag"] is not False)),
        ("review_changed", "project",
         _by_now("deciding_org_code", "opinion_date", "opinion_date",
                 lambda f: f["opinion_code"] in CHANGED)),
        ("review_execution", "project",
         _by_now("deciding_org_code", "opinion_date", "executed_date",
                 only=lambda f: f["opinion_code"] in CHANGED)),
    ),
    "mediation_linkages": (
        ("mediation_agreement", "project", _by_now("receiving_org_code", "taken_date", "agreed_date")),
        ("mediation_performance", "project", _by_now("receiving_org_code", "agreed_date", "performed_date")),
    ),
    "source_traces": (
        ("source_rectification", "project", _by_now("source_org_code", "traced_date", "rectified_date")),
    ),
    "creation_assessments": (
        ("creation_pass", "project", _creation(applicants_only=False)),
        ("creation_pass", "applicants", _creation(applicants_only=True)),
    ),
    "reception_visits": (
        ("reception_completion", "project",
         _by_due("department_org_code", "visited_date", _field("due_date"), _field("completed_date"))),
        ("reception_persons", "project",
         _amounts("host_org_code", "visited_date", lambda f: f["person_count"] or 0)),
        ("reception_batches", "project", _by_now("host_org_code", "visited_date", "visited_date")),
    ),
    "leader_receptions": (
        ("reception_sessions", "project", _by_now("host_org_code", "session_date", "session_date")),
    ),
    "supervision_visits": (
        ("supervision_rectification", "project",
         _by_due("inspected_org_code", "visited_date", _field("rectification_due_date"), _field("rectified_date"))),
        ("supervision_findings", "project",
         _amounts("inspected_org_code", "visited_date", lambda f: f["finding_count"] or 0, "rectified_count")),
    ),
    "leader_instructions": (
        ("instruction_closure", "project",
         _by_due("responsible_org_code", "instructed_date", _field("due_date"), _field("closed_date"))),
    ),
    "case_conferences": (
        ("conference_resolution", "project",
         _by_due("responsible_org_code", "held_date", _field("due_date"), _field("solved_date"))),
    ),
    "proposals": (
        ("proposal_reply", "project", _by_now("recipient_org_code", "issued_date", "replied_date")),
        ("proposal_adoption", "project",
         _by_now("recipient_org_code", "issued_date", "replied_date", lambda f: f["adopted_code"] == "adopted")),
    ),
    "assigned_list_items": (
        ("assigned_list_closure", "project",
         _by_due("responsible_org_code", "assigned_date", _field("due_date"), _field("closed_date"))),
    ),
    "coordination_letters": (
        ("coordination_reply", "project", _by_now("initiating_org_code", "sent_date", "replied_date")),
    ),
    "report_issues": (
        ("report_on_time", "project",
         _by_due("issuing_org_code", "published_date", _field("due_date"), _field("published_date"))),
    ),
    "documents": (
        ("matter_execution", "project",
         _by_due("issuing_org_code", "issued_date", _field("execution_due_date"), _field("executed_date"),
                 lambda f: f["doc_type_code"] == "opinion" and f["verdict_code"] == "support")),
    ),
    "return_visits": (
        ("return_visit_satisfaction", "project", _return_visit),
        ("return_visit_satisfaction", "visits", _return_visit),
    ),
    "legal_reviews": (
        ("legal_review_conclusion", "project", _by_now("reviewing_org_code", "submitted_date", "concluded_date")),
        ("legal_review_lawful", "project",
         _by_now("submitting_org_code", "concluded_date", "concluded_date", lambda f: f["conclusion_code"] == "lawful")),
    ),
    "accountability_actions": (
        ("accountability", "project", _by_now("subject_org_code", "decided_date", "decided_date")),
        ("accountability", "interviews",
         _by_now("subject_org_code", "decided_date", "decided_date", only=lambda f: f["action_kind_code"] == "interview")),
        ("accountability", "bulletins",
         _by_now("subject_org_code", "decided_date", "decided_date", only=lambda f: f["action_kind_code"] == "bulletin")),
    ),
    "relief_payments": (
        ("relief_eligibility", "project",
         _by_now("paying_org_code", "paid_date", "paid_date", lambda f: bool(f["eligibility_flag"]))),
        ("relief_amount", "project",
         _amounts("paying_org_code", "paid_date", lambda f: f["amount_yuan"] or 0)),
    ),
    "mediation_subsidies": (
        ("subsidy_amount", "project",
         _amounts("paying_org_code", "paid_date", lambda f: f["amount_yuan"] or 0)),
    ),
    "screening_runs": (
        ("screening_resolution", "project",
         _amounts("screening_org_code", "run_date",
                  lambda f: (f["carried_over_count"] or 0) + (f["found_count"] or 0), "resolved_count")),
    ),
    "joint_conferences": (
        ("conference_matters", "project",
         _amounts("township_org_code", "held_date", lambda f: f["decided_count"] or 0, "closed_count")),
    ),
    "matter_outcomes": tuple(
        ("outcome_items", code,
         _by_now("deciding_org_code", "decided_date", "decided_date",
                 only=lambda f, code=code: f["outcome_code"] == code))
        for code in ("resolved", "educated", "relieved", "lawful")
    ),
    "progress_reports": (
        ("progress_report_on_time", "project",
         _by_due("reporting_org_code", "reported_date", _field("due_date"), _field("reported_date"))),
    ),
    "risk_meetings": (
        ("risk_meeting_on_time", "project",
         _by_due("convening_org_code", "scheduled_date", _field("scheduled_date"), _field("held_date"))),
    ),
    "matter_tags": (("tag_resolution", "project", _tag),),
    "declared_figures": tuple(
        (code, "project",
         _amounts("declaring_org_code", "figure_date", lambda f: f["denominator_count"] or 0, "numerator_count",
                  only=lambda f, code=code: f["figure_code"] == code))
        for code in ("business_standard", "public_reply", "contact")
    ),
    "responsibility_letters": (
        ("letter_assessment", "project", _by_now("signing_org_code", "signed_date", "assessed_date")),
    ),
}  # fmt: skip
