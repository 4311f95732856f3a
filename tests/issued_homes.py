"""Homes with an issue of the sample province: January's, made of the first of two releases, not signed yet."""

import shutil
from datetime import datetime
from pathlib import Path

from ingestion.home import Home
from publication import issues
from publication import release as releases
from publication.calendar import entries

PROVINCE = "980000000000"
NUMBER = f"monthly_assessment/2026-01/{PROVINCE}"


def january(few_home: Home, root: Path) -> Home:
    """Return a copy of a home with its issue of January."""
    shutil.copytree(few_home.root, root)
    home = Home(root)
    (home.rules / "issue_regions.csv").write_text(
        "region_code,series_code,valid_from,valid_to,source\n"
        f"{PROVINCE},monthly_assessment,2026-01-01,,测试\n",
        "utf-8",
    )
    found = entries(home.rules, datetime(2026, 2, 1), datetime(2026, 2, 10))
    (entry,) = (e for e in found if e.series_code == "monthly_assessment")
    issues._make(home, entry, releases.list_releases(home)[0])
    return home
