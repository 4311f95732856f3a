"""A PostgreSQL cluster for tests: made, started and thrown away; from Debian's `postgresql`.

PostgreSQL refuses to run as root, so the tests' root lends it an unprivileged account. It listens on a socket in its
own folder alone, and asks for the password of its one role.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROLE, PASSWORD = "petition", "only for the time of a test"
QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB"]
ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Cluster:
    """A running cluster; `folder` holds its socket and its data."""

    folder: Path
    binaries: Path

    def address(self, database: str) -> str:
        return f"postgresql://{ROLE}@/{database}?host={self.folder}"

    def make(self, database: str) -> str:
        """Make an empty database; return its address."""
        self.ask("postgres", f"create database {database}")
        return self.address(database)

    def ask(self, database: str, sql: str) -> str:
        """Return what psql answers, without headers."""
        command = [self.binaries / "psql", "-XAtq", self.address(database), "-c", sql]
        environment = os.environ | {"PGPASSWORD": PASSWORD}
        return subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL that Debian, or the path, has."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3])
    )
    on_path = shutil.which("initdb")
    if not found and on_path:
        found = [Path(on_path).resolve()]
    return found[-1].parent if found else None


@contextmanager
def running(where: Path) -> Iterator[Cluster]:
    """Start a cluster with the binaries of a folder; stop and remove it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has 107 bytes
    account = _account()
    secret = folder / "secret"
    secret.write_text(PASSWORD, "utf-8")
    if account:
        for path in (folder, secret):
            os.chown(path, account.pw_uid, account.pw_gid)
    server = None
    try:
        _run(account, folder, [
            where / "initdb", "-D", folder / "data", "-U", ROLE, "-A", "scram-sha-256", f"--pwfile={secret}",
            "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions",
        ])  # fmt: skip
        settings = [word for s in ("listen_addresses=", *QUICK) for word in ("-c", s)]
        command = [where / "postgres", "-D", folder / "data", "-k", folder, *settings]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*_as(account), *map(str, command)], cwd=folder, stdout=log, stderr=log
            )
        _wait_for(where, folder, server)
        yield Cluster(folder, where)
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # does not wait for those who are connected
            server.wait(30)
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd | None:
    """Return the account that the server runs as; None: this one, which is not root."""
    if os.geteuid() != 0:
        return None
    return next(a for name in ACCOUNTS for a in pwd.getpwall() if a.pw_name == name)


def _as(account: pwd.struct_passwd | None) -> list[str]:
    if account is None:
        return []
    ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
    return ["setpriv", *ids, "--clear-groups", "--"]


def _run(account, folder: Path, command: list) -> None:
    done = subprocess.run(
        [*_as(account), *map(str, command)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _wait_for(where: Path, folder: Path, server: subprocess.Popen) -> None:
    ready = [str(where / "pg_isready"), "-q", "-h", str(folder)]
    while subprocess.run(ready, check=False).returncode != 0:
        assert server.poll() is None, (folder / "log").read_text("utf-8")
        time.sleep(0.1)


@contextmanager
def environment(**names: str) -> Iterator[None]:
    """Let this process, and those it starts, have these variables; what prepare_instance sets is undone too."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "PETITION_HOME"):
            patch.setenv(name, "")
        for name, value in names.items():
            patch.setenv(name, value)
        yield
