"""An issue from draft to signature to correction: what was issued never changes, and comes out again byte for byte."""

import csv
import json
import re
import shutil
import stat
import subprocess
import zipfile
from datetime import datetime
from decimal import Decimal

import pandas as pd
import pytest

from ingestion.home import Home
from publication import editions, retention, signatures
from publication import release as releases
from publication.bulletin import revisions
from publication.bulletin.evidence import NOT_TOLD, NotTheSame, _compare
from tests import issued_homes
from tests.issued_homes import NUMBER

pytestmark = pytest.mark.slow
SIGNED_AT = datetime(2026, 2, 6, 10)


@pytest.fixture(scope="module")
def issued(few_home, tmp_path_factory) -> Home:
    regions = (issued_homes.PROVINCE, issued_homes.CITY)
    return issued_homes.january(few_home, tmp_path_factory.mktemp("issued") / "home", regions)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """A private key outside the home; openssl makes it as an office would."""
    if not shutil.which("openssl"):
        pytest.skip("没有 openssl，不试数字签名")
    place = tmp_path_factory.mktemp("key") / "sign.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(place)], check=True)
    place.chmod(0o600)
    return place


@pytest.fixture(scope="module")
def signed(issued, key):
    """The signed first version; what the draft was like is looked at before."""
    draft = editions.place(issued, NUMBER) / "draft"
    modes = [
        stat.S_IMODE(p.stat().st_mode)
        for p in (draft, draft / "internal", draft / "internal" / "cases")
    ]
    assert modes == [0o750] * 3
    assert "送审稿" in (draft / "public" / "index.html").read_text("utf-8")
    trusted = issued.root / "keys"
    trusted.mkdir()
    asked = ["openssl", "pkey", "-in", str(key), "-pubout", "-out", str(trusted / "bureau.pem")]
    subprocess.run(asked, check=True)
    return editions.sign(issued, NUMBER, "张局", SIGNED_AT, key)


def _figures(folder):
    said = json.loads((folder / "public" / "issue.json").read_text("utf-8"))
    return [
        f for f in said["figures"] if f["release_status"] == "published" and f["value"] is not None
    ]


def test_a_signed_issue_is_open_its_case_lists_are_not_and_the_draft_is_gone(issued, signed):
    folder = editions.place(issued, NUMBER)
    assert signed.name == "v1" and not (folder / "draft").exists()
    modes = {
        name: stat.S_IMODE((signed / name).stat().st_mode) for name in (".", "public", "internal")
    }
    assert modes == {".": 0o755, "public": 0o755, "internal": 0o750}
    assert {
        stat.S_IMODE(p.stat().st_mode) for p in (signed / "public").rglob("*") if p.is_file()
    } == {0o444}
    assert {
        stat.S_IMODE(p.stat().st_mode) for p in (signed / "internal").rglob("*") if p.is_file()
    } == {0o440}
    assert "送审稿" not in (signed / "public" / "index.html").read_text("utf-8")
    assert "第 1 版" in (folder / "index.html").read_text("utf-8")
    with pytest.raises(editions.EditionError, match="张局.*签发"):
        editions.sign(issued, NUMBER, "李局", SIGNED_AT)


def test_every_printed_figure_has_a_page_and_the_cases_that_come_to_it(signed):
    figures = _figures(signed)
    assert len(figures) > 50
    for figure in figures:
        name = f"{figure['indicator_code']}__{figure['variant']}/{figure['area_code']}-{figure['period']}"
        assert (signed / "public" / "evidence" / f"{name}.html").exists(), name
        with (signed / "internal" / "cases" / f"{name}.csv").open(encoding="utf-8-sig") as source:
            rows = list(csv.DictReader(source))
        assert sum(float(row["num"]) for row in rows) == pytest.approx(figure["num"]), name
        if figure["kind_code"] != "per_capita":
            assert sum(float(row["den"]) for row in rows) == pytest.approx(figure["den"]), name
        if figure["kind_code"] in ("share", "stock"):
            assert sum(not row["excluded_because"] for row in rows) == figure["den"], name
        for row in rows:
            told, due = "号来件" in row["source_rows"], row["source_rows"] == NOT_TOLD
            assert told or due and float(row["num"]) == 0, name
    printed = {
        p.relative_to(signed / "internal" / "cases").as_posix()
        for p in signed.rglob("*.csv")
        if "cases" in p.parts
    }
    assert len(printed) == len(figures), "and nothing of what is not printed"


