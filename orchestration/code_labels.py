"""What the contracts call the codes of their columns, given to the models as a macro when the project is staged."""

import json
from pathlib import Path

from ingestion.contract import load_contracts
from ingestion.home import Home

MACRO = Path("dbt_project/macros/code_labels.sql")


def models(home: Home) -> dict[Path, bytes]:
    """Return the macro's file: of each column that has codes, the name of each code.

    A column of several ledgers has the codes of all; a code has the name that the first contract gives it.
    """
    labels: dict[str, dict[str, str]] = {}
    for contract in load_contracts(home.contracts):
        for field in contract.fields:
            if field.enum:
                labels[field.name] = field.enum | labels.get(field.name, {})
    text = json.dumps(labels, ensure_ascii=False, indent=1, sort_keys=True)
    macro = f"{{% macro code_labels() %}}{{{{ return({text}) }}}}{{% endmacro %}}\n"
    return {MACRO: macro.encode()}
