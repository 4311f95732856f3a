"""Ledgers broken in every way: no crash, no unexplained row, and no file that stops the others.

The samples' files and the real ledgers are cut, flipped, re-encoded, and their cells, headers and zip members changed,
by a seeded source. `MUTATED_FILES` asks for more of them (make soak); the default is a handful, always the same.
"""

import csv
import io
import os
import random
import shutil
import zipfile
from pathlib import Path

import pytest

import samples
from ingestion import inspection, landing, register
from ingestion.home import Home
from tests.conftest import ROOT, SHARED
from tests.door_files import HEADERS, OFFICE, row, text

FILES = int(os.environ.get("MUTATED_FILES", "60"))
BATCH = 30  # files that are taken together, with one good file among them
LARGEST = 1_500_000  # bytes of a real ledger that is worth mutating thousands of times
CELLS = (
    "", " ", "=1+1", "@SUM(A1)", "2025-13-45", "9" * 40, "-1", "nan", "1e999", "\x07", "\u200b", "合计", "13900001111",
    "11010519491231002X", "是", "😀", '"', "A" * 40_000, "2025年4月", "0000-00-00", "１２",
)  # fmt: skip
PARTS = (
    b"<",
    b"&bogus;",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"\x00" * 64,
    b"]]>",
    b"</row>",
    b"<c r='XFE1048577'/>",
)
SUFFIXES = (".xlsx", ".xls", ".csv", ".tsv", ".txt", ".xlsm", "", ".zip")


@pytest.fixture(scope="module")
def province(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("province")
    samples.generate(out, scale=0.05)
    return out


@pytest.fixture(scope="module")
def originals(province) -> list[tuple[str, Path]]:
    """Files to break, each with an office that may tell it."""
    found = [
        (path.parent.name, path) for path in sorted(province.rglob("landing/*/*")) if path.is_file()
    ]
    real = sorted(SHARED.glob("ledgers/*/*")) if SHARED.exists() else []
    told = [p for p in real if p.suffix in (".csv", ".xlsx", ".xls") and p.stat().st_size < LARGEST]
    return found + [("980101-xf", path) for path in told]


@pytest.fixture
def home(province, tmp_path) -> Home:
    home = Home(tmp_path / "home")
    shutil.copytree(province / "rules", home.rules)
    for example in sorted((ROOT / "docs" / "examples").glob("*/contracts")):
        shutil.copytree(example, home.contracts, dirs_exist_ok=True)
    return home


def _broken(draw: random.Random, raw: bytes) -> bytes:
    """Return a file's bytes with one to three things done to it: first to what it says, while it can be read."""
    inside = _zip_changed if zipfile.is_zipfile(io.BytesIO(raw)) else _cells_changed
    ways = [inside] * 6 + [_cut, _flipped, _grown, _repeated, _recoded]
    chosen = draw.choices(ways, k=draw.randint(1, 3))
    for way in sorted(chosen, key=lambda way: way is not inside):
        raw = way(draw, raw)
    return raw


def _cut(draw, raw: bytes) -> bytes:
    return raw[: draw.randint(0, len(raw))]


def _flipped(draw, raw: bytes) -> bytes:
    changed = bytearray(raw)
    for _ in range(draw.randint(1, 40)):
        if changed:
            changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _grown(draw, raw: bytes) -> bytes:
    at = draw.randint(0, len(raw))
    return raw[:at] + draw.randbytes(draw.choice((1, 100, 20_000))) + raw[at:]


def _repeated(draw, raw: bytes) -> bytes:
    start = draw.randint(0, len(raw))
    end = min(len(raw), start + draw.choice((10, 1_000, 50_000)))
    return raw[:end] + raw[start:end] * draw.randint(1, 3) + raw[end:]


def _recoded(draw, raw: bytes) -> bytes:
    code = draw.choice(("utf-16", "gb18030", "utf-8-sig", "latin-1", "utf-32", "big5"))
    return raw.decode("utf-8", "replace").encode(code, "replace")


def _cells_changed(draw, raw: bytes) -> bytes:
    """Change cells, headers and the shape of a text file."""
    code = draw.choice(("utf-8-sig", "gb18030"))
    delimiter = draw.choice((",", "\t"))
    rows = list(csv.reader(raw.decode(code, "replace").splitlines(), delimiter=delimiter))
    if not rows:
        return raw
    for _ in range(draw.randint(1, 6)):
        line = rows[draw.choice((0, 0, 1, draw.randrange(len(rows)))) % len(rows)]
        way = draw.randrange(6)
        if way == 0 and line:
            line[draw.randrange(len(line))] = draw.choice(CELLS)
        elif way == 1 and line:
            del line[draw.randrange(len(line))]
        elif way == 2:
            line.insert(draw.randint(0, len(line)), draw.choice(CELLS))
        elif way == 3:
            draw.shuffle(line)
        elif way == 4:
            rows.insert(draw.randint(0, len(rows)), list(draw.choice(rows)))
        else:
            line += ["多"] * draw.choice((1, 300, 20_000))
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, escapechar="\\").writerows(rows)
    return target.getvalue().encode(draw.choice(("utf-8", "utf-8-sig", "gb18030")), "replace")


