"""The benchmarks of files and of start-up run, and the door loads every row that the reader reads."""

from pathlib import Path

from benchmarks import ingestion, startup


def test_every_row_that_is_read_raw_is_taken_in(tmp_path: Path):
    found = ingestion.measured(tmp_path, large=70, files=4, rows=5, runs=1)
    assert [(m.raw_rows, m.door_rows) for m in found] == [(70, 70), (20, 20), (20, 20)]
    columns = ingestion.HEAD.count("|")
    assert all(m.line().count("|") == columns for m in found)


def test_start_up_is_measured_beside_a_bare_interpreter(tmp_path: Path):
    found = startup.measured(tmp_path, runs=1)
    assert [*found] == ["空解释器", "petition check", "petition explain"]
    assert all(wall > 0 and cpu > 0 for wall, cpu in found.values())
