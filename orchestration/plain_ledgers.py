"""The dbt models of plain ledgers, written from their contracts when the project is staged.

A plain ledger is one whose contract names its `owner` and `dated` columns: each row stands for itself, a
slip, a task, a session. Its source, staging view, versions, fact and tests then follow from the contract,
shipped or a home's own; what the SQL does is said once, in dbt_project/macros/plain.sql. Ledgers that
are worked together into one thing (registers, events, evaluations, backlog) have models of their own.
"""

import json
from pathlib import Path

from ingestion.contract import Contract, load_contracts
from ingestion.fields import NAME_ROLES, Field
from ingestion.home import Home
from ingestion.warehouse import COLUMN_TYPES

MODELS = Path("dbt_project/models")
MACRO = Path("dbt_project/macros/plain_ledgers.sql")
LINEAGE = (
    ("told_by_office_code", "string", "采用哪个机构的报送"),
    ("delivery_sequence", "bigint", "来自第几次报送"),
    ("sheet_no", "integer", "来自第几张表"),
    ("row_no", "integer", "来自第几行"),
)


def contracts(home: Home | None = None) -> list[Contract]:
    """Return the contracts of the plain ledgers, one a ledger; without a home the shipped ones."""
    found = load_contracts(home.contracts if home else None)
    return [*{c.ledger: c for c in reversed(found) if c.plain}.values()][::-1]


def models(home: Home) -> dict[Path, bytes]:
    """Return the files of a home's plain ledgers: where in the dbt project, and what they say."""
    listed = contracts(home)
    written = {MACRO: _macro(listed)}
    for contract in listed:
        name = contract.ledger
        written[MODELS / "marts" / "plain" / f"fct_{name}.sql"] = (
            f"{{{{ plain_fact('{name}') }}}}\n"
        )
        written[MODELS / "marts" / "plain" / f"_{name}.yml"] = _properties(contract)
    return {path: text.encode() for path, text in written.items()}


def untold_tables(home: Home, told: set[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the tables that dbt would make of the plain ledgers of which nothing was told, as schema.name, with
    their columns and types: the fact, and its touched rows as the last build had them.
    """
    found = {}
    for contract in contracts(home):
        if contract.ledger not in told:
            columns = [(c["name"], c["data_type"]) for c in _fact_columns(contract)]
            found[f"marts.fct_{contract.ledger}"] = columns
            found[f"intermediate.int_{contract.ledger}_before"] = columns
    return found


def organ_regions(contract: Contract) -> dict[str, str]:
    """Return the columns of organs, each with the fact's column of the organ's region."""
    organs = (f.name for f in contract.content if f.role == "organisation")
    return {
        name: f"{name.removesuffix('_org_code').removesuffix('_code')}_org_region_code"
        for name in organs
    }


def _parts(contract: Contract) -> list[dict]:
    """Return the counts that are part of others, each with its name, its whole (SQL) and its whole's name."""
    labels = {f.name: f.label for f in contract.content}
    return [
        {
            "column": f.name,
            "label": f.label,
            "whole": " + ".join(f"coalesce({name}, 0)" for name in f.part_of),
            "whole_label": "与".join(labels[name] for name in f.part_of),
            "told": " + ".join(f.part_of),
        }
        for f in contract.content
        if f.part_of
    ]


def _macro(listed: list[Contract]) -> str:
    """Return the macro by which the models know the plain ledgers; see told_ledger."""
    shapes = {
        c.ledger: {
            "subject": "subject_id",
            "kind": c.ledger,
            "key": ["subject_id"],
            "own_key": [*c.key],
            "told": [f.name for f in c.stored],
            "content": [f.name for f in c.content],
            "names": {f.name: f.role for f in c.content if f.role in NAME_ROLES},
            "dated": c.dated,
            "owner": c.owner,
            "organ_regions": organ_regions(c),
            "parts": _parts(c),
        }
        for c in listed
    }
    text = json.dumps(shapes, ensure_ascii=False, indent=1)
    return f"{{% macro plain_ledgers() %}}{{{{ return({text}) }}}}{{% endmacro %}}\n"


def _properties(contract: Contract) -> str:
    """Return the yml of a ledger's source and models: descriptions and types from the contract."""
    name, label = contract.ledger, contract.label
    fact = {
        "name": f"fct_{name}",
        "description": f"一行是《{label}》一个对象的一版，历版都在。",
        "config": {
            "materialized": "incremental",
            "unique_key": "subject_id",
            "meta": {"touched": {"by": "int_touched", "kind": name}},
            "pre_hook": f"{{{{ keep_before('{name}') }}}}",
            "post_hook": "{{ keep_none_before() }}",
        },
        "columns": _fact_columns(contract),
    }
    said = {
        "version": 2,
        "sources": [
            {
                "name": "raw",
                "schema": "raw",
                "config": {"tags": ["marts"]},
                "tables": [
                    {
                        "name": f"raw_{name}",
                        "description": f"{label}。",
                        "config": {"meta": {"dagster": {"asset_key": ["raw", name]}}},
                    }
                ],
            }
        ],
        "models": [fact],
    }
    return json.dumps(
        said, ensure_ascii=False, indent=1
    )  # which is YAML too, and written in no time


def _fact_columns(contract: Contract) -> list[dict]:
    first = [
        ("subject_id", "string", f"对象：{contract.ledger}|{'|'.join(contract.key)}"),
        ("version_no", "bigint", "该机构所报的第几版，自 1 起"),
        ("in_force_flag", "boolean", "是否现行而且采用的一版"),
        ("known_from_at", "timestamp", "自何时知道这一版（到达时刻）"),
    ]
    listed = [{"name": n, "data_type": t, "description": d} for n, t, d in first]
    listed += [_column(f) for f in contract.content]
    labels = {f.name: f.label for f in contract.content}
    listed += [
        {"name": region, "data_type": "string", "description": f"{labels[organ]}所在地区"}
        for organ, region in organ_regions(contract).items()
    ]
    return listed + [{"name": n, "data_type": t, "description": d} for n, t, d in LINEAGE]


def _column(field: Field) -> dict:
    return {
        "name": field.name,
        "data_type": COLUMN_TYPES[field.type],
        "description": field.description or field.label,
    }
