"""Revision triangles: what each issue of a series said of the same months, one column an issue.

Belongs here: adding this issue's column to what the issue before told. Only of the region itself and of what stands in
front. Of a month that is not printed any more, what was said is not said again.
"""

MONTHS = 6  # the last so many months, and as many issues


def grown(
    before: dict | None, front: list[dict], series: list[dict], region: str, period: str
) -> list[dict]:
    """Return a triangle for each indicator in front: `columns`, the periods of the issues that said it; `rows`, a month
    each with what every issue said (num, den, value; None where it said nothing).
    """
    earlier = {_name(t): t for t in (before or {}).get("triangles", [])}
    mine = {_name(s): s["months"] for s in series if s["area_code"] == region}
    found = []
    for row in front:
        name = _name(row)
        if name in mine:
            found.append(
                dict(zip(("indicator_code", "variant"), name, strict=True))
                | _one(earlier.get(name), mine[name], period)
            )
    return found


def _one(earlier: dict | None, months: list[dict], period: str) -> dict:
    columns, known = (earlier or {}).get("columns", []), {}
    for row in (earlier or {}).get("rows", []):
        known[row["period"]] = row["said"]
    if columns[-1:] == [period]:  # a correction says anew what its own issue said
        columns, known = columns[:-1], {month: said[:-1] for month, said in known.items()}
    columns = [*columns, period][-MONTHS:]
    rows = []
    for month in months[-MONTHS:]:
        printed = month["status_code"] == "published"
        now = {name: month[name] for name in ("num", "den", "value")} if printed else None
        told = (
            known.get(month["period"], [])[-(len(columns) - 1) :]
            if len(columns) > 1 and printed
            else []
        )
        padded = [None] * (len(columns) - 1 - len(told)) + told
        rows.append({"period": month["period"], "said": [*padded, now]})
    return {"columns": columns, "rows": rows}


def _name(told: dict) -> tuple[str, str]:
    return told["indicator_code"], told["variant"]
