"""Columns of names to codes, over the distinct names only: organisations, regions, categories."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import Field
from ingestion.mapping import UNMAPPED, References
from ingestion.text import as_text, flags
from ingestion.values import suspected_identity


def map_names(
    columns: list[np.ndarray],
    field: Field,
    near: pa.Array | None,
    references: References,
    home_region: str,
) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    """Return the codes of a field's names, which are unmapped, and which look like a person's
    number: those are not even kept as a stand-in.

    `near` holds the region of each row that decides between organisations of one name.
    """
    texts = [as_text(cells) for cells in columns]
    person = np.logical_or.reduce([suspected_identity(text) for text in texts])
    if near is not None and field.role == "organisation":
        texts.append(near)
    places, distinct = _distinct(texts)
    codes = [
        _code(names[: len(columns)], [*names, None][len(columns)], field, references, home_region)
        for names in distinct
    ]
    found = pa.array(codes, pa.string()).take(pa.array(places))
    if person.any():
        found = pc.if_else(pa.array(person), pa.scalar(None, pa.string()), found)
    return found, flags(pc.starts_with(found, UNMAPPED)), person


def _distinct(texts: list[pa.Array]) -> tuple[np.ndarray, list[tuple[str | None, ...]]]:
    """Return each row's place in the list of distinct combinations, and that list."""
    coded = [text.dictionary_encode(null_encoding="encode") for text in texts]
    place = np.zeros(len(texts[0]), "int64")
    for column in coded:
        place = place * (len(column.dictionary) + 1) + column.indices.to_numpy()
        place, kinds = pd.factorize(place)  # at every step: products of many columns overflow
    first = np.full(len(kinds), -1)
    first[place[::-1]] = np.arange(len(place))[::-1]
    return place, list(
        zip(*(text.take(pa.array(first)).to_pylist() for text in texts), strict=True)
    )


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
