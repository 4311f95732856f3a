"""`petition release verify`: a release rebuilt from the lake in a fresh file, and compared.

Bytes for Parquet, CSV and JSON; content for the DuckDB file. With other code than the release's the
figures are compared and the difference of code is said.
"""

import tempfile
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion import warehouse
from ingestion.home import Home
from orchestration import project
from publication import candidate
from publication.release import Release, load
from publication.tables import INTERNAL


def verify(home: Home, release_id: str | None) -> dict:
    """Rebuild and compare; return `same`, what differs, and a note in Chinese. Publishes nothing."""
    release = load(home, release_id)
    compared = release.manifest["compared_with"]
    previous = load(home, compared).folder if compared else None
    with tempfile.TemporaryDirectory(prefix="petition-verify-") as scratch:
        file = Path(scratch) / home.warehouse.name  # the parsed project knows its catalog by name
        as_of = datetime.fromisoformat(release.manifest["as_of"])
        warehouse.load(home, as_of, release.manifest["known_to"], file)
        failed = project.failures(project.build(home, [], file, tests=False))
        if failed:
            raise project.BuildError("重建没有成功：" + "；".join(failed))
        built = candidate.build_candidate(home, file, Path(scratch) / "release", previous)
        different = [*_differences(release, built.folder), *_altered(release)]
        return {
            "release_id": release.release_id,
            "same": not different,
            "files": len(release.manifest["files"]),
            "different": different,
            "note": _note(release, built.manifest),
        }


def _differences(release: Release, rebuilt: Path) -> list[str]:
    want, got = release.manifest["files"], candidate.file_hashes(rebuilt)
    files = [
        f"重建不同：{n}" for n in sorted(want.keys() | got.keys()) if want.get(n) != got.get(n)
    ]
    return files + _serve_differences(release, rebuilt)


def _altered(release: Release) -> list[str]:
    """Name the files of the release that are not what its manifest pinned."""
    now = candidate.file_hashes(release.folder)
    want = release.manifest["files"]
    return [
        f"发布件被改动：{n}" for n in sorted(want.keys() | now.keys()) if want.get(n) != now.get(n)
    ]


def _serve_differences(release: Release, rebuilt: Path) -> list[str]:
    found = []
    with duckdb.connect() as connection:
        for name, path in (("old", release.serve), ("new", rebuilt / "internal" / "serve.duckdb")):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        for table in INTERNAL:
            for one, other in (("old", "new"), ("new", "old")):
                rows = f'select * from {one}."{table.name}" except all select * from {other}."{table.name}"'
                if connection.execute(f"select 1 from ({rows}) limit 1").fetchone():
                    found.append(f"服务库不同：{table.name}")
                    break
    return found


def _note(release: Release, manifest: dict) -> str:
    if release.manifest["code_sha256"] != manifest["code_sha256"]:
        return "注意：现在的代码与发布时不同，以上是以现代码重算的比较。"
    if release.manifest["rules_sha256"] != manifest["rules_sha256"]:
        return "注意：家中的规则与发布时不同，以上是以现规则重算的比较。"
    return ""
