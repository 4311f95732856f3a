"""No model says on one engine what it does not say on the other: read from the compiled SQL."""

import importlib.util
import re
from datetime import datetime

import pytest
from dbt.cli.main import dbtRunner

from ingestion import warehouse
from ingestion.home import Home
from orchestration import project
from tests.common_dialect import FUNCTIONS, WORDS, faults
from tests.conftest import ROOT

REFUSED = {
    "select date_diff('day', a, b) as d from t": "date_diff",
    "select datediff(day, a, b) as d from t": "datediff",
    "select date_add(a, 1) as d from t": "date_add",
    "select strftime(a, '%Y') as d from t": "strftime",
    "select epoch(a) as d from t": "epoch",
    "select dayofweek(a) as d from t": "dayofweek",
    "select regexp_matches(a, 'x') as d from t": "regexp_matches",
    "select regexp_replace(a, 'x', 'y') as d from t": "regexp_replace",
    "select regexp_extract(a, '(x)y') as d from t": "regexp_extract",
    "select concat(a, b) as d from t": "concat",
    "select hash(a) as d from t": "hash",
    "select arg_max(a, b) as d from t": "arg_max",
    "select any_value(a) as d from t": "any_value",
    "select list(a) as d from t": "list",
    "select unnest(a) as d from t": "unnest",
    "select a from range(3) as t": "range",
    "select quantile_cont(a, 0.5) as d from t": "quantile_cont",
    "select avg(a) as d from t": "avg",
    "select round_even(a, 1) as d from t": "round_even",
    "select rand() as d from t": "rand",
    "select a // 2 as d from t": "//",
    "select a from t where a <=> b": "<=>",
    "select * exclude (a) from t": "exclude",
    "select * replace (1 as a) from t": "replace",
    "select distinct on (a) b from t": "distinct on",
    "select a div 2 as d from t": "div",
    "select a + interval 1 day as d from t": "interval",
    "select a from t asof join u on t.a >= u.a": "asof",
    "select cast(a as varchar) as d from t": "varchar",
    "select cast(a as hugeint) as d from t": "hugeint",
    "select [1, 2] as d from t": "[",
    "select a[1] as d from t": "[",
    "select {'a': 1} as d from t": "{",
    "select a from t where a like 'x!%' escape '!'": "escape",
    "select extract(isodow from a) as d from t": "extract",
    "select substr(a, 0, 4) as d from t": "substr",
    "select a from t where a = 'x\\y'": "反斜线",
    "select row_number() over (partition by a order by b) as d from t": "nulls last",
    "select a from t order by b": "nulls last",
    "select cast(a as double) / b as d from t": "nullif",
    "select 1.0 * a / nullif(b, 0) as d from t": "cast(… as double)",
    "select cast(a as date) + 1 as d from t": "add_days",
    "select due_date - issued_date as d from t": "days_between",
    "select sum(cast(a as double)) as d from t": "随次序变",
    "select a from t where (": "读不懂",
}
SAME = (
    "select a || '|' || b as d from t where a like '%,' || b",
    "select row_number() over (partition by a order by b nulls last, c desc) as d from t",
    "select row_number() over (partition by a order by delivery_sequence) as d from t",
    "select round(cast(a as double) / nullif(cast(b as double), 0), 6) as d from t",
    "select cast('a // [b] concat(c)' as string) as d -- epoch(e)\nfrom t",
    "select grouping(a) as g, sum(b) as d from t group by grouping sets ((a), ())",
)


@pytest.mark.parametrize("sql", REFUSED)
def test_what_differs_is_refused_with_its_reason(sql):
    assert any(REFUSED[sql] in fault for fault in faults(sql)), faults(sql)


def test_every_pattern_is_shown_to_fire():
    for names in FUNCTIONS:
        assert any(re.search(rf"\b({names})\s*\(", sql) for sql in REFUSED), names
    for pattern in WORDS:
        assert any(re.search(pattern, sql) for sql in REFUSED), pattern


@pytest.mark.parametrize("sql", SAME)
def test_what_is_the_same_is_not_refused(sql):
    assert not faults(sql)


def _without_engine(home: Home) -> None:
    """Put in the staged project each dispatched macro as a function of its own name."""
    path = ROOT / "dbt_project" / "lint" / "adapter.py"
    spec = importlib.util.spec_from_file_location("adapter", path)
    adapter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(adapter)

    def plain(found: re.Match) -> str:
        name, arguments = found.group(1), found.group(2)
        words = [f"{{{{ {word.strip()} }}}}" for word in arguments.split(",")]
        body = adapter.dispatch(name)(*words)
        return f"{{% macro duckdb__{name}({arguments}) %}}{body}{{% endmacro %}}"

    staged = home.dbt / "dbt_project" / "macros" / "dialect.sql"
    macro = r"\{% macro duckdb__(\w+)\(([^)]*)\) -?%\}.*?\{%-? endmacro %\}"
    staged.write_text(re.sub(macro, plain, staged.read_text("utf-8"), flags=re.S), "utf-8")


def _compiled(home: Home) -> dict[str, str]:
    """Return the compiled SQL of every model on the home's working file as it is."""
    project.stage(home)
    _without_engine(home)
    words = ["compile", "--quiet", "--log-level-file", "none", "--target-path", "target/common"]
    try:
        with project._environment(home, home.warehouse):
            result = dbtRunner().invoke([*words, "--select", "resource_type:model"])
    finally:
        project.release_connections()
    assert result.exception is None, result.exception
    return {
        r.node.name: r.node.compiled_code
        for r in result.result.results
        if r.node.resource_type.value == "model"
    }


@pytest.mark.slow
def test_every_model_is_in_the_common_dialect(tmp_path):
    """As a build that starts anew compiles them, and as one that goes on."""
    home = Home(tmp_path)
    warehouse.load(home, datetime(2026, 3, 31, 23, 59, 59))
    anew = _compiled(home)
    assert not project.failures(project.build(home, [], tests=False))
    going_on = _compiled(home)
    assert len(anew) > 80 and anew.keys() == going_on.keys()
    assert sum(anew[name] != going_on[name] for name in anew) > 10
    found = {
        f"{name}: {fault}"
        for compiled in (anew, going_on)
        for name, sql in compiled.items()
        for fault in faults(sql)
    }
    assert not found, "\n".join(sorted(found))
