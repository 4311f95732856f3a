"""The same planted issue in every format: what is printed is there, what is kept back is a word, nothing is a formula."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
import zipfile

import pandas as pd
import pytest
from docx import Document

from publication.bulletin import html, package, pdf, word, workbook
from publication.bulletin.layout import Edition, layout
from tests import planted_issue as planted

EAST, WEST, SOUTH = planted.CITIES
TAG = re.compile(r"<[^>]+>")
needs_fonts = pytest.mark.skipif(
    not (pdf.available() and pdf.DEBIAN.is_dir()), reason="没有 typst 或者 fonts-noto-cjk，不作 PDF"
)


@pytest.fixture(scope="module")
def page() -> dict:
    return layout(planted.said(), Edition())


@pytest.fixture(scope="module")
def pages(page, tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    written = html.write(page, folder, ["bulletin.xlsx"])
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in written}


def test_every_page_says_that_nobody_signed_until_somebody_did(page, pages, tmp_path):
    of_pages = [text for name, text in pages.items() if name.endswith(".html")]
    assert all("送审稿 · 未经签发" in text for text in of_pages)
    signed = layout(planted.said(), Edition(2, "张局", "2026-04-06T10:00:00", "东市补报"))
    again = [p.read_text("utf-8") for p in html.write(signed, tmp_path, []) if p.suffix == ".html"]
    assert all("送审稿" not in text and "张局 签发" in text for text in again)
    assert "更正说明" in again[0] and "东市补报" in again[0] and "第 2 版" in again[0]


def test_a_page_asks_for_nothing_outside_its_folder_and_runs_nothing(pages):
    for name, text in pages.items():
        assert not re.search(r"https?://(?!www\.w3\.org)", text), name
        assert "<script" not in text and "javascript:" not in text, name
        assert (
            name.endswith(".css")
            or "default-src &#39;none&#39;" in text
            or "default-src 'none'" in text
        )


def test_a_held_cell_of_the_great_table_has_no_digit(pages):
    cells = re.findall(r'<td class="(held|suppressed)">(.*?)</td>', pages["index.html"])
    assert {kind for kind, _ in cells} == {"held", "suppressed"}
    for _, cell in cells:
        assert not re.search(r"[0-9]", TAG.sub("", cell)), cell


def test_what_a_ledger_calls_a_place_cannot_become_markup(tmp_path):
    figures = planted.each_state()
    figures[0]["reason_text"] = '<b onclick="x">缺1</b>'
    written = html.write(layout(planted.said(figures), Edition()), tmp_path, [])
    assert all("<b onclick" not in p.read_text("utf-8") for p in written)


@pytest.fixture(scope="module")
def book(page, tmp_path_factory):
    target = tmp_path_factory.mktemp("book") / "b.xlsx"
    workbook.write(page, target, planted.MADE_AT)
    return target


def test_the_workbook_has_numbers_for_what_is_printed_and_words_for_the_rest(book):
    sheets = pd.read_excel(book, sheet_name=None, header=None, engine="calamine")
    assert list(sheets) == ["总表", "全部数字", "走势", "暂缓与更正", "说明"]
    rows = {row[0]: list(row) for row in sheets["总表"].itertuples(index=False)}
    head = rows["地区"]
    at = next(n for n, name in enumerate(head) if str(name).startswith("按期答复率"))
    assert (rows["东市"][at], rows["东市"][at + 1]) == (98.6, 1)
    assert rows["=西市()"][at] == "暂缓"
    repeat = next(n for n, name in enumerate(head) if str(name).startswith("重复信访件占比"))
    assert rows["南市"][repeat] == "※"


def test_no_cell_of_the_workbook_is_a_formula(book):
    with zipfile.ZipFile(book) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert sheets and all(b"<f>" not in archive.read(n) for n in sheets)
        assert b"=\xe8\xa5\xbf\xe5\xb8\x82()" in archive.read("xl/sharedStrings.xml"), (
            "the name stays a text"
        )


def test_the_word_file_has_the_sentences_and_the_great_table(page, tmp_path):
    word.write(page, tmp_path / "b.docx", planted.MADE_AT)
    document = Document(str(tmp_path / "b.docx"))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "送审稿" in text and all(point in text for point in page["points"])
    annex = document.tables[-1]
    told = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in annex.rows}
    assert told["东市"][1].startswith("98.6（1）")
    assert told["=西市()"][1] == "暂缓" and told["南市"][2] == "※"


def test_data_says_null_for_what_is_not_printed_and_the_package_describes_it(page, tmp_path):
    package.write(planted.said(), page, tmp_path)
    with (tmp_path / "data.csv").open(encoding="utf-8-sig") as source:
        rows = list(csv.DictReader(source))
    assert len(rows) == len(planted.each_state())
    for row in rows:
        if row["release_status"] != "published":
            assert not any(
                row[n]
                for n in ("num", "den", "value", "value_low", "value_high", "rank", "yoy_points")
            )
    told = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    for resource in told["resources"]:
        raw = (tmp_path / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}" and resource[
            "bytes"
        ] == len(raw)
        assert [f["name"] for f in resource["schema"]["fields"]] == list(rows[0])
    assert list(pd.read_parquet(tmp_path / "data.parquet").columns) == list(rows[0])


@needs_fonts
def test_the_pdf_says_the_same_and_holds_the_same_back(page, tmp_path):
    pdf.write(page, tmp_path / "b.pdf", planted.MADE_AT)
    if not shutil.which("pdftotext"):
        pytest.skip("没有 pdftotext（poppler-utils），不读 PDF 的文字")
    asked = ["pdftotext", "-layout", str(tmp_path / "b.pdf"), "-"]
    text = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
    assert "98.6" in text and "月考核〔2026〕3号" in text and "送审稿" in text
    table = text[re.search("表 ?1", text).start() :]
    west = next(line for line in table.splitlines() if "=西市()" in line)
    assert "暂缓" in west and "1,234" in west


@needs_fonts
def test_a_full_page_has_22_lines_of_28_characters(tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("没有 pdftotext（poppler-utils），不读 PDF 的文字")
    figures = planted.each_state()
    figures[5]["reason_text"] = "核" * 28 * 60
    pdf.write(layout(planted.said(figures), Edition()), tmp_path / "b.pdf", planted.MADE_AT)
    asked = ["pdftotext", "-f", "2", "-l", "2", "-raw", str(tmp_path / "b.pdf"), "-"]
    text = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
    full = [line for line in text.splitlines() if set(line) == {"核"}]
    assert {len(line) for line in full} == {28}
    assert len(full) == 22


def test_written_again_a_day_later_every_format_is_the_same_bytes(page, tmp_path):
    def once(name: str) -> dict[str, str]:
        folder = tmp_path / name
        folder.mkdir()
        html.write(page, folder, [])
        workbook.write(page, folder / "b.xlsx", planted.MADE_AT)
        word.write(page, folder / "b.docx", planted.MADE_AT)
        package.write(planted.said(), page, folder)
        if pdf.available() and pdf.DEBIAN.is_dir():
            pdf.write(page, folder / "b.pdf", planted.MADE_AT)
        files = (p for p in folder.rglob("*") if p.is_file())
        return {
            p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in files
        }

    first = once("a")
    import time

    time.sleep(2.1)  # zip tells time in steps of two seconds
    assert once("b") == first
