"""Every file of the sample province through the door: the receipts that its writer worked out."""

import json
from datetime import datetime

import pytest

from ingestion import door
from ingestion.contract import load_contracts
from ingestion.mapping import References
from ingestion.rows import Context
from samples import generate

COUNTS = ("read", "loaded", "quarantined", "duplicate")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    out = tmp_path_factory.mktemp("province")
    generate(out)
    return out


def test_receipts_are_as_written(tree):
    references, contracts = References.load(tree / "rules"), load_contracts()
    wanted = json.loads((tree / "truth.json").read_text("utf-8"))["receipts"]
    got = {}
    for path in sorted(p for p in (tree / "drops").rglob("*") if p.is_file()):
        step, _, office, *folder, _ = path.relative_to(tree / "drops").parts
        received = datetime.strptime(step, "%Y%m%dT%H%M%S")
        context = Context(office, references.org_regions[office], received, references)
        result = door.examine(path, contracts, context, *folder)
        assert all(ledger.receipt.balanced for ledger in result.ledgers)
        name = path.relative_to(tree / "drops").as_posix().replace("/landing/", "/")
        counts = {count: getattr(result.receipt, count) for count in COUNTS}
        got[name] = {"refused": result.refused, **counts}
    assert got == wanted
