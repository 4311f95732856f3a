"""Releases: proven by rebuilding, whole or not at all, nothing masked in the public part."""

import csv
import io
import json
import shutil
import subprocess
import sys
from datetime import datetime

import pytest

from ingestion import register
from publication import diff
from publication import release as releases
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
NEXT_DAY = "2026-04-10T09:00:00"
NEXT_AS_OF = "2026-04-09 23:59:59"


def _drop_new_file(home) -> None:
    folder = home.landing / "980101-xf"
    text = "信访件编号,登记时间,信访形式\nNEW-0001,2026-04-08 10:00:00,来信\n"
    (folder / "四月补报.csv").write_text(text, "utf-8-sig")


def _public_rows(release) -> list[dict]:
    years = sorted((release.folder / "public" / "values").glob("*.csv"))
    texts = [path.read_text("utf-8-sig") for path in years]
    return [row for text in texts for row in csv.DictReader(io.StringIO(text))]


def test_a_release_is_rebuilt_to_the_byte_in_another_process_and_directory(demo_copy, petition):
    done = petition(
        "release", "verify", "--json", "--home", str(demo_copy.root), clock="2030-01-01T00:00:00"
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    found = json.loads(done.stdout)
    assert found["same"] and found["files"] > 100


def test_killed_before_the_pointer_moves_then_completed(few_copy, petition_few):
    before = releases.load(few_copy, None)
    _drop_new_file(few_copy)
    script = (
        "import os, signal, sys\n"
        "from datetime import datetime\n"
        "from ingestion.home import Home\n"
        "from publication import release\n"
        "release.point_to = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from orchestration import project, runner\n"
        "from tests import few\n"
        "project._sources = few.sources()\n"
        "runner.run(Home.find(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, str(few_copy.root), NEXT_AS_OF],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -9
    still = releases.load(few_copy, None)
    assert still.release_id == before.release_id
    read = petition_few(
        "query", "select count(*) as n from fct_petitions", "--json", "--home", str(few_copy.root)
    )
    assert json.loads(read.stdout)["rows"][0]["n"] > 1000
    done = petition_few(
        "run", "--json", "--as-of", NEXT_AS_OF, "--home", str(few_copy.root), clock=NEXT_DAY
    )
    assert done.returncode == 0, done.stderr[-2000:]
    after = releases.load(few_copy, None)
    assert after.release_id == json.loads(done.stdout)["release_id"] != before.release_id
    counted = [e.sequence for e in register.deliveries(few_copy)]
    assert counted[-2:] == [before.manifest["known_to"], after.manifest["known_to"]]


def test_two_releases_of_the_demo_differ_and_say_where(few_home):
    old, new = releases.list_releases(few_home)
    assert new.manifest["compared_with"] == old.release_id
    frame = diff.changes(new.folder, old.folder)
    assert len(frame) == new.manifest["restatement_count"] > 0
    assert {"added", "restated"} <= set(frame["change_code"])
    assert len(diff.changes(new.folder, new.folder)) == 0


def test_held_and_suppressed_figures_are_empty_and_say_why(demo_home):
    rows = _public_rows(releases.load(demo_home, None))
    masked = [r for r in rows if r["status_code"] != "published"]
    assert {r["status_code"] for r in masked} == {"held", "suppressed"}
    figures = ("num", "den", "excluded_count", "value", "value_low", "value_high")
    assert all(not any(r[f] for f in figures) and r["reason_text"] for r in masked)


def test_a_total_leaves_out_what_is_held_and_says_so(demo_home):
    rows = _public_rows(releases.load(demo_home, None))
    uncut = {
        (r["indicator_code"], r["variant"], r["area_code"]): r
        for r in rows
        if r["period"] == "2026-03" and r["cut_code"] == "all" and r["area_kind_code"] == "region"
    }
    held = uncut[("volume", "project", "980303000000")]
    assert held["status_code"] == "held" and "隔离" in held["reason_text"]
    for above in ("980300000000", "980000000000"):
        assert uncut[("volume", "project", above)]["reason_text"] == "缺1"
    assert uncut[("volume", "project", "980100000000")]["reason_text"] == ""


def test_small_counts_of_small_areas_are_not_printed(demo_home):
    for row in _public_rows(releases.load(demo_home, None)):
        small_area = row["area_kind_code"] == "region" and not row["area_code"].endswith("00000000")
        if row["status_code"] == "published" and small_area:
            n = float(row["num"] if row["indicator_code"] == "volume" else row["den"])
            assert n == 0 or n >= 10


def test_public_part_is_readable_and_internal_is_not_for_the_world(demo_home):
    release = releases.load(demo_home, None)
    assert (release.folder / "public" / "values" / "2026.csv").stat().st_mode & 0o777 == 0o444
    assert release.serve.stat().st_mode & 0o777 == 0o440


def test_nothing_new_makes_no_new_release(few_copy, petition_few):
    before = releases.load(few_copy, None)
    as_of = datetime.fromisoformat(before.manifest["as_of"])
    done = petition_few(
        "run", "--json", "--as-of", f"{as_of:%Y-%m-%d %H:%M:%S}", "--home", str(few_copy.root)
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert releases.load(few_copy, None).release_id == before.release_id


def test_a_structural_failure_leaves_the_last_release(few_copy, petition_few):
    """A lake file that is not what the register says: nothing is built on it."""
    before = releases.load(few_copy, None)
    _drop_new_file(few_copy)
    victim = next((few_copy.lake / "petition_register").glob("*.parquet"))
    shutil.copyfile(victim, victim.with_suffix(".old"))
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    few_copy.warehouse.unlink()
    done = petition_few("run", "--as-of", NEXT_AS_OF, "--home", str(few_copy.root), clock=NEXT_DAY)
    assert done.returncode == 2
    assert "没有发布" in done.stderr and "上一版照常可读" in done.stderr
    assert releases.load(few_copy, None).release_id == before.release_id
