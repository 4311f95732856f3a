"""Fixtures that several test modules share: homes that were built once, and the real ledgers' place."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from ingestion.home import Home
from orchestration import project

ROOT = Path(__file__).resolve().parent.parent
# of each shape one: shares and stocks, counts, sums, means, matters, joined ledgers, duties, and one used elsewhere
FEW = {
    "ind_volume", "ind_volume_persons", "ind_volume__by_problem_place", "ind_volume__by_petition_date",
    "ind_timely_accept_office", "ind_timely_accept_unit", "ind_objection_on_time", "ind_on_time_reply", "ind_due_closure",
    "ind_participation", "ind_satisfaction", "ind_backlog_resolution", "ind_backflow", "ind_leader_coverage",
    "ind_leader_case_resolution", "ind_matters", "ind_repeat_share__in_nation", "ind_first_time_resolution",
    "ind_matter_backflow", "ind_cessation", "ind_mandatory_leader", "ind_handling_days", "ind_slip_return",
    "ind_delisting", "ind_relief_amount", "ind_conference_coverage", "ind_business_standard", "ind_per_10k",
    "ind_proposal_reply", "ind_participation__sasac", "ind_satisfaction__guangdong",
    "ind_timely_accept_office__chongqing",
}  # fmt: skip
SHARED = ROOT.parent / "shared"
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")


@pytest.fixture(scope="session", autouse=True)
def shared_parses(tmp_path_factory) -> None:
    """Homes of the same files, in whichever process, are parsed once in a whole run."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["PETITION_PARSES"] = str(base / "parses")


@pytest.fixture(scope="module")
def few_indicators():
    """Build the homes of a module with a few of the shipped indicators: for tests of what is below them."""
    whole, folder = project._sources, Path("dbt_project/models/indicators")

    def fewer(home: Home) -> dict[Path, bytes]:
        return {
            path: said
            for path, said in whole(home).items()
            if path.parent != folder
            or (
                path.stem in FEW
                if path.suffix == ".sql"
                else not path.stem.startswith("_unit_tests")
            )
        }

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "_sources", fewer)
        yield


@pytest.fixture(scope="session")
def real_ledgers() -> Path:
    """The folder of real ledgers; tests that need them say why they skip."""
    folder = SHARED / "ledgers"
    if not folder.exists():
        pytest.skip(f"真实台账不在 {folder.parent.name}/ledgers，跳过与真实数字的核对")
    return folder


@pytest.fixture(scope="session")
def bulletins() -> Path:
    """The folder of figures printed in real bulletins; tests that need them say why they skip."""
    folder = SHARED / "bulletins"
    if not folder.exists():
        pytest.skip(f"通报的数字不在 {folder.parent.name}/bulletins，跳过与印出的数字的核对")
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


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory, worker_id) -> Home:
    """A home made by `petition demo`, built once for all workers; never write to it."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    home = Home(base / "demo-home")
    with FileLock(str(base / "demo.lock")):
        if not (base / "demo.done").exists():
            done = subprocess.run(
                [sys.executable, "-m", "orchestration.cli", "demo", "--two-releases", "--home", str(home.root)],
                cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr[-3000:]
            (base / "demo.done").write_text(done.stdout, "utf-8")
    return home


@pytest.fixture
def demo_copy(demo_home, tmp_path) -> Home:
    """A copy of the demo's home that a test may write to."""
    shutil.copytree(demo_home.root, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def petition():
    """Run the command line in a process of its own; return the finished process."""

    def run(*arguments: str, clock: str | None = None, **environment: str):
        extra = {"PETITION_CLOCK": clock} if clock else {}
        return subprocess.run(
            [sys.executable, "-m", "orchestration.cli", *arguments],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env=os.environ | extra | environment,
        )  # fmt: skip

    return run
