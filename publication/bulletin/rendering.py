"""An edition of an issue in all its formats, and the manifest that says what it is made of.

Belongs here: which files there are, and that the same issue gives the same bytes. An edition has a `public/` part that
anybody may have once it is signed and printed, and an `internal/` one: the case lists behind its figures.
"""

import hashlib
from dataclasses import asdict
from datetime import datetime
from importlib import metadata
from pathlib import Path

from publication.bulletin import evidence, html, package, pdf, word, workbook
from publication.bulletin.layout import Edition, layout
from publication.bulletin.manifests import MANIFEST, OWED, dumped, pin
from publication.files import sha256
from publication.release import Release

LIBRARIES = ("jinja2", "xlsxwriter", "python-docx", "pyarrow", "sqlglot")
NO_PDF = "没有作 PDF：没有装 pdf 附加组件（make pdf）。"


def render(
    said: dict, edition: Edition, release: Release, folder: Path, fonts: Path | None = None
) -> dict:
    """Write an edition of an issue into an empty folder; return its manifest.

    `said`: what the issue says (`contents`); `release`: the one that it is of, for the evidence behind its figures;
    `fonts`: a home's own. Where no PDF can be made, the manifest says why.
    """
    public, internal = folder / "public", folder / "internal"
    public.mkdir()
    internal.mkdir()
    page, made_at = layout(said, edition), datetime.fromisoformat(said["issue"]["print_at"])
    told = {name: value for name, value in said.items() if name != "owed"} | {
        "edition": asdict(edition)
    }
    (public / "issue.json").write_text(dumped(told), "utf-8")
    (internal / OWED).write_text(dumped(said["owed"]), "utf-8")
    workbook.write(page, public / "bulletin.xlsx", made_at)
    word.write(page, public / "bulletin.docx", made_at)
    set_in, left_out = _write_pdf(page, public / "bulletin.pdf", made_at, fonts)
    package.write(said, page, public)
    html.write(page, public, sorted(p.name for p in public.iterdir()))
    html.write_letters(page, internal)
    evidence.write(release, said, page, public, internal)
    manifest = {
        "issue": {
            n: said["issue"][n] for n in ("series_code", "period", "issue_no", "region_code")
        },
        "edition": asdict(edition),
        "data_version": said["data_version"],
        "fonts": set_in,
        "renderers_sha256": renderers(fonts),
        "left_out": left_out,
    }
    pin(internal, {})
    pin(public, manifest | {"internal_manifest_sha256": sha256(internal / MANIFEST)})
    return manifest


def renderers(fonts: Path | None = None) -> str:
    """Return the hash of what makes editions, libraries and fonts included: others may make other bytes of one issue."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    files = [p for p in here.rglob("*") if p.is_file() and p.suffix != ".pyc"]
    for path in sorted([*files, here.parent / "printed.py"]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    versions = {name: metadata.version(name) for name in LIBRARIES}
    versions["typst"] = metadata.version("typst") if pdf.available() else None
    places = [p for p in (fonts, pdf.DEBIAN) if p and p.is_dir()]
    faces = {
        p.name: p.stat().st_size for place in places for p in sorted(place.rglob("*.[ot]t[fc]"))
    }
    digest.update(dumped({"versions": versions, "fonts": faces}).encode())
    return digest.hexdigest()


def _write_pdf(
    page: dict, target: Path, made_at: datetime, fonts: Path | None
) -> tuple[dict | None, str | None]:
    """Write the PDF; return the fonts it is set in, or why there is none."""
    if not pdf.available():
        return None, NO_PDF
    try:
        set_in = pdf.chosen(fonts)
    except pdf.NoFonts as why:
        return None, str(why)
    pdf.write(page, target, made_at, fonts)
    return set_in, None
