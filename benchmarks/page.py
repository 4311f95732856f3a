"""docs/benchmarks.md, section by section: each measure writes its own table there, with day and machine.

What stands outside the sections is written by hand and kept.
"""

import os
import platform
import re
from datetime import date
from pathlib import Path

import duckdb

DOCS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


def machine() -> str:
    """Return in Chinese on what and when a section was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{date.today():%Y-%m-%d}，{os.cpu_count()} 核，{memory:.0f} GiB 内存，{platform.system()}，"
        f"Python {platform.python_version()}，DuckDB {duckdb.__version__}"
    )


def write(section: str, text: str, how: str) -> None:
    """Put a section's text in place of what it said; `how`: runs and what else the reader must know.

    Raises SystemExit when the page has no such section.
    """
    page = DOCS.read_text("utf-8")
    place = re.compile(rf"(<!-- {section} -->\n).*?(<!-- /{section} -->)", re.DOTALL)
    if not place.search(page):
        raise SystemExit(f"{DOCS.name} 中没有 {section} 一节。")
    said = f"量于 {machine()}。{how}\n\n{text}\n"
    DOCS.write_text(place.sub(lambda found: found[1] + said + found[2], page), "utf-8")
