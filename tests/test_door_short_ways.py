"""The door's short ways say what the long ones say: words read before, and an archive unpacked."""

import io
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion import archive
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


def _as_zipfile(raw: bytes) -> list[bytes] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as opened:
            entries = opened.infolist()
            for entry in entries:
                entry.file_size = archive.MAX_UNPACKED_BYTES + 1
            return [opened.open(entry).read() for entry in entries]
    except archive.BROKEN:
        return None


def _as_the_door(raw: bytes) -> list[bytes] | None:
    try:
        handle = io.BytesIO(raw)
        with zipfile.ZipFile(handle) as opened:
            return [b"".join(archive._unpacked(handle, e)) for e in opened.infolist()]
    except archive.BROKEN:
        return None


def _zip(parts: list[bytes], packed: bool) -> bytes:
    target = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", kind) as made:
        for number, part in enumerate(parts):
            made.writestr(f"部分{number}.xml" if number % 2 else f"part{number}.xml", part)
    return target.getvalue()


@settings(max_examples=300, deadline=None)
@given(st.data(), st.lists(st.binary(max_size=60), min_size=1, max_size=3), st.booleans())
def test_a_damaged_archive_is_unpacked_as_zipfile_does(data, parts, packed):
    raw = bytearray(_zip(parts, packed))
    for _ in range(data.draw(st.integers(0, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    damaged = bytes(raw)
    expected = _kinds_known(damaged) and _as_zipfile(damaged)
    assert not expected or _as_the_door(damaged) == expected
    assert expected is not None or _as_the_door(damaged) is None


def _kinds_known(raw: bytes) -> bool:
    """Tell whether the archive's claims pass: only such entries are unpacked at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as opened:
            entries = opened.infolist()
    except archive.BROKEN:
        return True
    kinds = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    return not any(e.flag_bits & 1 or e.compress_type not in kinds for e in entries)


def test_a_part_of_many_blocks_is_unpacked_whole():
    part = bytes(range(256)) * 3 + b"\0" * (3 * archive.BLOCK + 5)
    for packed in (True, False):
        assert _as_the_door(_zip([part, b"", b"a"], packed)) == [part, b"", b"a"]
