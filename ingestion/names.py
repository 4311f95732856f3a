"""Columns of names to codes, over the distinct names only: organisations, regions, categories.

Here alone an unknown name and what might be meant by it are known together; codes, stand-ins and
counts leave, the name does not.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.candidates import nearby
from ingestion.fields import NAME_ROLES, Field
from ingestion.mapping import UNKEYED, UNMAPPED, References
from ingestion.text import as_words, factorize, factorize_rows, flags, missing
from ingestion.values import suspected_identity

UNKNOWN_KEPT = 300  # unknown names of a column for which candidates are looked for


@dataclass(frozen=True)
class Unknown:
    """An unknown name of a column: its stand-in, its data rows (from 0), what may be meant by it."""

    field: str
    role: str
    stand_in: str
    rows: np.ndarray
    candidates: list[str]


@dataclass(frozen=True)
class Named:
    """A column of names as codes; which rows are unmapped, which look like a person's number
    (those are not even kept as a stand-in), and the unknown names.
    """

    codes: pa.Array
    unmapped: np.ndarray
    person: np.ndarray
    unknown: list[Unknown]


def map_names(
    columns: list[np.ndarray],
    field: Field,
    near: pa.Array | None,
    references: References,
    home_region: str,
) -> Named:
    """Return the codes of a field's names.

    `near` holds the region of each row that decides between organisations of one name.
    """
    texts = [as_words(cells) for cells in columns]
    if near is not None and field.role == "organisation":
        texts.append(near)
    places, distinct = _distinct(texts)
    person = _persons(distinct, len(columns))[places]
    codes = [
        _code(names[: len(columns)], [*names, None][len(columns)], field, references, home_region)
        for names in distinct
    ]
    found = pa.array(codes, pa.string()).take(pa.array(places))
    if person.any():
        found = pc.if_else(pa.array(person), pa.scalar(None, pa.string()), found)
    unmapped = flags(pc.starts_with(found, UNMAPPED))
    given = [next((n for n in reversed(names[: len(columns)]) if n), "") for names in distinct]
    unknown = _unknown(field, found, unmapped, places, given, references, home_region)
    return Named(found, unmapped, person, unknown)


def _persons(distinct: list[tuple], width: int) -> np.ndarray:
    """Tell which combinations hold a person's number in one of their first columns."""
    if not distinct:
        return np.zeros(0, bool)
    columns = [*zip(*distinct, strict=True)][:width]
    return np.logical_or.reduce([suspected_identity(column) for column in columns])


def _unknown(field, found, unmapped, places, given, references, home_region) -> list[Unknown]:
    """Return the unknown names of a column, the most frequent first, with what may be meant."""
    rows = np.flatnonzero(unmapped)
    if not len(rows):
        return []
    stand_ins, first = factorize(found.take(pa.array(rows)))
    listed = []
    for number in np.argsort(-np.bincount(stand_ins), kind="stable")[:UNKNOWN_KEPT]:
        own, stand_in = rows[stand_ins == number], found[rows[first[number]]].as_py()
        name = given[places[own[0]]]
        # Without a key all unknown names share one stand-in: nothing can be offered for it.
        keyed = stand_in not in (UNKEYED, name)
        offered = nearby(field.role, references, home_region).candidates(name) if keyed else []
        listed.append(Unknown(field.name, field.role, stand_in, own, offered))
    return listed


def stand_ins(cells: np.ndarray, references: References) -> tuple[pa.Array, np.ndarray]:
    """Return the stand-ins of a column of names, and which look like a person's number."""
    text = as_words(cells)
    words = text.dictionary.to_pylist()
    person = flags(pa.array(suspected_identity(words), pa.bool_()).take(text.indices))
    made = [references.unmapped(name) for name in words]
    found = pa.array(made, pa.string()).take(text.indices)
    return pc.if_else(pa.array(person), pa.scalar(None, pa.string()), found), person


def known_codes(
    codes: pa.Array, roles: pa.Array, references: References
) -> tuple[pa.Array, np.ndarray]:
    """Return codes as the list of each row's role writes them, and which are on no such list.

    A row whose role is not known is not judged: the role's own reason is told.
    """
    made = [
        references.code(role, code) if code and role in NAME_ROLES else None
        for role, code in zip(roles.to_pylist(), codes.to_pylist(), strict=True)
    ]
    known = pa.array(made, pa.string())
    judged = flags(pc.is_in(roles, pa.array(sorted(NAME_ROLES))))
    return known, ~missing(codes) & missing(known) & judged


def _distinct(texts: list[pa.Array]) -> tuple[np.ndarray, list[tuple[str | None, ...]]]:
    """Return each row's place in the list of distinct combinations, and that list."""
    places, first = factorize_rows(texts)
    rows = pa.array(first)
    return places, list(zip(*(text.take(rows).to_pylist() for text in texts), strict=True))


def _code(
    names: tuple, near: str | None, field: Field, references: References, home_region: str
) -> str | None:
    given = tuple(name for name in names if name)
    if not given:
        return None
    if field.role == "region":
        code = references.region(given, home_region)
    elif field.role == "organisation":
        region = near if near and not near.startswith(UNMAPPED) else home_region
        code = next(filter(None, (references.organisation(n, region) for n in given)), None)
    else:
        code = references.category(given[-1])
    return code or references.unmapped(given[-1])
