"""A small home with a history of releases, for tests of releases: built once, copied with its links.

The history: R1 from one file; R2 after a second file (data changed); R3 after a change of an
indicator's definition together with a third file (both changed). All at one `as_of`.
"""

import shutil
import subprocess
from pathlib import Path

from ingestion.home import Home
from publication import release as releases
from publication.release import Release
from tests import commands
from tests.door_files import HEADERS, OFFICE, make_home, row, text

AS_OF = "2025-05-31 23:59:59"
CLOCKS = ("2025-06-01T09:00:00", "2025-06-02T09:00:00", "2025-06-03T09:00:00")
INDICATOR = """-- 测试用的一个口径。
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        problem_region_code as region_code,
        unit_org_code as org_code,
        cast(null as varchar) as excluded_because,
        {flag} as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{{{ petition_cuts() }}}}
    from {{{{ ref('fct_petitions') }}}}
)

{{{{ indicator('by_letter') }}}}
"""
META = """version: 2
models:
  - name: ind_by_letter
    description: 来信的比例，测试用。
    config:
      meta:
        indicator:
          name_zh: 来信比例
          name_en: Share of letters
          kind: share
          unit: 件
          direction: higher
          attribution: problem
          legal_basis: 测试
          clock: 登记时间
          cohort: 登记日期落在期内
          window: 无
          cuts: []
          ledgers: [petition_register]
          version: "{version}"
"""


def petition(home: Home, *arguments: str, clock: str = CLOCKS[-1]) -> subprocess.CompletedProcess:
    """Run the command line, with few indicators, on a home in a process of its own."""
    where = ("--home", str(home.root))
    return commands.run("tests.few", *arguments, *where, PETITION_CLOCK=clock)


def run(home: Home, clock: str, as_of: str = AS_OF) -> Release:
    """Run from landing to release; return the release that is then current."""
    done = petition(home, "run", "--as-of", as_of, clock=clock)
    assert done.returncode == 0, done.stderr[-3000:]
    return releases.load(home, None)


def deliver(home: Home, name: str, months: tuple[int, ...], size: int, channel: str) -> None:
    """Put a register of `size` rows a month into landing."""
    rows = [
        row(f"{name}{month:02d}{i:03d}", f"2025-{month:02d}-{1 + i % 27:02d}", 信访形式=channel)
        for month in months
        for i in range(size)
    ]
    text(home.landing / OFFICE / f"{name}.csv", [HEADERS, *rows])


def define(home: Home, flag: str, version: str) -> None:
    """Write the home's own indicator: its numerator and its version."""
    home.models.mkdir(exist_ok=True)
    (home.models / "ind_by_letter.sql").write_text(INDICATOR.format(flag=flag), "utf-8")
    (home.models / "ind_by_letter.yml").write_text(META.format(version=version), "utf-8")


def make_history(root: Path) -> Home:
    """Make the home and its three releases."""
    home = make_home(root)
    define(home, "channel_code = 'letter'", "1.0")
    deliver(home, "a", (2, 3, 4), 15, "来信")
    run(home, CLOCKS[0])
    deliver(home, "b", (4,), 12, "来访")
    run(home, CLOCKS[1])
    define(home, "channel_code <> 'letter'", "2.0")
    deliver(home, "c", (4,), 14, "来访")
    run(home, CLOCKS[2])
    return home


def copy_of(home: Home, root: Path) -> Home:
    """Copy a home as a backup would: hard links stay hard links."""
    subprocess.run(["cp", "-a", str(home.root), str(root)], check=True)
    copied = Home(root)
    shutil.rmtree(copied.dagster, ignore_errors=True)
    return copied
