"""Fixtures that several test modules share: homes that were built once, and the real ledgers' place."""

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from ingestion.home import Home
from orchestration import project
from tests import commands, few, postgres_cluster

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that build whole homes begin first; the short ones fill what is left of either core at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def shared_parses(tmp_path_factory) -> None:
    """Homes of the same files, in whichever process, are parsed once in a whole run."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["PETITION_PARSES"] = str(base / "parses")


@pytest.fixture(scope="module")
def few_indicators(request):
    """Build the homes of a module with a few of the shipped indicators, or those that it names (INDICATORS):
    for tests of what is below them.
    """
    names = frozenset(getattr(request.module, "INDICATORS", few.FEW))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "_sources", few.sources(names))
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


@pytest.fixture(scope="module")
def cluster():
    """A PostgreSQL cluster of the module's own; tests that need one say why they skip."""
    where = postgres_cluster.binaries()
    if where is None:
        pytest.skip("没有 PostgreSQL 的程序（Debian：apt-get install postgresql），跳过")
    pytest.importorskip("dagster_postgres", reason="没有装 PostgreSQL 的包（make postgres），跳过")
    with postgres_cluster.running(where) as found:
        yield found


def _demo(tmp_path_factory, worker_id, name: str, command: str, *more: str) -> Home:
    """Make the sample's home once for all workers."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    home, done = Home(base / name), base / f"{name}.done"
    with FileLock(str(base / f"{name}.lock")):
        if not done.exists():
            made = commands.run(command, "demo", *more, "--home", str(home.root))
            assert made.returncode == 0, made.stderr[-3000:]
            done.write_text(made.stdout, "utf-8")
    return home


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory, worker_id) -> Home:
    """A home made by `petition demo`, built once for all workers; never write to it."""
    return _demo(tmp_path_factory, worker_id, "demo-home", "orchestration.cli")


@pytest.fixture
def demo_copy(demo_home, tmp_path) -> Home:
    """A copy of the demo's home that a test may write to."""
    shutil.copytree(demo_home.root, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def few_home(tmp_path_factory, worker_id) -> Home:
    """As demo_home, with few indicators and two releases."""
    return _demo(tmp_path_factory, worker_id, "few-home", "tests.few", "--two-releases")


@pytest.fixture
def few_copy(few_home, tmp_path) -> Home:
    """As demo_copy, with few indicators: run on it by petition_few alone."""
    shutil.copytree(few_home.root, tmp_path / "home")
    return Home(tmp_path / "home")


def _commanding(module: str):
    def run(*arguments: str, clock: str | None = None, **environment: str):
        extra = {"PETITION_CLOCK": clock} if clock else {}
        return commands.run(module, *arguments, **extra, **environment)

    return run


@pytest.fixture
def petition():
    """Run the command line in a process of its own; return the finished process."""
    return _commanding("orchestration.cli")


@pytest.fixture
def petition_few():
    """As petition, with few indicators."""
    return _commanding("tests.few")
