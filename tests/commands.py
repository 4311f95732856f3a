"""The command line in a process of its own, forked from one that has imported what a run imports: starting Python, dbt,
Dagster and Great Expectations anew costs each command of the tests ten seconds of a processor.

`run` starts the process that forks, and asks it; `python -m tests.commands MODULE ...` asks it from a shell.
"""

import json
import os
import socket
import socketserver
import subprocess
import sys
import traceback
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "PETITION_TEST_COMMANDS"
# all but `orchestration.definitions`, which parses a home's project as it is imported
IMPORTED = (
    "dbt.adapters.duckdb", "dbt.cli.main", "expectations.candidate", "expectations.receipts", "great_expectations",
    "ingestion.inspection", "orchestration.cli", "orchestration.deliveries", "orchestration.demo",
    "orchestration.display", "orchestration.models", "orchestration.releases", "orchestration.runner",
    "orchestration.verify", "publication.candidate", "samples.world", "scipy.stats", "tests.few",
)  # fmt: skip


def run(module: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Give one command with this process's environment and what is added to it; return how it ended."""
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as asked:
        out, err = Path(folder, "out"), Path(folder, "err")
        asked.connect(_address())
        told = {"module": module, "arguments": arguments, "environment": os.environ | environment,
                "cwd": os.getcwd(), "out": str(out), "err": str(err)}  # fmt: skip
        asked.sendall(json.dumps(told).encode() + b"\n")
        code = int(asked.makefile().read())
        return subprocess.CompletedProcess(
            [module, *arguments], code, out.read_text("utf-8"), err.read_text("utf-8")
        )


@cache
def _address() -> str:
    """Return where the process that forks listens, started when it is first needed. It ends with this one."""
    if ADDRESS in os.environ:
        return os.environ[ADDRESS]
    address = os.environ[ADDRESS] = str(Path(mkdtemp(), "commands"))
    ready, said = os.pipe()
    subprocess.Popen(
        [sys.executable, "-m", "tests.commands", address, str(said)],
        cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[said],
    )  # fmt: skip
    os.close(said)
    with os.fdopen(ready, "rb") as heard:
        assert heard.read() == b"ready", "the process that forks commands did not start"
    return address


class _Command(socketserver.StreamRequestHandler):
    """One command: run in a fork of its own, so that how it ends can be told, by a signal too."""

    def handle(self) -> None:
        asked = json.loads(self.rfile.readline())
        pid = os.fork()
        if not pid:
            _become(**asked)
        _, status = os.waitpid(pid, 0)
        self.wfile.write(str(os.waitstatus_to_exitcode(status)).encode())


class _Forking(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    max_children = 16
    parent = os.getppid()

    def service_actions(self) -> None:
        super().service_actions()
        if os.getppid() != self.parent:
            Path(self.server_address).unlink()
            Path(self.server_address).parent.rmdir()
            os._exit(0)


def _become(
    module: str, arguments: list[str], environment: dict, cwd: str, out: str, err: str
) -> None:
    """Be the process that `python -m MODULE ARGUMENTS` is, and end with it."""
    code = 1
    try:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(cwd)
        for number, path in ((1, out), (2, err)):
            opened = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            os.dup2(opened, number)
        sys.argv = ["petition", *arguments]
        sys.modules["__main__"].__package__ = None  # click tells the command's name by it
        import_module(module).main()
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def serve(address: str, says: int) -> None:
    """Import, then fork a process for each command that comes by the socket."""
    for name in IMPORTED:
        import_module(name)
    with _Forking(address, _Command) as server:
        os.write(says, b"ready")
        os.close(says)
        server.serve_forever()


def main(*words: str) -> None:
    """Fork commands, or ask for one and be as it was."""
    if words[0].startswith("/"):
        serve(words[0], int(words[1]))
    done = run(*words)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
