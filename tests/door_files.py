"""Files for tests of the door: one small home, workbooks and texts of a few rows, and the look at
what the door says of them.
"""

import csv
import io
import tempfile
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import xlsxwriter
import xlwt

from ingestion import door
from ingestion.contract import load_contracts
from ingestion.door import FileResult
from ingestion.home import Home
from ingestion.linkage import NetworkKey
from ingestion.mapping import References
from ingestion.problems import Problem
from ingestion.rows import Context

OFFICE, REGION = "980101-xf", "980101000000"
RECEIVED = datetime(2025, 6, 1, 9, 0)
REGIONS = """region_code,region_name,level_code,parent_code,valid_from,valid_to
980000000000,示例省,province,000000000000,2000-01-01,
980100000000,甲市,prefecture,980000000000,2000-01-01,
980101000000,甲一县,county,980100000000,2000-01-01,
980102000000,甲二区,county,980100000000,2000-01-01,
"""
ORGANISATIONS = """org_code,org_name,region_code,level_code,is_petition_office,valid_from,valid_to
980101-xf,甲一县信访局,980101000000,county,true,2000-01-01,
980102-xf,甲二区信访局,980102000000,county,true,2000-01-01,
980101-zj,甲一县住房和城乡建设局,980101000000,county,false,2000-01-01,
"""
HEADERS = ["信访件编号", "登记时间", "信访形式", "问题属地", "责任单位", "信访人数"]
EVENTS = ["信访件编号", "流转序号", "办理方式", "办理时间"]


def row(number: int | str = 1, at: object = "2025-04-08", **cells: object) -> list:
    """Return a good register row under HEADERS; `cells` replaces some of them."""
    good = dict(zip(HEADERS, [f"A{number}", at, "来信", "甲一县", "甲一县信访局", 2], strict=True))
    return list((good | cells).values())


def write_rules(folder: Path) -> Path:
    """Write the small home's name lists."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "regions.csv").write_text(REGIONS, "utf-8")
    (folder / "organisations.csv").write_text(ORGANISATIONS, "utf-8")
    return folder


def make_home(root: Path) -> Home:
    """Make the small home with an empty landing folder for its office."""
    home = Home(root)
    write_rules(home.rules)
    (home.landing / OFFICE).mkdir(parents=True)
    return home


@lru_cache
def context() -> Context:
    """Return what the small home's office is judged against."""
    with tempfile.TemporaryDirectory() as folder:
        references = References.load(write_rules(Path(folder)))
    return Context(OFFICE, REGION, RECEIVED, references)


def keyed(key_id: str = "k1", **changes: object) -> Context:
    """Return the small home's context with a network key; `changes` replaces parts of it."""
    key = NetworkKey(key_id, b"a secret of the network, long enough")
    references = replace(context().references, key=key, kept_by_place={})
    return replace(context(), references=references, **changes)


def write_key(path: Path, line: str = "k1:" + "0123456789abcdef" * 2, mode: int = 0o600) -> Path:
    """Write a network key file."""
    path.write_text(line, "utf-8")
    path.chmod(mode)
    return path


def examine(
    path: Path,
    hint: str | None = None,
    contracts: Path | None = None,
    judged: Context | None = None,
) -> FileResult:
    """Put one file through the door of the small home; rows are conserved whatever it holds."""
    result = door.examine(path, load_contracts(contracts), judged or context(), hint)
    for ledger in result.ledgers:
        receipt = ledger.receipt
        assert receipt.balanced
        assert receipt.loaded == len(ledger.rows)
        places = {
            (r["sheet_no"], r["row_no"])
            for r in ledger.quarantine.select(["sheet_no", "row_no"]).to_pylist()
        }
        assert receipt.quarantined == len(places)
    assert "door_failed" not in [p.code for p in result.problems]
    return result


def rows_of(result: FileResult, ledger: str = "petition_register") -> list[dict]:
    """Return the loaded rows of a ledger."""
    return next(r.rows.to_pylist() for r in result.ledgers if r.contract.ledger == ledger)


def problems_of(result: FileResult, code: str) -> list[Problem]:
    """Return the problems of one code; each is said in Chinese with what to do."""
    found = [p for p in result.problems if p.code == code]
    for problem in found:
        message, remedy = problem.text().split("→")
        assert any("\u4e00" <= c <= "\u9fff" for c in message)
        assert any("\u4e00" <= c <= "\u9fff" for c in remedy)
    return found


def the_problem(result: FileResult, code: str) -> tuple[int | None, int | None, int | None]:
    """Return the place (sheet, row, column) of the only problem of a code."""
    (problem,) = problems_of(result, code)
    return problem.sheet_no, problem.row_no, problem.column_no


def xlsx(path: Path, *sheets: list[list]) -> Path:
    """Write sheets of rows; dates become date cells, `=…` a formula that was never calculated."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "nan_inf_to_errors": True})
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for rows in sheets:
        page = book.add_worksheet()
        for r, cells in enumerate(rows):
            for c, cell in enumerate(cells):
                if isinstance(cell, str):
                    write = page.write_formula if cell.startswith("=") else page.write_string
                    write(r, c, cell, *([None, ""] if cell.startswith("=") else []))
                elif hasattr(cell, "isoformat"):
                    page.write_datetime(r, c, cell, when)
                elif cell is not None:
                    page.write(r, c, cell)
    book.close()
    return path


def xls(path: Path, rows: list[list]) -> Path:
    """Write an old workbook."""
    book = xlwt.Workbook()
    page = book.add_sheet("台账")
    when = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
    for r, cells in enumerate(rows):
        for c, cell in enumerate(cells):
            dated = hasattr(cell, "isoformat")
            page.write(r, c, cell, *([when] if dated else []))
    book.save(str(path))
    return path


def text(path: Path, rows: list[list], encoding: str = "utf-8", separator: str = ",") -> Path:
    """Write delimited text."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(target.getvalue().encode(encoding))
    return path


def resident_number(serial: int = 1) -> str:
    """Return a made-up resident identity number whose checksum holds (GB 11643); another for each serial."""
    body = f"98010119900307{serial:03d}"
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(body))
    return body + "10X98765432"[total % 11]
