"""The drill of docs/runbook.md: its own shell lines back a home up, and bring it back elsewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ingestion import landing, register
from ingestion.home import Home
from orchestration import cli
from publication import release as releases
from tests.conftest import ROOT
from tests.door_files import HEADERS, OFFICE, make_home, row, text

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")
CLOCK, AS_OF = "2025-06-01T09:00:00", "2025-05-31T23:59:59"


def block(heading: str) -> str:
    """Return the shell lines of a chapter of the runbook."""
    chapter = RUNBOOK.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.search(r"```sh\n(.*?)```", chapter, re.DOTALL)[1]


def shell(lines: str, base: Path, **names: Path | str) -> subprocess.CompletedProcess:
    """Run lines as an operator would, `petition` being this checkout's, with few indicators."""
    command = base / "bin" / "petition"
    if not command.exists():
        command.parent.mkdir()
        command.write_text(
            f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m tests.commands tests.few "$@"\n'
        )
        command.chmod(0o755)
    environment = os.environ | {k: str(v) for k, v in names.items()} | {"PETITION_CLOCK": CLOCK}
    environment["PATH"] = f"{command.parent}:{environment['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=base, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def back_up(home: Home, base: Path, name: str) -> Path:
    """Back a home up with the runbook's lines; return the folder of the backup."""
    backup = base / name
    backup.mkdir()
    done = shell(block("备份"), base, PETITION_HOME=home.root, BACKUP=backup)
    assert done.returncode == 0, done.stderr
    return backup


def unpack(backup: Path, root: Path) -> Home:
    """Restore the files alone: the lines of the runbook up to the first petition command."""
    lines = block("恢复").split("export ")[0]
    done = shell(lines, backup.parent, NEW_HOME=root, BACKUP=backup)
    assert done.returncode == 0, done.stderr
    return Home(root)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("PETITION_CLOCK", CLOCK)
    found = make_home(tmp_path / "home")
    text(found.landing / OFFICE / "一.csv", [HEADERS, *(row(i) for i in range(12))])
    (found.landing / OFFICE / "坏.xlsx").write_bytes(b"PK\x03\x04broken")
    landing.take_all(found, settle_seconds=0)
    return found


def _next_file(home: Home, name: str = "二.csv") -> None:
    text(home.landing / OFFICE / name, [HEADERS, *(row(f"B{i}") for i in range(5))])


def _whole(home: Home) -> bool:
    """True when every file that the register names is there, as it was hashed."""
    from ingestion.door import sha256_of

    named = [t for e in register.entries(home) for t in e.ledgers]
    return all((home.lake / t["path"]).exists() for t in named) and all(
        sha256_of(home.lake / t["path"]) == t["sha256"] for t in named
    )


def test_a_restored_landing_is_not_taken_again(home, tmp_path):
    """A file that was later corrected must not come back as news."""
    corrected = [HEADERS, *(row(i, 信访人数=3) for i in range(12))]
    text(home.landing / OFFICE / "改.csv", corrected)
    landing.take_all(home, settle_seconds=0)
    backup = back_up(home, tmp_path, "backup")
    restored = unpack(backup, tmp_path / "restored")
    assert landing.unseen(restored) == []
    assert landing.take_all(restored, settle_seconds=0) == []
    coarse = block("备份").replace("--format=posix", "--format=gnu")
    (tmp_path / "coarse").mkdir()
    assert (
        shell(coarse, tmp_path, PETITION_HOME=home.root, BACKUP=tmp_path / "coarse").returncode == 0
    )
    assert landing.unseen(unpack(tmp_path / "coarse", tmp_path / "again")), "why the format is said"


@pytest.mark.parametrize("as_documented", [True, False])
def test_a_delivery_that_comes_between_the_two_archives(home, tmp_path, as_documented):
    """The register first: what is registered is there. The other way round it may not be."""
    backup = tmp_path / "backup"
    backup.mkdir()
    *before, register_line, data_line = block("备份").strip().split("\n")
    assert "1-register" in register_line and "2-data" in data_line
    order = [register_line, data_line] if as_documented else [data_line, register_line]
    names = {"PETITION_HOME": home.root, "BACKUP": backup}
    assert shell("\n".join([*before, order[0]]), tmp_path, **names).returncode == 0
    _next_file(home)
    landing.take_all(home, settle_seconds=0)
    assert shell("\n".join([*before, order[1]]), tmp_path, **names).returncode == 0
    assert _whole(unpack(backup, tmp_path / "restored")) is as_documented


def test_a_restore_cut_short_holds_nothing_that_is_not_there(home, tmp_path):
    backup = back_up(home, tmp_path, "backup")
    lines = block("恢复").split('tar -xpf "$BACKUP/1-register.tar"')[0]
    assert shell(lines, tmp_path, NEW_HOME=tmp_path / "cut", BACKUP=backup).returncode == 0
    assert register.entries(Home(tmp_path / "cut")) == []
    assert register.entries(unpack(backup, tmp_path / "cut")) == register.entries(home)


