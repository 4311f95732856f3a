"""The real ledgers, by contract files and rules alone, against figures computed elsewhere."""

import importlib.util
import json
import re
import shutil
from datetime import datetime

import duckdb
import pytest

from ingestion import landing, warehouse
from orchestration import project
from publication import candidate
from publication import explain as explaining
from publication import release as releases
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
AS_OF = datetime(2026, 10, 31, 23, 59, 59)


@pytest.fixture(scope="module")
def oracles(real_ledgers) -> dict:
    return json.loads((real_ledgers / "ORACLES.json").read_text("utf-8"))


def _build(home):
    taken = landing.take_all(home, settle_seconds=0)
    warehouse.load(home, AS_OF)
    assert project.failures(project.build(home, [])) == []
    built = candidate.build_candidate(home, home.warehouse, home.candidate, None)
    return taken, releases.publish(home, built)


@pytest.fixture(scope="module")
def pingshan(real_ledgers, example_home):
    home = example_home("pingshan")
    source = real_ledgers / "pingshan_minsheng_2018"
    spec = importlib.util.spec_from_file_location(
        "rules_from_ledger", ROOT / "docs/examples/pingshan/rules_from_ledger.py"
    )
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    maker.write_rules(source / "events.csv", home.rules)
    folder = home.landing / maker.OFFICE
    folder.mkdir(parents=True)
    shutil.copy(source / "events.csv", folder)
    for workbook in source.glob("*.xlsx"):
        shutil.copy(workbook, folder)
    return home, *_build(home)


@pytest.fixture(scope="module")
def tipdm(real_ledgers, example_home):
    home = example_home("tipdm")
    home.rules.mkdir()
    (home.rules / "regions.csv").write_text(
        "region_code,region_name,level_code,parent_code,valid_from,valid_to\n"
        "990000000000,西地省,province,000000000000,2010-01-01,\n"
    )
    (home.rules / "organisations.csv").write_text(
        "org_code,org_name,region_code,level_code,is_petition_office,valid_from,valid_to\n"
        "990000-wz,问政平台,990000000000,province,false,2010-01-01,\n"
    )
    folder = home.landing / "990000-wz"
    folder.mkdir(parents=True)
    for workbook in (real_ledgers / "tipdm2020c").glob("附件4*.xlsx"):
        shutil.copy(workbook, folder)
    return home, *_build(home)


def _figures(release, indicator: str, by: str) -> dict:
    sql = (
        f"select {by}, sum(den), sum(num) from indicator_rows"
        " left join dim_region_closure on region_code = descendant_code"
        " left join dim_region on ancestor_code = dim_region.region_code"
        " where indicator_code = ? group by 1"
    )
    with explaining.open_serve(release) as connection:
        return {k: [int(d), int(n)] for k, d, n in connection.execute(sql, [indicator]).fetchall()}


def test_every_row_of_both_files_is_accounted_for(pingshan):
    _, taken, _ = pingshan
    assert len(taken) == 2
    for item in taken:
        receipt = item.result.receipt
        assert (receipt.read, receipt.loaded) == (9990, 9990)
        assert receipt.balanced


def test_csv_and_workbook_of_the_same_rows_do_not_double(pingshan, oracles):
    _, _, release = pingshan
    with explaining.open_serve(release) as connection:
        (petitions,) = connection.execute("select count(*) from fct_petitions").fetchone()
    assert petitions == oracles["pingshan"]["rows"]
    home = pingshan[0]
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        (versions,) = connection.execute(
            "select count(*) from intermediate.int_petition_register_versions"
        ).fetchone()
    assert versions == petitions, "the second telling of the same rows makes no version"


def test_on_time_closing_and_its_named_exclusion(pingshan, oracles):
    _, _, release = pingshan
    found = explaining.explain(
        release, "declared_on_time_closure", "project", "440310000000", "2018"
    )
    want = oracles["pingshan"]
    assert (int(found.figure["num"]), int(found.figure["den"])) == (
        want["intime"],
        want["with_outcome"],
    )
    assert round(100 * found.figure["value"], 4) == want["rate_pct"]
    funnel = {step["excluded_because"]: step["subject_count"] for step in found.funnel}
    assert funnel == {"": want["with_outcome"], "no_declared_outcome": want["no_outcome"]}
    assert len(found.subjects) == want["rows"]


@pytest.mark.parametrize(
    ("level", "oracle"), [("township", "by_street"), ("village", "by_community")]
)
def test_by_street_and_by_community(pingshan, oracles, level, oracle):
    _, _, release = pingshan
    by_name = _figures(
        release,
        "declared_on_time_closure",
        f"case when level_code = '{level}' then region_name end",
    )
    by_name.pop(None)
    assert by_name == oracles["pingshan"][oracle]


