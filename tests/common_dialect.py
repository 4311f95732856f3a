"""What engines say differently and without an error, found in the SQL of a model.

`faults(sql)` names every construct that is refused, with the reason and what to write instead. The
list is what 106 snippets run on DuckDB and on Spark showed; `docs/scale.md` tells it to people.
"""

import re

import sqlglot
from sqlglot import exp

# columns that are never null, by a test or by how they are made: their order is the same anywhere
NEVER_NULL = {
    "told_sequence", "delivery_sequence", "effective_sequence", "valid_from_sequence", "version_no",
    "calendar_date", "office_code", "answered_by_office_code", "org_code", "area_code", "ancestor_code",
    "event_seq", "level_rank", "valid_from", "n",
}  # fmt: skip
FUNCTIONS = {
    "date_diff|datediff|datesub|date_sub": "各引擎的参数和单位不同，写 days_between()",
    "date_add|dateadd": "各引擎的参数不同，写 add_days()",
    "strftime|strptime|date_format|to_char": "只一种引擎有，写 month_period() 或 cast",
    "epoch|epoch_ms|unix_timestamp|to_timestamp": "只一种引擎有，写 seconds_between()",
    "dayofweek|weekday|isodow|dow": "星期从几数起各不相同，写 iso_weekday()",
    "regexp_matches|regexp_full_match|regexp_like|rlike": "各引擎名称和匹配方式不同，用 like",
    "regexp_replace": "DuckDB 只换第一处，Spark 全换",
    "regexp_extract": "不写组号时 DuckDB 取整段，Spark 取第一组",
    "concat": "遇空值 DuckDB 跳过，Spark 得空，写 ||",
    "hash|xxhash64|sha256|sha2": "各引擎的值不同，写 md5()",
    "arg_max|arg_min|max_by|min_by|any_value|first|last|mode": "并列时取哪个没有规定，用带全序的 row_number()",
    "list|array_agg|unnest|explode|struct_pack|named_struct|array|sequence": "列表和结构各引擎写法不同",
    "range|generate_series": "只一种引擎有，写 date_spine()",
    "quantile_cont|quantile|percentile|approx_quantile": "只一种引擎有",
    "avg": "定点数的平均在各引擎中类型不同，用合计相除",
    "round_even": "只一种引擎有",
    "rand|random|uuid": "每次不同",
}
WORDS = {
    r"//": "整除只 DuckDB 有",
    r"<=>": "只 Spark 有，写 is not distinct from",
    r"\bexclude\s*\(": "select * exclude 只 DuckDB 有",
    r"\*\s*replace\s*\(": "select * replace 只 DuckDB 有",
    r"\bdistinct\s+on\b": "distinct on 只 DuckDB 有，用 row_number()",
    r"\bdiv\b": "只 Spark 有",
    r"\binterval\b": "日期加减 interval，DuckDB 得时刻，Spark 得日期，写 add_days()",
    r"\basof\b": "只 DuckDB 有",
    r"\bvarchar\b|\btext\b(?!_)": "Spark 的 varchar 要写长度，写 string",
    r"\bhugeint\b|\btimestamptz\b|\bubigint\b": "只 DuckDB 有的类型",
    r"[\[\]{}]": "列表、结构和下标各引擎不同（下标从 1 或 0 数起）",
    r"\bescape\b": "like 的转义符各引擎不同",
    r"\bextract\s*\(\s*(?!year\b|month\b|day\b|hour\b|minute\b)\w+\s+from\b": "除年月日时分外，extract 各引擎不同",
    r"\bsubstr(?:ing)?\s*\([^()]*,\s*0\s*,": "从 0 起截取，各引擎不同，从 1 起",
}
LITERAL = re.compile(r"'(?:[^']|'')*'")


def faults(sql: str) -> list[str]:
    """Return what is refused in a query, a line each; empty when every engine says the same."""
    found = [
        f"字符串中的反斜线 {text}：Spark 当作转义" for text in LITERAL.findall(sql) if "\\" in text
    ]
    bare = LITERAL.sub("''", re.sub(r"--[^\n]*", "", sql)).lower()
    for names, reason in FUNCTIONS.items():
        found += [f"{name}()：{reason}" for name in re.findall(rf"\b({names})\s*\(", bare)]
    for pattern, reason in WORDS.items():
        found += [f"{m.group(0).strip()}：{reason}" for m in re.finditer(pattern, bare)]
    try:
        tree = sqlglot.parse_one(_as_spark(sql), dialect="spark")
    except sqlglot.errors.ParseError as error:
        return [*found, f"Spark 读不懂：{str(error).splitlines()[0]}"]
    return [*found, *_orders(tree), *_divisions(tree), *_dates(tree), *_sums(tree)]


def _as_spark(sql: str) -> str:
    """Return the query with its quoted names as Spark quotes them; texts stay as they are."""
    parts = re.split(f"({LITERAL.pattern})", sql)
    return "".join(p if p.startswith("'") else p.replace('"', "`") for p in parts)


def _orders(tree) -> list[str]:
    """Ascending order puts nulls last on DuckDB and first on Spark; descending, last on both."""
    return [
        f"order by {ordered.this.sql()}：升序时空值 DuckDB 在后、Spark 在前，写 nulls last"
        for ordered in tree.find_all(exp.Ordered)
        if not ordered.args.get("desc") and ordered.args.get("nulls_first")
        and not (isinstance(ordered.this, exp.Column) and ordered.this.name in NEVER_NULL)
    ]  # fmt: skip


def _divisions(tree) -> list[str]:
    found = []
    for division in tree.find_all(exp.Div):
        below = division.expression.unnest()
        constant = isinstance(below, exp.Literal) and float(below.this) != 0
        if not constant and not below.find(exp.Nullif):
            found.append(
                f"{division.sql()}：除以 0，DuckDB 得无穷，Spark 报错，分母写 nullif(…, 0)"
            )
        if not any(
            cast.to.this == exp.DataType.Type.DOUBLE for cast in division.find_all(exp.Cast)
        ):
            found.append(f"{division.sql()}：定点数相除的位数各引擎不同，先 cast(… as double)")
    return found


def _dates(tree) -> list[str]:
    return [
        f"{step.sql()}：日期直接加减，各引擎的结果类型不同，写 add_days() 或 days_between()"
        for step in tree.find_all(exp.Add, exp.Sub)
        if any(_is_date(side.unnest()) for side in (step.this, step.expression))
    ]


def _is_date(node) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.this in (exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP)
    return isinstance(node, exp.Column) and bool(re.search(r"(_date|_at)$", node.name))


def _sums(tree) -> list[str]:
    return [
        f"{total.sql()}：双精度数相加的结果随次序变，用定点数"
        for total in tree.find_all(exp.Sum)
        if any(cast.to.this == exp.DataType.Type.DOUBLE for cast in total.find_all(exp.Cast))
    ]
