"""Where linkage keys may stand: the lake, staging and int_; no fact, mart, finding or release."""

import re
from datetime import datetime

import duckdb
import pyarrow.parquet as pq
import pytest
import sqlglot
from sqlglot import exp

from ingestion import landing, linkage, warehouse
from ingestion.contract import load_contracts
from ingestion.home import Home
from orchestration import project
from publication import candidate, opened, tables
from publication import release as releases
from tests.door_files import (
    EVENTS,
    HEADERS,
    OFFICE,
    make_home,
    resident_number,
    row,
    write_key,
    xlsx,
)
from tests.planted import compiled

ABOVE = ("marts", "indicators", "findings", "published")
KEYED = {
    "petition_register": {"person_key", "contact_key"},
    "evaluations": {"rater_contact_key"},
    "handling_events": {"reply_text_key", "operator_key"},
}
KEYS = set().union(*KEYED.values())
NAMED = re.compile(r"\b(?!unique_key\b|cell_key\b)\w*_key\b")  # a table's own key is none
MADE = re.compile(r"net7:[0-9a-f]{32}")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    manifest = project.manifest(Home(tmp_path_factory.mktemp("home")))
    return [n for n in manifest.nodes.values() if n.resource_type.value == "model"]


@pytest.fixture(scope="module")
def compiled_int(tmp_path_factory):
    """The SQL of every int_ model, as it runs."""
    layers = ("path:dbt_project/models/intermediate", "path:dbt_project/models/published")
    return compiled(tmp_path_factory.mktemp("compiled"), layers)


def test_the_contracts_make_these_keys_and_no_others():
    made = {c.ledger: {link.column for link in c.linkages} for c in load_contracts()}
    assert {ledger: keys for ledger, keys in made.items() if keys} == KEYED


def test_no_model_above_int_has_or_reads_a_key(models):
    above = [n for n in models if n.fqn[1] in ABOVE]
    assert len(above) > 20
    assert not [(n.name, c) for n in above for c in n.columns if NAMED.fullmatch(c)]
    assert not [(n.name, NAMED.findall(n.raw_code)) for n in above if NAMED.search(n.raw_code)]


def test_the_versions_keep_every_key(compiled_int):
    for ledger, keys in KEYED.items():
        for model in (f"int_{ledger}_retold", f"int_{ledger}_versions"):
            assert keys <= set(NAMED.findall(compiled_int[model])), model


# what may be done with a key inside int_: hand it on, and see that a row was told otherwise
HANDED_ON = (exp.Alias, exp.Coalesce, exp.Cast, exp.ConcatWs, exp.MD5, exp.Paren)


def _uses_of_keys(sql: str) -> list[str]:
    """Return what a statement does with a key beyond handing it on in a row of its subject."""
    found = []
    for column in sqlglot.parse_one(sql, read="duckdb").find_all(exp.Column):
        if column.name not in KEYS:
            continue
        node = column
        while not isinstance(node.parent, exp.Select) and isinstance(node.parent, HANDED_ON):
            node = node.parent
        row = node.parent
        in_a_row = isinstance(row, exp.Select) and node.arg_key == "expressions"
        if not in_a_row or row.args.get("distinct"):
            found.append(row.sql())
    return found


@pytest.mark.parametrize(
    "does",
    [
        "select * from t order by person_key",
        "select a, row_number() over (partition by person_key order by b) from t",
        "select a, count(distinct person_key) from t group by a",
        "select count(*) from t group by coalesce(person_key, '')",
        "select distinct person_key from t",
        "select a from t join u on t.person_key = u.person_key",
        "select a from t where person_key = 'x'",
        "with t as (select contact_key, count(*) as n from u group by 1) select n from t",
    ],
)
def test_the_scan_sees_what_it_looks_for(does):
    grouped = "group by 1" in does
    assert _uses_of_keys(does) or (grouped and _groups_by_position(does))


def _groups_by_position(sql: str) -> bool:
    """True where a statement groups or orders by a column's number, which hides its name."""
    clauses = sqlglot.parse_one(sql, read="duckdb").find_all(exp.Group, exp.Order)
    return any(isinstance(part, exp.Literal) for c in clauses for part in c.expressions)


def test_no_int_model_orders_counts_or_groups_by_a_key(compiled_int):
    made = compiled_int
    keyed = [name for name, sql in made.items() if any(k in sql for k in KEYS)]
    assert {f"int_{ledger}_versions" for ledger in KEYED} <= set(keyed)
    used = {name: set(_uses_of_keys(sql)) for name, sql in made.items()}
    # the marks of a registration: a key that was not told is no mark
    assert used.pop("int_link_marks") == {"person_key IS NULL", "contact_key IS NULL"}
    # ratings that came from one contact: compared for equality, counted by registration
    (gathered,) = used.pop("int_gathered_ratings")
    assert gathered == "evaluations.rater_contact_key = others.rater_contact_key"
    # the different texts of replies, counted by the cases that got one: a text is nobody
    assert used.pop("int_reply_texts") == {
        "reply_text_key IS NULL",
        "GROUP BY COALESCE(from_org_code, office_code),"
        " CAST(TIMESTAMP_TRUNC(event_at, MONTH) AS DATE), reply_text_key",
    }
    assert {name: uses for name, uses in used.items() if uses} == {}
    assert [name for name, sql in made.items() if _groups_by_position(sql)] == []