def test_departments_not_names(pingshan, oracles):
    _, _, release = pingshan
    with explaining.open_serve(release) as connection:
        (units, unstated) = connection.execute(
            "select count(distinct coalesce(unit_org_code, '-')), count(*) filter (unit_org_code is null)"
            " from fct_petitions"
        ).fetchone()
        (unmapped,) = connection.execute(
            "select count(*) from fct_petitions where unit_org_code like 'unmapped%'"
        ).fetchone()
    assert units == oracles["pingshan"]["unit_ids"], "the oracle counts '-' as one of its 121 ids"
    assert unstated == 13
    assert unmapped == 0


@pytest.mark.parametrize("days", [15, 30, 60])
@pytest.mark.parametrize(
    ("variant", "oracle"), [("project", "date_diff_le"), ("timestamp", "timestamp_diff_le")]
)
def test_replies_counted_by_date_and_by_time_stamp(tipdm, oracles, days, variant, oracle):
    _, _, release = tipdm
    with explaining.open_serve(release) as connection:
        num, den = connection.execute(
            "select sum(num), sum(den) from mart_indicator_values where indicator_code = ?"
            " and variant = ? and period_kind_code = 'year' and area_code = '990000000000'",
            [f"reply_within_{days}_days", variant],
        ).fetchone()
    assert (int(num), int(den)) == (oracles["tipdm_附件4"][oracle][str(days)], 2816)


def test_replies_by_year(tipdm, oracles):
    _, _, release = tipdm
    with explaining.open_serve(release) as connection:
        by_year = connection.execute(
            "select period, den, num from mart_indicator_values where indicator_code ="
            " 'reply_within_60_days' and variant = 'project' and period_kind_code = 'year'"
            " and area_code = '990000000000'"
        ).fetchall()
    assert {y: int(d) for y, d, _ in by_year} == oracles["tipdm_附件4"]["by_received_year"]
    assert {y: int(n) for y, _, n in by_year} == oracles["tipdm_附件4"]["by_year_le60"]


def test_no_text_user_or_title_anywhere_but_landing(tipdm, real_ledgers):
    """Every cell of the dropped columns, looked for in every byte of the home, Parquet unpacked."""
    from python_calamine import CalamineWorkbook

    home, _, _ = tipdm
    workbook = next((real_ledgers / "tipdm2020c").glob("附件4*.xlsx"))
    header, *rows = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0).to_python()
    users = {str(row[header.index("留言用户")]).strip() for row in rows}
    texts = [
        str(row[header.index(name)])
        for row in rows
        for name in ("留言主题", "留言详情", "答复意见")
    ]
    kept = _everything(home)
    assert "2549" in kept and "网上留言" in kept, "the search sees what is stored"
    assert users & set(re.findall(r"[A-Za-z]\w+", kept)) == set()
    assert len(users) > 2000 and len(_grams("\n".join(texts))) > 100_000
    own = _own_words(home)
    found = _grams("\n".join(texts)) & (_grams(kept) - _grams(own))
    assert {gram for gram in found if not _two_words_touch(gram, own)} == set()


def _two_words_touch(gram: str, own: str) -> bool:
    """Return whether a run is the end of one shipped word and the start of another.

    DuckDB's file keeps the strings of a column with nothing between them, in an order that changes.
    """
    runs = set(re.findall(r"[\u4e00-\u9fff]+", own))
    ends = [any(run.endswith(gram[:i]) for run in runs) for i in range(1, len(gram))]
    starts = [any(run.startswith(gram[i:]) for run in runs) for i in range(1, len(gram))]
    return any(end and start for end, start in zip(ends, starts, strict=True))


def _own_words(home) -> str:
    """Return the text of reference data, contracts and definitions: place names stand in letters too."""
    shipped = [p for d in ("ingestion", "dbt_project") for p in (ROOT / d).rglob("*.*")]
    own = [p for p in home.root.glob("*/*") if p.parent.name in ("contracts", "models", "rules")]
    kinds = (".csv", ".yml", ".sql", ".py")
    return "\n".join(p.read_text("utf-8") for p in [*shipped, *own] if p.suffix in kinds)


def _grams(text: str, length: int = 8) -> set[str]:
    """Return every run of so many Chinese characters in a text."""
    return {
        run[i : i + length]
        for run in set(re.findall(rf"[\u4e00-\u9fff]{{{length},}}", text))
        for i in range(len(run) - length + 1)
    }


def _everything(home) -> str:
    """Return all text of a home but its landing: raw bytes, and the cells of Parquet and DuckDB."""
    parts = []
    for path in sorted(home.root.rglob("*")):
        if not path.is_file() or home.landing in path.parents:
            continue
        parts.append(path.read_bytes().decode("utf-8", "ignore"))
        if path.suffix == ".parquet":
            parts.append(duckdb.sql(f"select * from '{path}'").df().to_csv())
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = connection.execute(
                    "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
                ).fetchall()
                parts += [
                    connection.execute(f'select * from "{s}"."{t}"').df().to_csv()
                    for s, t in tables
                    if not t.startswith(
                        ("dim_region", "dim_calendar", "int_calendar", "ref_regions")
                    )
                ]
    return "\n".join(parts)
