"""The door's short way says what the long one says: words that were read before."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.contract import load_contracts
from ingestion.door import FileResult
from ingestion.words import MOST_WORDS, Words, are_few
from tests.door_files import HEADERS, context, examine, keyed, row, xlsx

CELLS = {
    "登记时间": st.sampled_from(["2025-04-08", "2025-13-45"]),
    "信访形式": st.sampled_from(["来信", "来 访", "1", 1.0, True, "飞信", None, ""]),
    "问题属地": st.sampled_from(["甲一县", "980101", 980101.0, "甲二区", "乌有县", None]),
    "责任单位": st.sampled_from(
        ["甲一县信访局", "信访局", "980101-zj", "13900001111", "乌有局", None]
    ),
    "信访人数": st.sampled_from([2, 2.0, "2", "２", True, 1, 0, -1, 2.5, "两", None]),
    "初次信访": st.sampled_from(["是", "否", True, False, 1, 0, 1.0, "√", "也许", None]),
}
ROWS = st.lists(st.fixed_dictionaries(CELLS), max_size=4)


def _file(folder: Path, number: int, rows: list[dict]) -> Path:
    headers = [*HEADERS, "初次信访"]
    table = [[*row(n), "是"] for n in range(len(rows))]
    cells = [
        dict(zip(headers, r, strict=True)) | given for r, given in zip(table, rows, strict=True)
    ]
    return xlsx(folder / f"{number}.xlsx", [headers, *([*c.values()] for c in cells)])


def _said(result: FileResult) -> list:
    ledgers = [
        (r.rows.to_pylist(), r.quarantine.to_pylist(), r.receipt, r.unmapped, r.span)
        for r in result.ledgers
    ]
    return [result.sha256, result.problems, ledgers]


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=5), st.booleans())
def test_words_that_were_read_before_are_read_the_same(files, with_key):
    bare = keyed() if with_key else context()
    words = replace(bare, words=Words())
    with tempfile.TemporaryDirectory() as folder:
        for number, rows in enumerate(files):
            path = _file(Path(folder), number, rows)
            assert _said(examine(path, judged=words)) == _said(examine(path, judged=bare))


def test_only_what_was_read_without_fault_is_held(tmp_path: Path):
    words = Words()
    judged = replace(keyed(), words=words)
    examine(
        _file(tmp_path, 1, [{"责任单位": "王某某"}, {"责任单位": "甲一县信访局"}]), judged=judged
    )
    examine(_file(tmp_path, 2, [{"责任单位": "甲一县信访局"}]), judged=judged)
    held = {cell for known in words._read.values() for cell in known}
    assert not [c for c in held if "王某某" in (c if isinstance(c, tuple) else (c,))]
    assert ("甲一县信访局", "980101000000") in held or "甲一县信访局" in held


def test_a_column_of_many_words_is_not_held_without_end():
    words = Words()
    for start in range(0, 3 * MOST_WORDS, 500):
        cells = np.array([float(n) for n in range(start, start + 500)], object)
        words.hold(("a",), [cells], pa.array(range(start, start + 500)))
    assert len(words._read[("a",)]) == MOST_WORDS


def test_what_is_not_read_cell_by_cell_is_not_held():
    fields = [f for c in load_contracts() for f in c.fields]
    assert not any(are_few(f) for f in fields if f.code_of and not f.enum)
    assert not any(are_few(f) for f in fields if f.role in ("stand_in", "own_delivery"))
    assert not any(are_few(f) for f in fields if f.type in ("date", "timestamp"))
