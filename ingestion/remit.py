"""What an office may tell: by which relation a row is its own to tell, or none (越权).

The contract names the relations and the columns that show them (`may_tell`), in order; the first
that holds is kept with the row. A petition office's remit is its region and all below; another body
tells of itself, and of places in its own region and below. `above` turns it round: the flow of what
a petition office above registered and sent down may be told by those below it.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from ingestion.contract import NOT_JUDGED, Contract, Remit
from ingestion.fields import Field
from ingestion.mapping import UNMAPPED, References
from ingestion.text import flags

UNKNOWN = "unknown"


def relations(
    columns: dict[str, pa.Array],
    contract: Contract,
    office: str,
    region: str,
    references: References,
) -> tuple[pa.Array, np.ndarray]:
    """Return each row's relation code, and which rows are outside the office's remit.

    `unknown`: every judged column is empty or unmapped. A ledger that names no column: `not_judged`.
    """
    size = len(next(iter(columns.values())))
    if not contract.may_tell:
        return pa.repeat(pa.scalar(NOT_JUDGED), size), np.zeros(size, bool)
    fields = {f.name: f for f in contract.ledger_fields}
    relation, told = np.full(size, None, object), np.zeros(size, bool)
    asked = ((code, remit) for code, remits in contract.may_tell.items() for remit in remits)
    for code, remit in asked:
        test = _test(remit, fields[remit.column], office, region, references)
        within, known = _judge(columns.get(remit.column), test, size)
        if not told.any() and within.all():  # as a rule: all rows are told by the first relation
            return pa.repeat(pa.scalar(code), size), np.zeros(size, bool)
        told |= known
        relation[within & np.equal(relation, None)] = code
    outside = told & np.equal(relation, None)
    relation[~told] = UNKNOWN
    return pa.array(relation, pa.string()), outside


def _judge(
    column: pa.Array | None, is_within: Callable[[str], bool], size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows lie within the remit by one column, and in which it says anything."""
    if column is None:
        return np.zeros(size, bool), np.zeros(size, bool)
    coded = column.dictionary_encode()
    values = coded.dictionary.to_pylist()
    known = pa.array([not v.startswith(UNMAPPED) for v in values], pa.bool_())
    within = pa.array([not v.startswith(UNMAPPED) and is_within(v) for v in values], pa.bool_())
    return flags(within.take(coded.indices)), flags(known.take(coded.indices))


def _test(
    remit: Remit, judged: Field, office: str, region: str, references: References
) -> Callable[[str], bool]:
    """Return the test of one column: whether what it names makes the row the office's to tell."""
    if judged.role == "region":
        return lambda code: region in references.ancestors(code)
    if remit.above:
        offices, above = references.petition_offices, set(references.ancestors(region))
        return lambda code: code in offices and references.org_regions[code] in above
    if office not in references.petition_offices:
        return lambda code: code == office
    return lambda code: region in references.ancestors(references.org_regions.get(code, ""))
