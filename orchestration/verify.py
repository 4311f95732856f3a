"""`petition release verify`: a release rebuilt from the lake in a fresh file, and compared.

Built with the release's own rules. With the same code: bytes for Parquet, CSV and JSON, and what the
DuckDB file says of them. With other code, or another engine, the published figures are compared, and that is
said. What has been purged from the lake since is named, and what may follow from it counted apart.
"""

import tempfile
from pathlib import Path

from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.stored import tombstones
from orchestration import project, rebuild
from publication import candidate, diff, notices, serve, signatures
from publication.files import file_hashes
from publication.release import Release, altered, load
from publication.tables import VALUE_KEY, of_home

PUBLISHED = "mart_published_values"


def verify(home: Home, release_id: str | None) -> dict:
    """Rebuild and compare; return `same`, what differs, and a note in Chinese. Publishes nothing.

    `compared` is bytes or figures. `different` is what nothing explains; `after_purge` is what may
    follow from the purges that `purged` names.
    """
    release = load(home, release_id)
    compared = release.manifest["compared_with"]
    previous = load(home, compared) if compared else None
    with tempfile.TemporaryDirectory(prefix="petition-verify-") as scratch:
        view = rebuild.view(home, release, Path(scratch) / "work")
        file = rebuild.build(view, release.manifest)
        same_code = _same_code(release)
        if same_code:
            bridge = rebuild.bridge(view, previous, Path(scratch) / "bridge")
            folder = previous.folder if previous else None
            target = Path(scratch) / "release"
            candidate.build_candidate(view, file, target, folder, bridge)
            found = _differences(home, release, target)
        else:
            rebuilt = candidate.export_comparable(file, Path(scratch) / "release")
            found = _figures(rebuilt, release)
        purges = _purges_since(home, release)
        explained = _reached(view, {t["ledger"] for t in purges}) if purges else set()
    after_purge = [text for text, table in found if table in explained]
    different = [text for text, table in found if table not in explained]
    different += [f"发布件被改动：{name}" for name in altered(home, release)]
    try:
        signed = signatures.of_release(home, release)
    except HouseError as error:
        signed = None
        different.append(str(error))
    return {
        "release_id": release.release_id,
        "same": not different,
        "compared": "bytes" if same_code else "figures",
        "files": len(release.manifest["files"]),
        "different": different,
        "purged": [
            f"自该版发布以来，第 {t['sequence']} 号报送的 {t['column']} 列已清除（{t['ledger']}）"
            for t in purges
        ],
        "after_purge": after_purge,
        "signed": signed,
        "note": _note(home, release, same_code),
    }


def _purges_since(home: Home, release: Release) -> list[dict]:
    return [
        t
        for t in tombstones(home)
        if t["sequence"] <= release.manifest["known_to"]
        and t["recorded_at"] >= release.published_at
    ]


def _same_code(release: Release) -> bool:
    return (
        release.manifest["code_sha256"] == candidate.code_hash()
        and release.manifest["engine"] == candidate.engine_versions()
    )


def _differences(home: Home, release: Release, rebuilt: Path) -> list[tuple[str, str]]:
    """Return each file that was rebuilt otherwise than pinned, with the table that it shows."""
    want, got = release.manifest["files"], file_hashes(rebuilt)
    found = [
        (f"重建不同：{name}", _table_of(name))
        for name in sorted(want.keys() | got.keys())
        if want.get(name) != got.get(name)
    ]
    pruned = notices.read(home.pruned, release.release_id)
    return found if pruned else found + _serve_differences(release, rebuilt)


def _table_of(name: str) -> str:
    if name == diff.STORED or (name.startswith("public/") and name.endswith(".csv")):
        return PUBLISHED  # masked figures, and how they changed
    parts = name.split("/")
    return parts[2] if name.startswith("internal/tables/") else ""


def _figures(rebuilt: Path, release: Release) -> list[tuple[str, str]]:
    """Return each published figure that the present code computes otherwise."""
    frame = diff.changes(rebuilt, release.folder)
    rows = frame[list(VALUE_KEY)].to_dict("records")
    return [(f"数字不同：{' '.join(str(v) for v in row.values())}", PUBLISHED) for row in rows]


def _serve_differences(release: Release, rebuilt: Path) -> list[tuple[str, str]]:
    """Compare what the serve files say of each table; their rows are the files, compared already."""
    want, got = (serve.said_of_tables(path / "internal") for path in (release.folder, rebuilt))
    return [
        (f"服务库不同：{name}", name)
        for name in sorted(want.keys() | got.keys())
        if want.get(name) != got.get(name)
    ]


def _reached(view: Home, ledgers: set[str]) -> set[str]:
    """Return the exported tables that are computed from any of the ledgers, by dbt's lineage."""
    nodes = project.manifest(view)
    nodes.build_parent_and_child_maps()
    reached, edge = set(), [n for n in nodes.sources if n.split(".raw_")[-1] in ledgers]
    while edge:
        node = edge.pop()
        if node not in reached:
            reached.add(node)
            edge += nodes.child_map.get(node, [])
    names = {node.rsplit(".", 1)[-1] for node in reached}
    return {t.name for t in of_home(view) if t.relation.split(".")[1] in names}


def _note(home: Home, release: Release, same_code: bool) -> str:
    notes = []
    if not same_code:
        notes.append("注意：现在的代码或引擎与发布时不同，只比较了发布的数字，没有比较字节。")
    if "definitions_sha256" not in release.manifest:
        notes.append("注意：该版没有随版保存规则，以家中现有的规则重建。")
    if notices.read(home.pruned, release.release_id):
        notes.append("该版已精简：重建件与清单所记的校验值比较，已删去的文件不再核对。")
    return "".join(notes)
