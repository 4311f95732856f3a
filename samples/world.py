"""The simulated world: who registered what, what was done about it, and who says so."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zlib import crc32

from samples.handling import Event, answer_apart, handle
from samples.rules import CATEGORIES, Home, Organ
from samples.senders import AS_OF, FIRST_MID_STEP, SECOND_MID_STEP, SENDERS, month_start
from samples.workdays import Deadlines

CHANNELS = ("letter", "visit", "web", "call", "fax", "other")
CHANNEL_WEIGHTS = (18, 30, 38, 10, 1, 3)
# The departments that answer for a category; every other category goes to a township.
COMPETENT = {
    "城乡建设": "zj", "劳动和社会保障": "rs", "自然资源": "zr", "政法": "gd",
    "农村农业": "ny", "卫生健康": "ws",
}  # fmt: skip
NUMBER_OF = {
    "nation": "national_item_no",
    "province": "province_item_no",
    "prefecture": "city_item_no",
}
CLOSURE_KINDS = (
    "substantive", "substantive", "substantive", "substantive", "mediated", "agreement", "withdrawn",
    "procedural", "procedural", "finalised", "merged", "transferred_out", "stabilised", "stabilised",
    None, None,
)  # fmt: skip
UNKNOWN_UNIT = "?某项目工程建设指挥部"
UNKNOWN_CHANNEL = "?代收代转"


@dataclass
class Evaluation:
    """One chance to rate an office or a unit."""

    target: str
    attempt: int
    known_at: datetime
    entitled: bool
    deadline: datetime | None
    evaluated_at: datetime | None
    rating: str | None
    evaluator: str | None


@dataclass
class Copy:
    """Another office's row about the same registration."""

    teller: str
    known_at: datetime
    differs: dict[str, object]


@dataclass
class Registration:
    """One registration: `facts` are the register row's fields but the late ones."""

    register: str
    item_no: str
    teller: str | None
    facts: dict[str, object]
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    events: list[Event] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    corrections: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def closure_kind(self) -> str | None:
        """How it was closed, once it is; one of eight was not told."""
        dice = crc32(f"{self.register}/{self.item_no}/closure".encode())
        return CLOSURE_KINDS[dice % len(CLOSURE_KINDS)]

    @property
    def registered_at(self) -> datetime:
        """The instant of registration, as first told."""
        return self.facts["registered_at"]  # type: ignore[return-value]


