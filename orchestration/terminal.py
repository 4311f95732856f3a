"""What every command of `petition` shares: the home, --json, errors as one Chinese line, progress, and
a start without what it does not need.

Belongs here: nothing that a command does.
"""

import json
import sys
from contextlib import contextmanager
from pathlib import Path

import click

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration.exits import FAILED


class Context:
    """What every command is given: the home, and whether machines read the output."""

    def __init__(self, home: Home, as_json: bool):
        self.home, self.as_json = home, as_json

    def emit(self, record: dict, human) -> None:
        """Print JSON for machines, else call `human`."""
        if self.as_json:
            click.echo(json.dumps(record, ensure_ascii=False, indent=1, default=str))
        else:
            human()


def shared(command):
    """Add the options that every command takes."""
    command = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")(
        command
    )
    return click.option(
        "--home", type=click.Path(path_type=Path), default=None,
        help="家目录；不写则取环境变量 PETITION_HOME，再不然是 ./var。",
    )(command)  # fmt: skip


class _NoPandas:
    """An import hook that knows one thing: there is no pandas here."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


@contextmanager
def without_pandas():
    """Let nothing load pandas meanwhile: DuckDB and Arrow do at the first value that they are given, to
    ask whether it is one of pandas', and that is a third of a second.
    """
    sys.meta_path.insert(0, _NoPandas)
    try:
        yield
    finally:
        sys.meta_path.remove(_NoPandas)


@contextmanager
def errors():
    """Turn the house's own errors into one Chinese line and an exit code; others stay loud."""
    try:
        yield
    except HouseError as error:
        raise click.ClickException(str(error)) from None


def confirmed() -> bool:
    """Ask on the terminal; no answer is no."""
    try:
        return click.confirm("确定吗", err=True)
    except click.Abort:
        return False


@contextmanager
def run_errors():
    """As `errors`, where the failure is of a run: nothing was published."""
    try:
        yield
    except HouseError as error:
        click.echo(f"没有发布：{error}", err=True)
        click.echo("上一版照常可读。改正后再运行即可。", err=True)
        sys.exit(FAILED)


def progress():
    """Return where progress lines go: stderr, so that --json stays clean."""
    return lambda text: click.echo(text, err=True)