UNMASKED = """
    select indicator_code, variant, period, area_code, cast(num as bigint) as num, cast(den as bigint) as den, value
    from mart_indicator_values
    where area_kind_code = 'region' and cut_code = 'all' and den > 0 and num <> den and num > 0
"""


def test_no_number_of_what_is_kept_back_is_in_any_file(issued):
    public = editions.place(issued, issued_homes.OF_CITY) / "draft" / "public"
    said = json.loads((public / "issue.json").read_text("utf-8"))
    printed = {fraction(f["num"], f["den"]) for f in said["figures"] if f["num"] is not None}
    printed |= {
        fraction(m["num"], m["den"])
        for s in said["series"]
        for m in s["months"]
        if m["num"] is not None
    }
    kept = {revisions.key_of(f) for f in said["figures"] if f["release_status"] != "published"}
    with releases.open_serve(releases.list_releases(issued)[0]) as connection:
        rows = releases.records(connection.execute(UNMASKED))
    hidden = {fraction(r["num"], r["den"]) for r in rows if revisions.key_of(r) in kept} - printed
    assert hidden, "some of what is kept back has numbers of its own"
    said_values = {f["value"] for f in said["figures"]} | {
        m["value"] for s in said["series"] for m in s["months"]
    }
    values = {
        f"{r['value']:.6f}"
        for r in rows
        if revisions.key_of(r) in kept
        and fraction(r["num"], r["den"]) in hidden
        and r["value"] not in said_values
    }
    for path in (p for p in public.rglob("*") if p.is_file()):
        text = text_of(path)
        assert not [n for n in hidden if re.search(rf"(?<![0-9.,]){n}(?![0-9.,])", text)], path.name
        assert not [v for v in values if v in text], path.name


def fraction(num: float, den: float) -> str:
    return f"{num:g}/{den:g}"