@pytest.mark.slow
class TestTheDrill:
    """One story: run, back up, lose the home, restore; again with a delivery that was not built yet."""

    @pytest.fixture(scope="class")
    def story(self, tmp_path_factory):
        base = tmp_path_factory.mktemp("drill")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PETITION_CLOCK", CLOCK)
            home = make_home(base / "home")
            text(home.landing / OFFICE / "一.csv", [HEADERS, *(row(i) for i in range(12))])
            (home.landing / OFFICE / "坏.xlsx").write_bytes(b"PK\x03\x04broken")
            done = shell(f'petition run --as-of "{AS_OF}"', base, PETITION_HOME=home.root)
            assert done.returncode == 0, done.stderr[-2000:]
            first = releases.load(home, None)
            backup = back_up(home, base, "backup-1")
            shutil.rmtree(home.root)
            restored = Home(base / "restored")
            drill = shell(block("恢复"), base, NEW_HOME=restored.root, BACKUP=backup, AS_OF=AS_OF)
            yield {"base": base, "first": first.release_id, "home": restored, "drill": drill}

    def test_the_same_release_comes_out_and_is_proven(self, story):
        assert story["drill"].returncode == 0, story["drill"].stderr[-2000:]
        assert "逐字节相同" in story["drill"].stdout
        assert [r.release_id for r in releases.list_releases(story["home"])] == [story["first"]]
        assert releases.load(story["home"], None).release_id == story["first"]
        kinds = [e.kind for e in register.entries(story["home"])]
        assert kinds == ["delivery", "delivery", "published"], "nothing is taken twice or lost"

    def test_a_backup_between_the_register_entry_and_the_build(self, story, monkeypatch):
        monkeypatch.setenv("PETITION_CLOCK", CLOCK)
        home, base = story["home"], story["base"]
        _next_file(home)
        taken = landing.take_all(home, settle_seconds=0)
        assert [t.sequence for t in taken] == [4]
        backup = back_up(home, base, "backup-2")
        shutil.rmtree(home.root)
        restored = Home(base / "restored-2")
        drill = shell(block("恢复"), base, NEW_HOME=restored.root, BACKUP=backup, AS_OF=AS_OF)
        assert drill.returncode == 0, drill.stderr[-2000:]
        assert "逐字节相同" in drill.stdout
        current = releases.load(restored, None)
        assert current.manifest["known_to"] == 4
        assert current.manifest["compared_with"] == story["first"]


def _commands() -> set[tuple[str, ...]]:
    """Return the words of each petition command that the runbook names, fenced or in line."""
    spans = re.findall(r"`(petition[^`]*)`", RUNBOOK)
    fenced = [
        line.strip()
        for part in re.findall(r"```sh\n(.*?)```", RUNBOOK, re.DOTALL)
        for line in part.splitlines()
        if line.strip().startswith("petition")
    ]
    return {tuple(line.split("#")[0].split()[1:]) for line in [*spans, *fenced]}


@pytest.mark.parametrize("words", sorted(_commands()), ids=" ".join)
def test_every_command_of_the_runbook_exists(words):
    command, rest = cli.main, list(words)
    while isinstance(command, click.Group):
        assert rest, f"petition {' '.join(words)} 只写了一半"
        name = rest.pop(0)
        assert name in command.commands, f"没有 petition {' '.join(words)} 这条命令"
        command = command.commands[name]
    known = {option for p in command.params for option in [*p.opts, *p.secondary_opts]}
    assert {w for w in rest if w.startswith("--")} <= known, " ".join(words)


def test_the_runbook_has_a_chapter_for_each_trouble():
    chapters = set(re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE))
    assert chapters >= {
        "早晨看什么", "运行没有成功", "文件被拒收", "一个数字暂缓", "磁盘满了", "运行被杀了", "备份", "恢复",
        "搬到另一台机器", "更换关联密钥", "撤回一版", "回到较早的一版", "新增一个单位",
    }  # fmt: skip


def test_what_must_be_backed_up_is_what_the_house_says():
    """docs/house.md says which folders may never be lost; the runbook's lines hold each of them."""
    table = (ROOT / "docs" / "house.md").read_text("utf-8").split("## Where a home keeps what")[1]
    never = {
        name
        for line in table.splitlines()
        if line.rstrip(" |").split("|")[-1].strip().startswith("never")
        for name in re.findall(r"`(\w+)/", line.split("|")[1])
    }
    assert never == {"lake", "rules", "contracts", "models", "releases", "issues"}
    assert all(name in block("备份") for name in never)
