"""A parse that homes share: taken whole or not at all, and never from where another account may write."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import parses, project

STAGED = "0" * 64
FILES = ("partial_parse.msgpack", "manifest.json", "parsed.sha256")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("PETITION_PARSES", str(tmp_path / "parses"))
    return tmp_path / "parses"


@pytest.fixture
def parsed(tmp_path) -> Home:
    """A home that has been parsed: what dbt wrote, and what is said of it."""
    home = Home(tmp_path / "one")
    target = home.dbt / "target"
    target.mkdir(parents=True)
    (target / FILES[0]).write_bytes(b"packed")
    (target / FILES[1]).write_text("{}")
    (target / FILES[2]).write_text(f"{STAGED} {hashlib.sha256(b'packed').hexdigest()}")
    return home


def _target(home: Home) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (home.dbt / "target").glob("*")}


def test_what_one_home_leaves_another_takes(folder, parsed, tmp_path):
    other = Home(tmp_path / "other")
    parses.share(parsed, STAGED)
    parses.take_shared(other, STAGED)
    assert _target(other) == _target(parsed)
    assert [p.name for p in folder.iterdir()] == [STAGED], "nothing is left beside"
    assert folder.stat().st_mode & 0o077 == 0


def test_without_a_folder_nothing_is_shared(parsed, tmp_path, monkeypatch):
    monkeypatch.delenv("PETITION_PARSES", raising=False)
    parses.share(parsed, STAGED)
    parses.take_shared(Home(tmp_path / "other"), STAGED)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("gone", FILES)
def test_one_that_is_not_whole_is_as_none_and_replaced(folder, parsed, tmp_path, gone):
    parses.share(parsed, STAGED)
    (folder / STAGED / gone).unlink()
    other = Home(tmp_path / "other")
    parses.take_shared(other, STAGED)
    assert not parses.is_of(other, STAGED)
    parses.share(parsed, STAGED)
    parses.take_shared(other, STAGED)
    assert _target(other) == _target(parsed)


def test_one_that_is_not_what_dbt_wrote_is_parsed_again(folder, parsed, tmp_path):
    parses.share(parsed, STAGED)
    (folder / STAGED / FILES[0]).write_bytes(b"planted")
    other = Home(tmp_path / "other")
    parses.take_shared(other, STAGED)
    assert parses.kept(other, STAGED) is None


@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_folder_where_others_may_write_is_refused(folder, parsed, tmp_path, mode):
    folder.mkdir()
    folder.chmod(mode)
    for act in (parses.share, parses.take_shared):
        with pytest.raises(HouseError, match="chmod 700"):
            act(parsed if act is parses.share else Home(tmp_path / "other"), STAGED)


def test_a_folder_that_is_full_or_taken_away_costs_nothing(folder, parsed, monkeypatch):
    def full(*_args, **_more):
        raise OSError("no space left")

    monkeypatch.setattr(parses.shutil, "copyfile", full)
    parses.share(parsed, STAGED)
    assert list(folder.iterdir()) == []


def test_those_who_begin_together_parse_one_after_the_other(tmp_path, monkeypatch):
    inside, most = [], []

    def parse(home, target):
        inside.append(target)
        most.append(len(inside))
        time.sleep(0.05)
        inside.pop()

    monkeypatch.setattr(project, "_manifest", parse)
    monkeypatch.setattr(project, "_staged", lambda home: parse(home, "staged") or STAGED)
    monkeypatch.setattr(parses, "is_of", lambda home, staged: bool(most))
    home = Home(tmp_path / "home")
    asked = (project.manifest, project.manifest_file)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: asked[number % 2](home), range(8)))
    assert most and set(most) == {1}
