"""Names to codes: organisations, regions, categories, from shipped reference files and the home's
rules. A name that is not known goes in as unmapped; it is never lost and never stored as typed.

The tables themselves, shipped and the home's, are read by ingestion/rule_tables.py.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import itemgetter
from pathlib import Path

from ingestion.home import Home
from ingestion.linkage import STAND_IN_DIGITS, NetworkKey, network_key
from ingestion.rule_tables import rows_of
from ingestion.text import plain

UNMAPPED = "unmapped:"
UNKEYED = UNMAPPED + "unkeyed"
STAND_IN = re.compile(rf"{UNMAPPED}[a-z0-9]{{1,16}}-[0-9a-f]{{{STAND_IN_DIGITS}}}")


@dataclass(frozen=True)
class References:
    """All name lists of one run, with look-ups. Built once, used for every file."""

    region_parents: dict[str, str]
    region_labels: list[tuple[str, str]]
    region_aliases: list[tuple[str, str]]
    org_regions: dict[str, str]
    org_labels: dict[str, str]
    org_levels: dict[str, str]
    petition_offices: frozenset[str]
    org_names: dict[tuple[str, str], str]
    category_names: dict[str, str]
    category_labels: dict[str, str]
    key: NetworkKey | None
    kept_by_place: dict = field(default_factory=dict, repr=False, compare=False)  # of `candidates`

    @classmethod
    def of(cls, home: Home) -> "References":
        """Read the name lists of a home; see `load`."""
        return cls.load(home.rules, home.root)

    @classmethod
    def load(cls, rules: Path | None, home: Path | None = None) -> "References":
        """Read the shipped reference files and the rules over them, and the network key if named.

        The key file may not lie in `home`. Raises RuleError for a rule file, KeyFileError for a key
        file that cannot be used.
        """
        files = sorted(rules.glob("*.csv")) if rules and rules.exists() else []
        stamp = tuple((str(p), p.stat().st_mtime_ns) for p in files)
        return _references(rules, stamp, network_key(home))

    @cached_property
    def region_names(self) -> dict[str, list[str]]:
        """Name -> the codes that it may mean; indexed when the first name is asked for."""
        names: dict[str, list[str]] = {}
        for name, code in (*self.region_labels, *self.region_aliases):
            names.setdefault(plain(name), []).append(code)
        return names

    def ancestors(self, region: str) -> list[str]:
        """Return the region and all above it, lowest first."""
        chain = []
        while region and region not in chain:
            chain.append(region)
            region = self.region_parents.get(region, "")
        return chain

    def region(self, names: tuple[str, ...], home_region: str) -> str | None:
        """Return the code of the lowest name of a path (district, street, community) that is known.

        A name that several regions share is decided by the path above it and by the office's own
        region; still several: not known.
        """
        given = [n for n in names if n]
        for depth in range(len(given), 0, -1):
            code = self._region(given[depth - 1], given[: depth - 1], home_region)
            if code:
                return code
        return None

    def _region(self, name: str, above: list[str], home_region: str) -> str | None:
        digits = _padded(name)
        if digits in self.region_parents:
            return digits
        codes = self.region_names.get(plain(name), [])
        wanted = {c for n in above for c in self.region_names.get(plain(n), [])}
        for narrower in (
            lambda c: not above or wanted & set(self.ancestors(c)[1:]),
            lambda c: home_region in self.ancestors(c),
        ):
            if len(set(codes)) > 1:
                codes = [c for c in codes if narrower(c)]
        return codes[0] if len(set(codes)) == 1 else None

    def organisation(self, name: str, near_region: str) -> str | None:
        """Return the organisation of a code or name, the nearest to a region where names repeat."""
        for region in [*self.ancestors(near_region), ""]:
            code = self.org_names.get((plain(name), region))
            if code:
                return code
        return name if name in self.org_regions else None

    def category(self, name: str) -> str | None:
        """Return the category of a code or name."""
        return self.category_names.get(plain(name))

    def code(self, role: str, given: str) -> str | None:
        """Return a code of a role's list as the list writes it, else None; names do not count."""
        if role == "region":
            return padded if (padded := _padded(given)) in self.region_parents else None
        codes = self.org_regions if role == "organisation" else self.category_labels
        return given if given in codes else None

    def names(self, role: str) -> dict[str, str]:
        """Return code -> name of a role's list."""
        if role == "region":
            return {code: name for name, code in self.region_labels}
        return self.org_labels if role == "organisation" else self.category_labels

    def unmapped(self, text: str) -> str:
        """Return the stand-in of an unknown name: equal names equal, no way back.

        A stand-in that is given (copied from the worklist) stays as it is.
        """
        if STAND_IN.fullmatch(text):
            return text
        if self.key is None:
            return UNKEYED
        digest = self.key.digest("name", plain(text), STAND_IN_DIGITS)
        return f"{UNMAPPED}{self.key.key_id}-{digest}"


