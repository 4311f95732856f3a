"""Who reads what of a home, tried by another user: the public part anybody, the internal part its group, the rest
nobody but the service.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from ingestion.home import Home
from orchestration import access, health_home
from orchestration.health import NOTE, OK
from publication import release as releases
from tests import small_releases

# numbers that need no entry in the machine's user list
READER, READERS, ANALYSTS = 65534, 65534, 64999

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="要以别的用户去读，须由 root 运行")


@pytest.fixture(scope="module")
def home(few_home):
    """A released home in a place that others can reach, its releases given to the analysts' group."""
    place = Path(tempfile.mkdtemp(prefix="petition-access-"))
    try:
        place.chmod(0o755)
        shutil.copytree(few_home.root, place / "home")
        home = Home(place / "home")
        access.close(home)
        for path in [home.releases, *home.releases.rglob("*")]:
            os.chown(path, -1, ANALYSTS)
        yield home
    finally:
        shutil.rmtree(place)


READ = 'while IFS= read -r p; do if [ -d "$p" ]; then ls "$p"; else cat "$p"; fi >/dev/null && echo "$p"; done'


def _readable(paths: list[Path], group: int = READERS) -> list[Path]:
    """Return the files and folders that another user, of a group, can read or list."""
    asked = "".join(f"{path}\n" for path in paths)
    who = {"user": READER, "group": group, "extra_groups": []}
    command = ["sh", "-c", READ]
    tried = subprocess.run(command, input=asked, check=False, capture_output=True, text=True, **who)
    assert all("ermission denied" in line for line in tried.stderr.splitlines()), tried.stderr
    return [Path(line) for line in tried.stdout.splitlines()]


def _all(folder: Path) -> list[Path]:
    found = [folder, *folder.rglob("*")]
    assert len(found) > 3
    return found


@pytest.mark.slow
@needs_root
def test_anybody_reads_the_public_part_and_nothing_else(home):
    current = releases.current(home).folder
    public = [*_all(current / "public"), home.pointer]
    assert _readable(public) == public
    assert not _readable(_all(current / "internal"))


@pytest.mark.slow
@needs_root
def test_the_analysts_group_reads_the_internal_part_and_not_what_lies_behind_it(home):
    current = releases.current(home).folder
    internal = _all(current / "internal")
    assert _readable(internal, ANALYSTS) == internal
    assert not _readable(list(access.private(home)), ANALYSTS)


@pytest.mark.slow
@needs_root
def test_nobody_else_enters_what_is_the_services_own(home):
    for folder in (home.landing, home.lake, home.work, home.dagster):
        some = next(path for path in folder.rglob("*") if path.is_file())
        assert not _readable([folder, some])


def test_a_loose_umask_opens_nothing_and_a_group_that_was_given_stays(tmp_path):
    home = Home(tmp_path / "home")
    for folder, mode in ((home.lake, 0o755), (home.landing, 0o2775)):
        folder.mkdir(parents=True)
        folder.chmod(mode)
    assert access.exposed(home) == [home.landing, home.lake]
    access.close(home)
    assert access.exposed(home) == []
    modes = [folder.stat().st_mode & 0o7777 for folder in access.private(home)]
    assert modes == [0o2770, 0o750, 0o700, 0o700, 0o700]


@needs_root
def test_a_new_release_is_given_to_the_group_of_the_releases(tmp_path, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2026-04-01T09:00:00")
    home = Home(tmp_path / "home")
    home.releases.mkdir(parents=True)
    os.chown(home.releases, -1, ANALYSTS)
    made = small_releases.publish(home, 1)
    access.close(home)  # the candidate was written without a run
    assert health_home.readable(home).state == OK
    assert {path.stat().st_gid for path in made.folder.rglob("*")} == {ANALYSTS}
    os.chown(home.releases, -1, ANALYSTS + 1)
    finding = health_home.readable(home)
    assert finding.state == NOTE and "chgrp" in finding.remedy
