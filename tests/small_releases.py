"""Releases of a few figures, written by hand without a build: for tests of what becomes of their files."""

import json
from pathlib import Path

import duckdb

from ingestion.home import Home
from publication import diff, files
from publication import release as releases
from publication.candidate import Candidate
from publication.tables import VALUE_KEY


def write_values(
    folder: Path, figures: dict[str, list[tuple[str, int]]], version: str = "1.0"
) -> None:
    """Write published values: period -> (area, num) of one indicator, and its definition."""
    parts = folder / diff.VALUES
    parts.mkdir(parents=True)
    (folder / diff.DEFINITIONS).parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        for period, rows in figures.items():
            listed = ", ".join(
                f"('volume', 'project', 'month', '{period}', 'region', '{area}', 'all', '', 'published',"
                f" {num}::decimal(18,4), 1::decimal(18,4), {num}::double, 0::bigint)"
                for area, num in rows
            )
            names = ", ".join([*VALUE_KEY, "status_code", "num", "den", "value", "missing_count"])
            connection.execute(
                f"copy (select * from (values {listed}) t({names}) order by area_code)"
                f" to '{parts}/{period}.parquet' (format parquet)"
            )
        connection.execute(
            "copy (select 'volume' as indicator_code, 'project' as variant,"
            f" '{version}' as definition_version) to '{folder / diff.DEFINITIONS}' (format parquet)"
        )


def small_candidate(
    home: Home, number: int, figures, as_of: str = "2026-06-15T23:59:59", version: str = "1.0"
) -> Candidate:
    folder = home.root / "work" / f"candidate-{number}"
    write_values(folder, figures, version)
    (folder / "public").mkdir()
    (folder / "public" / "values.csv").write_text("same\n", "utf-8")
    (folder / "internal" / "serve.duckdb").write_bytes(b"serve %d" % number)
    before = releases.current(home)
    manifest = {
        "release_id": f"release-{number:02d}", "as_of": as_of, "known_to": number,
        "compared_with": before.release_id if before else None, "restatement_count": 0, "files": files.file_hashes(folder),
    }  # fmt: skip
    (folder / "internal" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return Candidate(folder, manifest)


def publish(home: Home, number: int, figures=None, **more) -> releases.Release:
    figures = figures or {"2026-01": [("1", 5)], "2026-02": [("1", number)]}
    return releases.publish(home, small_candidate(home, number, figures, **more))
