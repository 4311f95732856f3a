"""The exit codes: one table, which every command keeps to."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from ingestion.home import Home
from orchestration import (
    cli,
    doctor,
    exits,
    runner,
)
from tests import doctor_homes
from tests.conftest import ROOT


@pytest.fixture
def home(tmp_path) -> Home:
    return doctor_homes.make(tmp_path / "home")


class TestExitCodes:
    def _exit(self, monkeypatch, *arguments) -> int:
        with pytest.raises(SystemExit) as left:
            cli.main(list(arguments))
        return left.value.code

    def test_done(self, monkeypatch):
        assert self._exit(monkeypatch, "--help") == exits.DONE

    def test_what_was_asked_for_is_not_there(self, monkeypatch, tmp_path):
        assert (
            self._exit(monkeypatch, "release", "verify", "--home", str(tmp_path)) == exits.BAD_INPUT
        )

    def test_a_failed_run(self, monkeypatch, tmp_path):

        def fails(*given):
            raise runner.RunFailed("收据不守恒")

        monkeypatch.setattr(runner, "run", fails)
        assert self._exit(monkeypatch, "run", "--home", str(tmp_path)) == exits.FAILED

    @pytest.mark.parametrize("words", [["nope"], ["run", "--nope"], ["check"], ["release", "nope"]])
    def test_a_command_line_that_is_wrong(self, monkeypatch, words, capsys):
        assert self._exit(monkeypatch, *words) == exits.USAGE
        assert capsys.readouterr().err

    def test_an_error_of_the_program_is_loud(self, monkeypatch, tmp_path, capsys):
        def breaks(home):
            raise ZeroDivisionError

        monkeypatch.setattr(doctor, "examine", breaks)
        assert self._exit(monkeypatch, "doctor", "--home", str(tmp_path)) == exits.BROKEN
        said = capsys.readouterr().err
        assert "Traceback" in said and "维护人员" in said

    def test_interrupted(self, monkeypatch, tmp_path):
        def interrupted(home):
            raise KeyboardInterrupt

        monkeypatch.setattr(doctor, "examine", interrupted)
        assert self._exit(monkeypatch, "doctor", "--home", str(tmp_path)) == exits.INTERRUPTED

    def test_a_reader_that_has_gone_is_no_error(self, home):
        script = (
            f"{sys.executable} -m orchestration.cli query --help | true; exit ${{PIPESTATUS[0]}}"
        )
        done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, check=False)
        assert done.returncode == exits.DONE, done.stderr

    def test_every_code_is_in_the_help_and_the_document(self):
        told = CliRunner().invoke(cli.main, ["--help"]).output
        for code, (meaning, _) in exits.MEANINGS.items():
            assert f"{code:<4} {meaning}" in told
        assert exits.as_markdown() in (ROOT / "docs" / "exit-codes.md").read_text("utf-8")

    def test_commands_name_codes_by_their_constants(self):
        """A number beside sys.exit would be a second truth."""
        source = (ROOT / "orchestration" / "cli.py").read_text("utf-8")
        assert "sys.exit(BAD_INPUT)" in source
        assert not [n for n in range(256) if f"sys.exit({n})" in source]

    def test_click_s_own_usage_code_is_still_the_one_we_replace(self):
        assert click.UsageError.exit_code == exits.FAILED
