"""Which rows a ledger tells, at a given arrival, about a given window of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from samples.backlog import Backlog
from samples.senders import Sender
from samples.world import Copy, Evaluation, Registration, World

Facts = dict[str, object]
Row = tuple[str, Facts]


@dataclass(frozen=True)
class Window:
    """What a delivery is about: facts from `start` to `end`, as known at `cutoff`, at `step`."""

    start: datetime
    end: datetime
    cutoff: datetime
    step: str

    def holds(self, at: datetime | None) -> bool:
        """Whether an instant lies in the window."""
        return at is not None and self.start <= at <= self.end


class Ledgers:
    """Rows per ledger, as (stable key, facts); the key decides how the cells are written."""

    def __init__(self, world: World, backlog: Backlog) -> None:
        self._world = world
        self._backlog = backlog

    def rows(self, ledger: str, sender: Sender, window: Window) -> list[Row]:
        """The rows of one ledger in one delivery."""
        telling = {
            "petition_register": self._register,
            "handling_events": self._events,
            "evaluations": self._evaluations,
            "backlog_batches": self._batches,
            "backlog_cases": self._cases,
            "leader_assignments": self._leaders,
        }
        return list(telling[ledger](sender, window))

    def corrected(self, sender: Sender, window: Window) -> list[Row]:
        """Only the register rows this office puts right at this step."""
        return [
            _register_row(made, window, None)
            for made in self._world.registrations
            if made.teller == sender.org and window.step in made.corrections
        ]

    def _register(self, sender: Sender, window: Window) -> Iterator[Row]:
        for made in self._world.registrations:
            if made.teller == sender.org and _is_due(made.registered_at, made, sender, window):
                yield _register_row(made, window, None)
            for copy in made.copies:
                if copy.teller == sender.org and _is_due(copy.known_at, made, sender, window):
                    yield _register_row(made, window, copy)

    def _events(self, sender: Sender, window: Window) -> Iterator[Row]:
        for made in self._world.registrations:
            for event in made.events:
                if event.teller != sender.org or not window.holds(event.at):
                    continue
                key = f"{made.register}/{made.item_no}/{sender.org}/{event.seq}"
                yield (
                    key,
                    {
                        "register_org_code": made.register,
                        "item_no": made.item_no,
                        "event_seq": event.seq,
                        "event_type_code": event.kind,
                        "event_at": event.at,
                        "from_org_code": event.by,
                        "to_org_code": event.to,
                        "new_due_at": event.new_due_at,
                        "demand_no": event.demand,
                    },
                )

    def _evaluations(self, sender: Sender, window: Window) -> Iterator[Row]:
        for made in self._world.registrations:
            if made.teller != sender.org:
                continue
            for chance in made.evaluations:
                # Habits that name no register have no column for the attempt either.
                if chance.attempt > 1 and not sender.names_register:
                    continue
                news = window.holds(chance.known_at) or window.holds(chance.evaluated_at)
                if news or (sender.retells and chance.known_at <= window.end):
                    yield _evaluation_row(made, chance, window.cutoff)

    def _batches(self, sender: Sender, window: Window) -> Iterator[Row]:
        for batch in self._backlog.batches:
            if batch.sender == sender.org and batch.told and batch.issued <= window.end.date():
                yield (
                    batch.batch_no,
                    {
                        "batch_no": batch.batch_no,
                        "issuing_org_code": batch.issuer,
                        "issued_date": batch.issued,
                        "due_date": batch.due,
                        "declared_case_count": batch.size,
                    },
                )

    def _cases(self, sender: Sender, window: Window) -> Iterator[Row]:
        day = window.cutoff.date()
        for case in self._backlog.cases:
            listed = case.batch.issued <= day and not (case.gone_from and case.gone_from <= day)
            if case.batch.sender == sender.org and listed:
                yield f"{case.batch.batch_no}/{case.case_no}", case.row(day)

    def _leaders(self, sender: Sender, window: Window) -> Iterator[Row]:
        for charge in self._backlog.assignments:
            started, ended = _midnight(charge.started), _midnight(charge.ended)
            news = window.holds(started) or window.holds(ended)
            retold = sender.retells and charge.started <= window.end.date()
            if charge.sender == sender.org and (news or retold):
                yield charge.number, charge.row(window.cutoff.date())


def _is_due(known_at: datetime, made: Registration, sender: Sender, window: Window) -> bool:
    """A row is told when it is new, when it was closed, or every time by offices that retell."""
    if known_at > window.end:
        return False
    return sender.retells or window.holds(known_at) or window.holds(made.closed_at)


def _register_row(made: Registration, window: Window, copy: Copy | None) -> Row:
    facts = {"register_org_code": made.register, "item_no": made.item_no, **made.facts}
    facts["replied_at"] = _known(made.replied_at, window.cutoff)
    closed = facts["closed_at"] = _known(made.closed_at, window.cutoff)
    facts["closure_kind_code"] = made.closure_kind if closed else None
    due = facts["due_at"]
    timeliness = "in_progress"
    if isinstance(closed, datetime):
        timeliness = "overdue" if isinstance(due, datetime) and closed > due else "on_time"
    facts["declared_timeliness_code"] = timeliness
    if copy:
        facts.update(copy.differs)
    else:
        for step, changes in made.corrections.items():
            if step <= window.step:
                facts.update(changes)
    return f"{made.register}/{made.item_no}", facts


def _evaluation_row(made: Registration, chance: Evaluation, cutoff: datetime) -> Row:
    rated = _known(chance.evaluated_at, cutoff) is not None
    return f"{made.register}/{made.item_no}/{chance.target}/{chance.attempt}", {
        "register_org_code": made.register,
        "item_no": made.item_no,
        "target_code": chance.target,
        "attempt_no": chance.attempt,
        "entitled_flag": chance.entitled,
        "deadline_at": chance.deadline,
        "evaluated_at": chance.evaluated_at if rated else None,
        "rating_code": chance.rating if rated else None,
        "evaluator_type_code": chance.evaluator if rated else None,
    }


def _known(at: datetime | None, cutoff: datetime) -> datetime | None:
    return at if at and at <= cutoff else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, datetime.min.time()) if day else None
