"""Homes with an issue of the sample province: January's, made of the first of two releases, not signed yet."""

import shutil
from datetime import datetime
from pathlib import Path

from ingestion.home import Home
from publication import issues
from publication import release as releases
from publication.calendar import entries

PROVINCE, CITY = "980000000000", "980100000000"
RULE = "region_code,series_code,valid_from,valid_to,source"
NUMBER, OF_CITY = (f"monthly_assessment/2026-01/{region}" for region in (PROVINCE, CITY))


def january(few_home: Home, root: Path, regions: tuple[str, ...] = (PROVINCE,)) -> Home:
    """Return a copy of a home with its issue of January for some regions."""
    shutil.copytree(few_home.root, root)
    home = Home(root)
    (home.rules / "issue_regions.csv").write_text(
        "\n".join(
            [RULE, *(f"{region},monthly_assessment,2026-01-01,,测试" for region in regions), ""]
        ),
        "utf-8",
    )
    found = entries(home.rules, datetime(2026, 2, 1), datetime(2026, 2, 10))
    (entry,) = (e for e in found if e.series_code == "monthly_assessment")
    issues._make(home, entry, releases.list_releases(home)[0])
    return home
