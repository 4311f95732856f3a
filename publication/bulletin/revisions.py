"""What an issue says otherwise than the one before it, and which of that is substantial.

Belongs here: comparing the figures of two issues. Substantial is a revision that would qualify or contradict what was
concluded from the figure (Home Office, Revisions and corrections policy), by what can be told of it: the sign of its
change against the year before, its rank, whether it reached its target, or whether it is printed at all.
"""

KEY = ("indicator_code", "variant", "period", "area_code")
SAID = ("release_status", "num", "den", "value")


def key_of(row: dict) -> tuple:
    """Return what names a figure within an issue."""
    return tuple(row[name] for name in KEY)


def said(row: dict) -> tuple:
    """Return what of a figure is revised when it differs."""
    return tuple(row[name] for name in SAID)


def since(figures: list[dict], before: dict[tuple, dict], areas: dict[str, str]) -> list[dict]:
    """Return the revisions of the figures that were said before, by key: what was said, and what is. `areas`: the names of
    those that the issue is of.

    Of a figure that is no longer printed, what was said is not said again; one that there is no longer is told as gone.
    """
    there = {key_of(row) for row in figures}
    found = [
        {name: row[name] for name in KEY}
        | {
            "area_name": areas[row["area_code"]],
            "now_release_status": "gone",
            "before_release_status": row["release_status"],
        }
        | {f"{when}_{name}": None for when in ("now", "before") for name in SAID[1:]}
        | {"substantial_because": ["status"]}
        for key, row in before.items()
        if key not in there and row["area_code"] in areas
    ]
    for row in figures:
        old = before.get(key_of(row))
        if old is not None and said(old) != said(row):
            printed = row["release_status"] == "published"
            told = {name: row[name] for name in (*KEY, "area_name")}
            told |= {f"now_{name}": row[name] for name in SAID}
            told |= {f"before_{name}": old[name] if printed else None for name in SAID[1:]}
            told |= {
                "before_release_status": old["release_status"],
                "substantial_because": substantial(row, old),
            }
            found.append(told)
    return found


def substantial(row: dict, old: dict) -> list[str]:
    """Return why a revision is substantial: status, sign, rank, target; nothing of one that is not."""
    asked = {"status": lambda f: f["release_status"], "sign": _sign, "rank": _rank, "target": _met}
    return [name for name, of in asked.items() if of(row) != of(old)]


def _sign(row: dict) -> int | None:
    told = row["year_over_year"] or {}
    amount = (
        told.get("yoy_points")
        if told.get("unit") == "percentage_point"
        else told.get("yoy_percent")
    )
    return None if amount is None else (amount > 0) - (amount < 0)


def _rank(row: dict) -> int | None:
    return (row["rank"] or {}).get("rank")


def _met(row: dict) -> bool | None:
    return (row.get("target") or {}).get("met_flag")
