"""The backlog batches, their cases, and the leaders assigned to them."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from samples.rules import CATEGORIES, Home, Organ
from samples.senders import AS_OF

CENTRAL_BATCH = "ZL-2025-01"
PROVINCE_BATCH = "SJ2025-002"
# Cases of this batch are told, the batch itself never: they count nowhere.
LOST_BATCH = "SJ2024-009"
LAST_DAY = AS_OF.date()


@dataclass
class Batch:
    """One batch as its issuing office tells it."""

    batch_no: str
    sender: str
    issuer: str
    issued: date
    due: date
    size: int
    told: bool = True


@dataclass
class Case:
    """One backlog case; `gone_from` is the day from which the batch no longer lists it."""

    batch: Batch
    case_no: str
    place: str
    county: str
    facts: dict[str, object]
    resolved: date | None = None
    audited: date | None = None
    audit: str | None = None
    backflow: date | None = None
    moved_out: date | None = None
    stalled: str = "open"
    gone_from: date | None = None

    def row(self, cutoff: date) -> dict[str, object]:
        """The case as known at the end of `cutoff`."""

        def known(day: date | None) -> date | None:
            return day if day and day <= cutoff else None

        status = self.stalled
        if known(self.resolved):
            status = "resolved"
        if known(self.moved_out):
            status = "moved_out"
        audited = known(self.audited)
        pending = "pending" if known(self.resolved) else None
        return {
            "batch_no": self.batch.batch_no,
            "case_no": self.case_no,
            **self.facts,
            "place_region_code": self.place,
            "status_code": status,
            "reported_date": known(self.resolved),
            "audited_result_code": self.audit if audited else pending,
            "audited_date": audited,
            "backflow_date": known(self.backflow),
            "moved_out_date": known(self.moved_out),
        }


@dataclass
class Assignment:
    """One leader's charge of one case; told by the county."""

    number: str
    sender: str
    batch_no: str
    case_no: str
    level: str
    started: date
    due: date
    ended: date | None
    result: str

    def row(self, cutoff: date) -> dict[str, object]:
        """The assignment as known at the end of `cutoff`."""
        ended = self.ended if self.ended and self.ended <= cutoff else None
        solved = ended if self.result != "in_progress" else None
        return {
            "assignment_no": self.number,
            "batch_no": self.batch_no,
            "case_no": self.case_no,
            "leader_level_code": self.level,
            "lead_org_code": self.sender,
            "started_date": self.started,
            "due_date": self.due,
            "ended_date": ended,
            "result_code": self.result if ended else "in_progress",
            "signed_off_date": solved,
            "verified_date": solved,
        }


class Backlog:
    """All batches, cases and assignments."""

    def __init__(self, home: Home, rng: random.Random, scale: float) -> None:
        self._home = home
        self._rng = rng
        self.cases: list[Case] = []
        self.assignments: list[Assignment] = []
        central = max(9, round(40 * scale))
        provincial = max(9, round(30 * scale))
        self.batches = [
            Batch(CENTRAL_BATCH, "central-joint", "central-joint", date(2025, 5, 12),
                  date(2025, 12, 31), central),
            Batch(PROVINCE_BATCH, "980000-xf", "980000-xf", date(2025, 8, 18),
                  date(2026, 6, 30), provincial),
            Batch(LOST_BATCH, "980000-xf", "980000-xf", date(2025, 8, 20), date(2026, 6, 30), 2,
                  told=False),
        ]  # fmt: skip
        for batch in self.batches:
            self._fill(batch)
        # An assignment of a case nobody ever told: it counts nowhere.
        self._assign("980101-xf", CENTRAL_BATCH, "C999", date(2025, 7, 1), None, "in_progress")

    def _fill(self, batch: Batch) -> None:
        counties = self._home.at_level("county")
        for number in range(batch.size):
            county = counties[number % len(counties)]
            case = self._case(batch, county, number)
            self.cases.append(case)
            if self._rng.random() < 0.88:
                self._charge(case)
        if batch.told:
            # Listed once by mistake, then left out of every later snapshot.
            self.cases[-3].gone_from = batch.issued + timedelta(days=120)

    def _case(self, batch: Batch, county: Organ, number: int) -> Case:
        rng = self._rng
        towns = self._home.townships_of(county.code)
        places = [county.region, county.region, county.region, rng.choice(towns).region,
                  f"{towns[0].region[:9]}201"]  # fmt: skip
        responsible = rng.choice([county, *self._home.departments_of(county.code)]).code
        facts: dict[str, object] = {
            "matter_id": f"SX97{number:06d}" if rng.random() < 0.8 else None,
            "category_code": rng.choice(CATEGORIES[:11]),
            "responsible_org_code": "?原某国有农场" if number == 5 else responsible,
        }
        case = Case(batch, f"C{number + 1:03d}", rng.choice(places), county.code, facts)
        case.stalled = rng.choice(["open", "open", "open", "stabilised", "closed_unresolved"])
        if rng.random() < 0.75:
            case.resolved = batch.issued + timedelta(days=rng.randint(20, 260))
            if rng.random() < 0.9:
                case.audited = case.resolved + timedelta(days=rng.randint(3, 30))
                case.audit = rng.choices(["pass", "fail"], [88, 12])[0]
            if case.audit == "pass" and rng.random() < 0.15:
                case.backflow = case.audited + timedelta(days=rng.randint(5, 90))  # type: ignore[operator]
        elif number % 7 == 3:
            case.moved_out = batch.issued + timedelta(days=rng.randint(60, 200))
        return case

    def _charge(self, case: Case) -> None:
        """A leader takes the case; some let go of it, and not always is there another at once."""
        rng = self._rng
        started = case.batch.issued + timedelta(days=rng.randint(2, 50))
        where = (case.county, case.batch.batch_no, case.case_no)
        self._charge_too(case, where, started)
        if case.resolved:
            result = rng.choice(["resolved", "satisfied", "in_progress"])
            ended = max(case.resolved, started) + timedelta(days=rng.randint(0, 8))
            self._assign(*where, started, ended, result)
        elif rng.random() < 0.3:
            ended = started + timedelta(days=rng.randint(60, 120))
            self._assign(*where, started, ended, "in_progress")
            if rng.random() < 0.6:
                again = ended + timedelta(days=rng.randint(1, 70))
                self._assign(*where, again, None, "in_progress")
        else:
            self._assign(*where, started, None, "in_progress")

    def _charge_too(self, case: Case, where: tuple[str, str, str], started: date) -> None:
        """Of some cases a second leader is in charge: from the same day on, or from another."""
        place = int(case.case_no[1:]) % 12
        if place in (2, 6):
            self._assign(*where, started, None, "in_progress", level="province")
        elif place == 4:
            self._assign(*where, started - timedelta(days=1), None, "in_progress", level="township")
        elif place == 8:
            later = started + timedelta(days=1)
            self._assign(*where, later, later + timedelta(days=90), "in_progress", level="province")

    def _assign(
        self, sender: str, batch_no: str, case_no: str, started: date, ended: date | None,
        result: str, level: str = "",
    ) -> None:  # fmt: skip
        number = f"BA-{sender.split('-', maxsplit=1)[0]}-{len(self.assignments) + 1:03d}"
        level = level or self._rng.choices(["prefecture", "county", "township"], [20, 60, 20])[0]
        due = started + timedelta(days=180)
        self.assignments.append(
            Assignment(number, sender, batch_no, case_no, level, started, due, ended, result)
        )
