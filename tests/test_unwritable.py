"""Why nothing could be written: told from other errors, the place found by looking, and never a file of an office."""

import errno
import os
import shutil
import sqlite3
from collections import namedtuple

import duckdb
import pytest

from orchestration import alerts, unwritable
from orchestration.deliveries import TakingFailed, take_in
from tests.door_files import OFFICE, make_home

Usage = namedtuple("Usage", "total used free")
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "秘密名称.csv")


@pytest.fixture
def home(tmp_path):
    return make_home(tmp_path / "home")


def _left(monkeypatch, home, free: int) -> None:
    """Let so much be left on the disk of the lake, and more on every other."""
    monkeypatch.setattr(
        shutil, "disk_usage", lambda p: Usage(0, 0, free if p == home.lake else 10**12)
    )
    home.lake.mkdir(exist_ok=True)


@pytest.mark.parametrize(
    "error",
    [
        FULL,
        sqlite3.OperationalError("database or disk is full"),
        sqlite3.OperationalError("disk I/O error"),
        duckdb.IOException('IO Error: Could not write file "x": No space left on device'),
    ],
    ids=["python", "sqlite", "sqlite-unsaid", "duckdb"],
)
def test_the_place_and_the_remedy_are_told(home, monkeypatch, error):
    _left(monkeypatch, home, 4096)
    said = unwritable.why(home, error)
    assert said.startswith(f"磁盘满了：{home.lake} 所在的磁盘只剩 4 KB。") and "清出空间" in said
    assert "秘密" not in said


def test_a_folder_that_is_closed_is_named(home, monkeypatch):
    closed = home.outbox / OFFICE
    closed.mkdir(parents=True)
    access = os.access
    monkeypatch.setattr(os, "access", lambda p, mode: p != closed and access(p, mode))
    said = unwritable.why(home, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    assert said.startswith(f"{closed} 不能写。") and "权限" in said


def test_any_other_error_is_none_of_these(home, monkeypatch):
    assert unwritable.why(home, ValueError("某个值")) is None
    _left(monkeypatch, home, 10**11)
    assert unwritable.why(home, sqlite3.OperationalError("disk I/O error")) is None, "a broken disk"


def test_what_an_error_came_from_counts(home, monkeypatch):
    _left(monkeypatch, home, 0)
    try:
        try:
            raise FULL
        except OSError as error:
            raise RuntimeError("a step failed") from error
    except RuntimeError as error:
        said = unwritable.why(home, error)
        monkeypatch.setenv("PETITION_HOME", str(home.root))
        assert alerts.cause(error) == said and "磁盘满了" in said


def test_taking_in_says_it_without_the_file(home, monkeypatch):
    def fails(*_):
        raise FULL

    _left(monkeypatch, home, 0)
    monkeypatch.setattr("ingestion.landing.take_all", fails)
    with pytest.raises(TakingFailed, match="磁盘满了") as caught:
        take_in(home, lambda *_: None)
    assert "秘密" not in str(caught.value)