def text_of(path) -> str:
    """Return all the text of a public file, whatever its format."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(n).decode("utf-8", "replace") for n in archive.namelist())
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    if path.suffix == ".pdf":
        if not shutil.which("pdftotext"):
            return ""
        return subprocess.run(
            ["pdftotext", str(path), "-"], capture_output=True, check=True, text=True
        ).stdout
    return path.read_text("utf-8-sig")


def test_cases_that_do_not_come_to_a_figure_are_no_issue(signed):
    import pyarrow as pa

    figure = next(f for f in _figures(signed) if f["kind_code"] == "share" and f["num"])
    fewer = pa.array([Decimal(1)] * (int(figure["num"]) - 1), pa.decimal128(18, 4))
    cases = pa.table({"num": fewer, "den": fewer})
    with pytest.raises(NotTheSame, match="对不上"):
        _compare(
            figure, {"kind_code": "share", "indicator_name": "率", "variant": "project"}, cases
        )


def test_what_was_issued_comes_out_again_byte_for_byte_and_a_changed_byte_is_named(issued, signed):
    assert editions.verify(issued, NUMBER) == {"differing": [], "notes": []}
    page = signed / "public" / "bulletin.xlsx"
    before = page.read_bytes()
    page.chmod(0o644)
    page.write_bytes(before + b" ")
    assert editions.verify(issued, NUMBER)["differing"] == ["v1/public/bulletin.xlsx 被改动过"]
    page.write_bytes(before)
    page.chmod(0o444)


def test_the_manifest_is_signed_and_another_manifest_is_not(issued, signed):
    manifest = signed / "public" / "manifest.json"
    told = signatures.read(signed / "public" / "manifest.json.sig")
    assert signatures.check(issued, manifest, told) == "bureau.pem"
    other = issued.root / "other.json"
    other.write_bytes(manifest.read_bytes().replace(b"monthly", b"MONTHLY"))
    with pytest.raises(signatures.BadSignature, match="被改过"):
        signatures.check(issued, other, told)
    with pytest.raises(signatures.BadSignature, match="公钥"):
        signatures.check(issued, manifest, told | {"key_id": "0" * 16})


def test_a_key_in_the_home_or_open_to_others_is_refused(issued, signed, key, tmp_path):
    manifest, inside = signed / "public" / "manifest.json", issued.root / "k.pem"
    shutil.copy(key, inside)
    with pytest.raises(signatures.KeyRefused, match="家目录里面"):
        signatures.sign(issued, manifest, inside)
    inside.unlink()
    opened = tmp_path / "k.pem"
    shutil.copy(key, opened)
    opened.chmod(0o644)
    with pytest.raises(signatures.KeyRefused, match="chmod 600"):
        signatures.sign(issued, manifest, opened)
    opened.write_text("no key", "utf-8")
    opened.chmod(0o600)
    with pytest.raises(signatures.KeyRefused, match="PEM"):
        signatures.sign(issued, manifest, opened)


def test_a_correction_is_a_version_beside_the_first_and_says_why(issued, signed):
    first = {p: p.read_bytes() for p in signed.rglob("*") if p.is_file()}
    with pytest.raises(editions.EditionError, match="--reason"):
        editions.correct(issued, NUMBER, " ")
    editions.correct(issued, NUMBER, "二月以后补报")
    with pytest.raises(editions.EditionError, match="还有没签发"):
        editions.correct(issued, NUMBER, "再来一次")
    target = editions.sign(issued, NUMBER, "张局", SIGNED_AT)
    assert target.name == "v2"
    said = json.loads((target / "public" / "issue.json").read_text("utf-8"))
    assert said["revisions"] and said["issue"]["compared_with"]["period"] == "2026-01"
    assert {"r"} <= {mark for f in said["figures"] for mark in f["observation_status"]}
    page = (target / "public" / "index.html").read_text("utf-8")
    assert "更正说明" in page and "二月以后补报" in page
    assert {p: p.read_bytes() for p in signed.rglob("*") if p.is_file()} == first, (
        "what was issued stands"
    )
    listed = (editions.place(issued, NUMBER) / "index.html").read_text("utf-8")
    assert "已被更正，以第 2 版为准" in listed
    with pytest.raises(editions.EditionError, match="没有不同"):
        editions.correct(issued, NUMBER, "没有什么")


@pytest.mark.parametrize(
    "number", ["../../etc/passwd", "monthly_assessment/2026-01", "x/2026-01/1"]
)
def test_a_number_is_no_path(issued, number):
    with pytest.raises(editions.EditionError, match="期号"):
        editions.place(issued, number)
    with pytest.raises(editions.EditionError, match="没有"):
        editions.place(issued, "monthly_assessment/2027-01/980000000000")


def test_a_release_is_signed_beside_itself_and_what_was_changed_since_is_seen(issued, signed, key):
    release = releases.load(issued, None)
    assert signatures.of_release(issued, release) is None
    signatures.sign_release(issued, release, "张局", key)
    assert "张局" in signatures.of_release(
        issued, release
    ) and "bureau.pem" in signatures.of_release(issued, release)
    manifest = release.folder / "internal" / "manifest.json"
    before = manifest.read_bytes()
    manifest.chmod(0o644)
    manifest.write_bytes(before.replace(b'"known_to"', b'"known_tO"'))
    with pytest.raises(signatures.BadSignature, match="被改过"):
        signatures.of_release(issued, release)
    manifest.write_bytes(before)
    manifest.chmod(0o440)


def test_a_version_signed_with_a_key_must_have_its_signature(issued, signed):
    place = signed / "public" / "manifest.json.sig"
    before = place.read_bytes()
    place.unlink()
    assert any("数字签名" in told for told in editions.verify(issued, NUMBER)["differing"])
    place.write_bytes(before)


def test_a_release_that_an_issue_is_of_is_kept_whole(issued, signed):
    assert releases.list_releases(issued)[0].release_id in retention._issued(issued)