class World:
    """Everything that happened in the fictional province in the sample year."""

    def __init__(self, home: Home, deadlines: Deadlines, rng: random.Random, scale: float) -> None:
        self._home = home
        self._deadlines = deadlines
        self._rng = rng
        self._scale = scale
        self._matter = 0
        self._numbers: dict[str, int] = {}
        self.registrations: list[Registration] = []
        counties = home.at_level("county")
        for county in counties:
            self._county_life(county)
        self._add_legacy("980102-xf")
        self._department_life("980101-zj", "980101-xf")
        for upper in (*home.at_level("province"), *home.at_level("prefecture")):
            self._upper_life(upper, counties)
        self._add_repeats(counties)
        self._one_matter_everywhere()
        self._one_matter_coming_back(home.organs["980101-xf"])
        self._add_corrections()

    def _count(self, mean: float) -> int:
        return max(2, round(mean * self._scale * self._rng.uniform(0.85, 1.15)))

    def _instants(self, count: int) -> list[datetime]:
        """Registration instants of the sample year in office hours, in order."""
        days = (AS_OF.date() - month_start(0).date()).days
        return sorted(
            month_start(0)
            + timedelta(days=self._rng.randint(0, days), seconds=self._rng.randint(30600, 63000))
            for _ in range(count)
        )

    def _county_life(self, county: Organ) -> None:
        for at in self._instants(self._count(108)):
            self._register(county, county, county.code, at)
        for township in self._home.townships_of(county.code):
            tells_itself = township.code in SENDERS
            if not tells_itself and not SENDERS[county.code].names_register:
                continue
            teller = township.code if tells_itself else county.code
            for at in self._instants(self._count(9)):
                made = self._register(township, county, teller, at, township.code)
                if tells_itself and SENDERS[county.code].names_register and at.day % 3 == 0:
                    # The county retells it wrongly: the township's own row must win.
                    made.copies.append(Copy(county.code, at, self._differing(made)))

    def _department_life(self, department: str, county: str) -> None:
        organ = self._home.organs[department]
        for at in self._instants(self._count(45)):
            self._register(organ, self._home.organs[county], department, at, department)

    def _upper_life(self, upper: Organ, counties: list[Organ]) -> None:
        """An upper office registers and transfers; the county registers its own row."""
        below = [c for c in counties if upper.region in self._home.line(c.region)]
        for number, at in enumerate(self._instants(self._count(90 if len(below) > 3 else 58))):
            county = self._rng.choice(below)
            names_register = SENDERS[county.code].names_register
            local_teller = county.code if names_register else upper.code
            # A few upper rows never arrive: the county's copy is then all there is.
            withheld = names_register and number % 29 == 7
            made = self._register(
                upper, county, None if withheld else upper.code, at, None, county, local_teller
            )
            here_at = at + timedelta(days=self._rng.randint(2, 6), minutes=self._rng.randint(0, 90))
            if here_at > AS_OF:
                continue
            if self._rng.random() < 0.85:
                own = self._register(county, county, county.code, here_at)
                for shared in ("matter_id", "category_code", "problem_region_code"):
                    own.facts[shared] = made.facts[shared]
                # some copy the upper number beside their own: then both are one registration
                if number % 3:
                    own.facts[NUMBER_OF[upper.level]] = made.item_no
            if names_register and (withheld or self._rng.random() < 0.4):
                made.copies.append(Copy(county.code, here_at, self._differing(made, here_at)))

    def _differing(self, made: Registration, at: datetime | None = None) -> dict[str, object]:
        """What a copy says otherwise: never the due date, whose first telling counts."""
        others = [c for c in CHANNELS if c != made.facts["channel_code"]]
        differs: dict[str, object] = {"channel_code": self._rng.choice(others)}
        if at:
            differs["registered_at"] = at
        return differs

    def _add_legacy(self, county: str) -> None:
        """Registered before the present regulation came into force on 2022-05-01."""
        organ = self._home.organs[county]
        for number in range(6):
            at = datetime(2022, 4, 6 + 3 * number, 9, 10 + number)
            self._register(organ, organ, county, at).facts["statutory_path"] = None

    def _item_no(self, register: Organ, at: datetime) -> str:
        number = self._numbers[register.code] = self._numbers.get(register.code, 0) + 1
        if register.level == "township":
            # Unique only inside the office: every township has its own 2025-001.
            return f"{at.year}-{number:03d}"
        stem = register.code.split("-")[0]
        if register.level == "prefecture":
            return f"SX/{stem}/{at.year}/{number:04d}"
        return f"{'XF' if register.is_petition_office else 'BM'}{stem}{at:%Y%m%d}{number:05d}"

    def _register(
        self,
        register: Organ,
        county: Organ,
        teller: str | None,
        at: datetime,
        unit: str | None = None,
        via: Organ | None = None,
        local_teller: str | None = None,
    ) -> Registration:
        rng = self._rng
        category = rng.choices(CATEGORIES, [6, 6, 8, 7, 3, 3, 2, 2, 2, 3, 4] + [1] * 8)[0]
        townships = self._home.townships_of(county.code)
        competent = f"{county.code.split('-')[0]}-{COMPETENT.get(category, '')}"
        unit = unit or (competent if category in COMPETENT else rng.choice(townships).code)
        self._matter += 1
        facts = self._first_facts(at, category, rng.choice([county, *townships]).region, unit)
        made = Registration(register.code, self._item_no(register, at), teller, facts)
        others = [o.code for o in self._home.departments_of(county.code) if o.code != unit]
        department_tells = unit in SENDERS and county.code == "980101-xf"
        made.events = handle(
            rng,
            self._deadlines,
            register=register.code,
            registered_at=at,
            unit=unit,
            other_unit=rng.choice(others),
            via=via.code if via else None,
            register_teller=teller or local_teller or register.code,
            unit_teller=unit if department_tells else (local_teller or teller or register.code),
        )
        self._ask_for_several(made)
        self._finish(made)
        self.registrations.append(made)
        return made

    def _ask_for_several(self, made: Registration) -> None:
        """A few ask for two or three things, each answered by an opinion of its own."""
        # of its own: nothing is drawn from the others' dice
        rng = random.Random(f"demands of {made.register}/{made.item_no}")
        demands = rng.choices([1, 2, 3], [95, 4, 1])[0]
        made.facts["demand_count"] = demands if demands > 1 else None
        if demands > 1:
            made.events = answer_apart(rng, made.events, demands)

    def _first_facts(self, at: datetime, category: str, place: str, unit: str) -> dict[str, object]:
        rng = self._rng
        channel = rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0]
        due = datetime.combine(at.date() + timedelta(days=rng.choice([60, 75, 75, 90])),
                               datetime.max.time()).replace(microsecond=0)  # fmt: skip
        unknown_unit = rng.random() < 0.005
        return {
            "registered_at": at,
            "petition_date": at.date() - timedelta(days=rng.choice([0, 0, 0, 1, 2, 5])),
            "channel_code": UNKNOWN_CHANNEL if rng.random() < 0.004 else channel,
            "purpose_code": rng.choices(
                ["demand", "advice", "accusation", "other"], [80, 10, 7, 3]
            )[0],
            "category_code": category,
            "problem_region_code": place,
            "unit_org_code": UNKNOWN_UNIT if unknown_unit else rng.choices([unit, None], [9, 1])[0],
            "person_count": rng.choices([1, 2, 3, 4, 5, 8, 12], [70, 10, 5, 5, 4, 4, 2])[0],
            "first_flag": rng.random() < 0.8,
            "counted_flag": rng.random() < 0.9,
            "litigation_flag": rng.random() < 0.06,
            "statutory_path": rng.choices([6, 1, 2, 3, 4, 5, None], [74, 3, 3, 3, 2, 2, 13])[0],
            "matter_id": f"SX98{self._matter:06d}" if rng.random() < 0.95 else None,
            **dict.fromkeys((*NUMBER_OF.values(), "repeat_of_item_no")),
            "due_at": due if rng.random() < 0.72 else None,
        }

    def _finish(self, made: Registration) -> None:
        """Closing and reply as the register row tells them, and the chances to evaluate."""
        rng = self._rng
        ends = {e.kind: e.at for e in made.events if e.kind in ("opinion_issued", "closed")}
        made.replied_at = ends.get("opinion_issued")
        if "closed" in ends and rng.random() < 0.85:
            made.closed_at = ends["closed"] + timedelta(days=rng.choice([0, 0, 0, 1, 3]))
            if rng.random() < 0.12:
                made.events = [e for e in made.events if e.kind != "closed"]
                if made.registered_at.day % 5 == 2:  # a slip of the pen that no event puts right
                    made.closed_at = made.registered_at - timedelta(days=1)
        done = next(
            (e.at for e in made.events if e.kind in ("opinion_served", "direct_reply")), None
        )
        if done:
            for target in ("office", "unit"):
                if rng.random() < 0.9:
                    made.evaluations += self._chances(target, done)

    def _chances(self, target: str, done: datetime) -> list[Evaluation]:
        rng = self._rng
        if rng.random() < 0.1:
            return [Evaluation(target, 1, done, False, None, None, None, None)]
        last: date = (done + timedelta(days=30)).date()
        deadline = None
        if rng.random() < 0.97:
            deadline = datetime.combine(last, datetime.max.time()).replace(microsecond=0)
        rated = rng.random() < 0.72
        # Never on the last day itself: an office that writes days only tells midnight.
        after = rng.randint(31, 40) if rng.random() < 0.08 else rng.randint(1, 29)
        at = done + timedelta(days=after) if rated else None
        ratings = ["satisfied", "basically_satisfied", "dissatisfied"]
        first = Evaluation(
            target, 1, done, True, deadline, at,
            rng.choices(ratings, [66, 22, 12])[0] if rated else None,
            rng.choices(["self", "proxy", "recorder"], [84, 11, 5])[0] if rated else None,
        )  # fmt: skip
        if first.rating != "dissatisfied" or rng.random() < 0.4:
            return [first]
        again = at + timedelta(days=rng.randint(5, 15))  # type: ignore[operator]
        late = deadline + timedelta(days=20) if deadline else None
        return [first, Evaluation(target, 2, again, True, late, again, "satisfied", "self")]

    def _add_repeats(self, counties: list[Organ]) -> None:
        """Items that say which earlier one of the same register they repeat; chains among them."""
        for county in counties:
            told = [r for r in self.registrations if r.register == county.code]
            for place in range(9, len(told), 7):
                told[place].facts["repeat_of_item_no"] = told[place - 7 - place % 2].item_no

    def _one_matter_everywhere(self) -> None:
        """A letter registered at four levels; then the same matter by web, and by a visit elsewhere."""
        home, steps = self._home, ("central-joint", "980000-xf", "980100-xf", "980101-xf")
        county = home.organs["980101-xf"]
        made = [
            self._register(home.organs[code], county, code, datetime(2025, 5, 6 + 3 * n, 9, 30))
            for n, code in enumerate(steps)
        ]
        web = self._register(county, county, county.code, datetime(2025, 9, 8, 10, 0))
        visit = self._register(home.organs["980102-xf"], home.organs["980102-xf"], "980102-xf",
                               datetime(2025, 12, 9, 11, 0))  # fmt: skip
        for row in (*made, web, visit):
            row.facts["matter_id"] = "SX98EVERYWHERE"
        for row, channel in zip(
            (*made, web, visit), ["letter"] * 4 + ["web", "visit"], strict=True
        ):
            row.facts["channel_code"] = channel
        # each copies one number of those above it: only together are the four one registration
        made[1].facts["national_item_no"] = made[0].item_no
        made[2].facts["province_item_no"] = made[1].item_no
        made[3].facts["city_item_no"] = made[2].item_no
        web.facts["repeat_of_item_no"] = made[3].item_no

    def _one_matter_coming_back(self, county: Organ) -> None:
        """Closed within days, and then registered three times more before ninety days are over."""
        made = [
            self._register(
                county, county, county.code, datetime(2025, 6, 3, 9, 0) + timedelta(days=days)
            )
            for days in (0, 20, 45, 80)
        ]
        for row in made:
            row.facts["matter_id"], row.facts["channel_code"] = "SX98COMINGBACK", "letter"
            said = zip(("direct_reply", "closed"), (1, 2), strict=True)
            row.events = [
                Event(
                    kind, row.registered_at + timedelta(days=day), county.code, county.code, seq=day
                )
                for kind, day in said
            ]
            row.closed_at, row.replied_at, row.evaluations = row.events[-1].at, None, []

    def _add_corrections(self) -> None:
        """Rows told once and then told otherwise: month, place, category, channel, due date."""
        for step, office, last in (
            (FIRST_MID_STEP, "980101-xf", month_start(5)),
            (SECOND_MID_STEP, "980102-xf", month_start(8)),
        ):
            told = [
                r
                for r in self.registrations
                if r.register == office and month_start(1) <= r.registered_at < last
            ]
            for number, made in enumerate([r for r in told if r.registered_at.day <= 6][:9]):
                made.corrections[step] = self._correction(made, number)
            for number, made in enumerate([r for r in told if r.registered_at.day == 20][:5]):
                made.corrections[step] = self._correction(made, number + 1)

    def _correction(self, made: Registration, number: int) -> dict[str, object]:
        facts = made.facts
        if number % 3 == 0:
            # Six days back: into the month before.
            return {"registered_at": made.registered_at - timedelta(days=6),
                    "petition_date": facts["petition_date"] - timedelta(days=6)}  # type: ignore[operator]  # fmt: skip
        if number % 3 == 1:
            category = CATEGORIES[(CATEGORIES.index(str(facts["category_code"])) + 1) % 19]
            county = self._home.organs[made.register].region
            return {"category_code": category, "problem_region_code": county, "channel_code": "web"}
        due = facts["due_at"]
        return {"due_at": due + timedelta(days=30)} if due else {"channel_code": "letter"}  # type: ignore[operator]
