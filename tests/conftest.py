"""Fixtures that several test modules share: homes that were built once, and the real ledgers' place."""

import os
import shutil
from pathlib import Path

import pytest

from ingestion.home import Home

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")


@pytest.fixture(scope="session")
def real_ledgers() -> Path:
    """The folder of real ledgers; tests that need them say why they skip."""
    folder = SHARED / "ledgers"
    if not folder.exists():
        pytest.skip(f"真实台账不在 {folder.parent.name}/ledgers，跳过与真实数字的核对")
    return folder


@pytest.fixture(scope="session")
def example_home(tmp_path_factory):
    """Return a function that makes a home from one of docs/examples."""

    def make(name: str) -> Home:
        home = Home(tmp_path_factory.mktemp(name))
        for folder in ("contracts", "models"):
            shutil.copytree(ROOT / "docs" / "examples" / name / folder, home.root / folder)
        return home

    return make