def test_marks_are_compared_for_equality_and_nothing_else(compiled_int):
    """Models that look at marks, keys among them: which registrations may be one matter, or are read with it."""
    reading = {name for name, sql in compiled_int.items() if "int_link_marks" in sql}
    models = {name for name in reading if name.startswith("int_")} - {"int_link_marks"}
    looking = {
        "int_person_pairs",
        "int_reached_subjects",
        "int_reached_keys",
        "int_touched_subjects",
        "int_read_keys",
        "int_read_subjects",
    }
    assert models == looking
    for name in looking:
        for column in sqlglot.parse_one(compiled_int[name], read="duckdb").find_all(exp.Column):
            if column.name == "mark":
                node = column.parent
                assert isinstance(node, exp.EQ | exp.Select | exp.Alias), node.sql()
                assert not (isinstance(node, exp.Select) and node.args.get("distinct"))


def test_no_released_table_is_keyed_by_a_key():
    named = [" ".join([t.name, t.relation, *t.key]) for t in tables.INTERNAL]
    public = [sql for _, sql in opened.PUBLIC.values()]
    assert named and public
    assert not [said for said in [*named, *public] if NAMED.search(said)]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A small home with a network key, run to a release."""
    folder = tmp_path_factory.mktemp("keyed")
    with pytest.MonkeyPatch.context() as patch:
        path = write_key(folder / "network.key", "net7:" + "0123456789abcdef" * 2)
        patch.setenv(linkage.VARIABLE, str(path))
        patch.setenv("PETITION_CLOCK", "2025-06-01T09:00:00")
        home = make_home(folder / "home")
        persons = [[*HEADERS, "证件号码", "联系电话"]]
        persons += [[*row(i), resident_number(), "13900001111"] for i in range(1, 13)]
        events = [
            [*EVENTS, "答复内容", "经办人"],
            ["A1", 1, "转送", "2025-04-09", "样例答复", "样例甲"],
        ]
        rated = [
            ["信访件编号", "评价对象", "是否可以评价", "评价截止时间", "评价人电话"],
            ["A1", "责任单位", "是", "2025-05-09", "13900001111"],
        ]
        xlsx(home.landing / OFFICE / "a.xlsx", persons, events, rated)
        (taken,) = landing.take_all(home, settle_seconds=0)
        assert taken.result.receipt.loaded == 14
        warehouse.load(home, datetime(2025, 5, 31, 23, 59, 59))
        assert project.failures(project.build(home, [])) == []
        built = candidate.build_candidate(home, home.warehouse, home.candidate, None)
        return home, releases.publish(home, built)


@pytest.mark.slow
def test_keys_stand_in_the_lake_and_in_int(run):
    home, _ = run
    for ledger, keys in KEYED.items():
        (path,) = (home.lake / ledger).glob("*.parquet")
        held = pq.ParquetFile(path).read()
        for key in keys:
            assert all(MADE.fullmatch(value) for value in held[key].to_pylist()), key
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        for ledger, keys in KEYED.items():
            for key in keys:
                relation = f"intermediate.int_{ledger}_versions"
                (made,) = connection.execute(f"select count({key}) from {relation}").fetchone()
                assert made > 0, key


@pytest.mark.slow
def test_no_built_table_above_int_has_a_key_or_the_value_of_one(run):
    home, _ = run
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        columns = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            " where table_schema in ('marts', 'indicators', 'findings', 'published')"
        ).fetchall()
        assert columns
        assert not [c for c in columns if NAMED.fullmatch(c[2]) or c[2] in KEYS]
        for schema, table in {c[:2] for c in columns}:
            kept = connection.execute(f'select * from "{schema}"."{table}"').df().to_csv()
            assert not MADE.search(kept), table
        for exported in tables.INTERNAL:
            held = connection.execute(f"describe {exported.relation}").fetchall()
            assert not [c for c in held if NAMED.fullmatch(c[0])], exported.name


@pytest.mark.slow
def test_no_key_in_any_byte_of_a_release(run):
    home, release = run
    files = [p for p in release.folder.rglob("*") if p.is_file()]
    assert any(p.suffix == ".parquet" for p in files)
    for path in files:
        kept = path.read_bytes().decode("utf-8", "ignore")
        if path.suffix == ".parquet":
            kept += str(pq.ParquetFile(path).read().to_pylist())
            assert not [c for c in pq.read_schema(path).names if c in KEYS], path.name
        if path.suffix == ".duckdb":
            kept += _all_of(path)
        assert not MADE.search(kept) and "net7" not in kept, path.name
        assert not [k for k in KEYS if re.search(rf"\b{k}\b", kept)], path.name
    assert not [p for p in home.releases.rglob("*.json") if "net7" in p.read_text("utf-8")]


def _all_of(path) -> str:
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute(releases.where(path.parents[2]))
        listed = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        return "\n".join(
            connection.execute(f'select * from "{s}"."{t}"').df().to_csv() for s, t in listed
        )
