"""Which code an unknown name may have meant: at most three, for people to choose from.

Runs at the door, where the name still is; codes leave, the name does not. Nothing is mapped by it.
"""

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingestion.mapping import References
from ingestion.text import plain

OFFERED = 3
LOOKED_AT = 40  # the names that share the most characters; the rest cannot come close
LEAST_ALIKE = 0.4  # abbreviations keep less than half of a full name


@dataclass(frozen=True)
class Nearby:
    """The names of one role near an office, and where each character occurs among them."""

    names: list[tuple[str, str]]
    holding: dict[str, list[int]]

    def candidates(self, name: str) -> list[str]:
        """Return the codes of the names most like a name, the most alike first."""
        given = plain(name)
        shared = Counter(i for c in sorted(set(given)) for i in self.holding.get(c, ()))
        closest = sorted(shared, key=lambda i: (-_share(shared[i], given, self.names[i][0]), i))
        found: dict[str, float] = {}
        for i in closest[:LOOKED_AT]:
            known, code = self.names[i]
            alike = SequenceMatcher(None, given, known).ratio()
            if alike >= LEAST_ALIKE:
                found[code] = max(alike, found.get(code, 0))
        return sorted(found, key=lambda code: (-found[code], code))[:OFFERED]


def _share(count: int, one: str, other: str) -> float:
    return 2 * count / (len(one) + len(other))


def nearby(role: str, references: References, home_region: str) -> Nearby:
    """Return the names of a role in an office's region, below it and straight above it."""
    kept = references.kept_by_place
    if (role, home_region) not in kept:
        kept[role, home_region] = _index(sorted(_names(role, references, home_region)))
    return kept[role, home_region]


def _names(role: str, references: References, home: str) -> set[tuple[str, str]]:
    if role == "category":
        return set(references.category_names.items())
    above = set(references.ancestors(home))

    def is_near(region: str) -> bool:
        return region in above or home in references.ancestors(region)

    if role == "region":
        listed = references.region_names.items()
        return {(name, code) for name, codes in listed for code in codes if is_near(code)}
    regions = references.org_regions
    listed = references.org_names.items()
    return {(n, code) for (n, _), code in listed if code in regions and is_near(regions[code])}


def _index(names: list[tuple[str, str]]) -> Nearby:
    holding: dict[str, list[int]] = {}
    for i, (name, _) in enumerate(names):
        for character in set(name):
            holding.setdefault(character, []).append(i)
    return Nearby(names, holding)