def _zip_changed(draw, raw: bytes) -> bytes:
    """Change members of a workbook: their text, their names, how often they are there."""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        members = [(info.filename, book.read(info)) for info in book.infolist()]
    if not members:
        return raw
    number = draw.randrange(len(members))
    name, content = members[number]
    way = draw.randrange(6)
    if way == 0:
        del members[number]
    elif way == 1:
        members.append((name, content))
    elif way == 2:
        members[number] = (
            draw.choice(("../" + name, "xl/worksheets/sheet9.xml", "xl/vbaProject.bin")),
            content,
        )
    elif way == 3:
        members[number] = (name, _flipped(draw, content))
    elif way == 4:
        at = draw.randint(0, len(content))
        members[number] = (name, content[:at] + draw.choice(PARTS) + content[at:])
    else:
        cell = draw.choice(CELLS).encode()
        pieces = content.split(b"<v>")
        at = draw.randrange(len(pieces))
        pieces[at] = cell + b"</v>" + pieces[at].partition(b"</v>")[2]
        members[number] = (name, b"<v>".join(pieces))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for member, text_of in members:
            book.writestr(member, text_of)
    return target.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_broken_ledgers_are_explained_and_stop_nobody(home, originals, monkeypatch):
    draw, batches = random.Random(20260401), 0
    for number in range(0, FILES, BATCH):
        monkeypatch.setenv("PETITION_CLOCK", "2026-04-05T09:00:00")
        sent = {}
        for serial in range(number, min(number + BATCH, FILES)):
            office, source = draw.choice(originals)
            suffix = source.suffix if draw.random() < 0.9 else draw.choice(SUFFIXES)
            path = home.landing / office / f"{serial:05d}{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_broken(draw, source.read_bytes()))
            sent[path] = (serial, source.name)
        batches += 1
        good = home.landing / OFFICE / f"好的{batches}.csv"
        text(good, [HEADERS, row(f"G{batches}")])
        taken = {item.arrival.path: item for item in landing.take_all(home, settle_seconds=0)}
        assert set(taken) == {*sent, good}, "every file was looked at"
        assert taken[good].result.receipt.loaded == 1, "the good one among them is in"
        for path, item in taken.items():
            receipt, said = item.result.receipt, item.result.problems
            where = sent.get(path, path)
            assert receipt.read == receipt.loaded + receipt.quarantined + receipt.duplicate, where
            assert not item.result.refused or any(p.text() for p in said), where
            assert not receipt.quarantined or said, where
    findings, _ = inspection.inspect(home)
    wrong = [f for f in findings if f.state == inspection.WRONG]
    assert not wrong, wrong[:3]
    assert len(register.deliveries(home)) >= batches