def _padded(digits: str) -> str | None:
    """Return a region code in its 12 digits; ledgers leave the trailing zeros out."""
    given = digits.isascii() and digits.isdigit() and len(digits) in (2, 4, 6, 9, 12)
    return digits.ljust(12, "0") if given else None


def _org_names(organisations: list[dict], aliases: list[dict]) -> dict[tuple[str, str], str]:
    """Index organisation names by (name, region within which the name is unambiguous)."""
    codes: dict[str, list[str]] = {}
    for row in organisations:
        codes.setdefault(row["org_name"], []).append(row["org_code"])
    names = {(plain(n), ""): found[0] for n, found in codes.items() if len({*found}) == 1}
    for row in organisations:
        names[(plain(row["org_name"]), row["region_code"])] = row["org_code"]
    for row in aliases:
        names[(plain(row["alias"]), row["within_region_code"])] = row["org_code"]
    return names


def _region_labels(names: list[str], rows: list[list]) -> list[tuple[str, str]]:
    """Return region names with their codes. A code given up keeps its name, unless a region in force under
    the same parent has it: then the name means that one, as it does to who writes it today.
    """
    name, code, parent, ended = (
        names.index(c) for c in ("region_name", "region_code", "parent_code", "valid_to")
    )
    standing = {(row[parent], row[name]) for row in rows if not row[ended]}
    return [
        (row[name], row[code])
        for row in rows
        if not row[ended] or (row[parent], row[name]) not in standing
    ]


@lru_cache(maxsize=4)
def _references(rules: Path | None, stamp: tuple, key: NetworkKey | None) -> References:
    def pairs(table: str, one: str, other: str) -> list[tuple[str, str]]:
        names, rows = rows_of(table, rules)
        return [*map(itemgetter(names.index(one), names.index(other)), rows)]

    def records(table: str) -> list[dict]:
        names, rows = rows_of(table, rules)
        return [dict(zip(names, row, strict=True)) for row in rows]

    organisations = records("organisations")
    labels = pairs("categories", "category_name", "category_code")
    named = [*labels, *pairs("category_aliases", "alias", "category_code")]
    return References(
        region_parents=dict(pairs("regions", "region_code", "parent_code")),
        region_labels=_region_labels(*rows_of("regions", rules)),
        region_aliases=pairs("region_aliases", "alias", "region_code"),
        org_regions={o["org_code"]: o["region_code"] for o in organisations},
        org_labels={o["org_code"]: o["org_name"] for o in organisations},
        org_levels={o["org_code"]: o["level_code"] for o in organisations},
        petition_offices=frozenset(
            o["org_code"] for o in organisations if o["is_petition_office"] == "true"
        ),
        org_names=_org_names(organisations, records("organisation_aliases")),
        category_names={plain(name): code for name, code in named}
        | {plain(code): code for _, code in labels},
        category_labels={code: name for name, code in labels},
        key=key,
    )
