"""The editions of a region's issue: a draft for whoever signs, then versions that never change.

`issues/<series>/<period>/<region>/draft/` is the house's own and says 送审稿 on every page. Signing renders the same
contents anew as `v1/`, which anybody may read once the issue is printed; a correction is a new draft, and a new version
beside the old one, with a notice. Half made, an edition has a name that begins with a point, and is made again.
"""

import json
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.durable import replace_file, sync_folder
from ingestion.errors import HouseError
from ingestion.home import Home
from publication import notices, signatures
from publication.bulletin import manifests
from publication.bulletin.contents import contents
from publication.bulletin.layout import Edition
from publication.calendar import Entry
from publication.release import (
    INTERNAL_FOLDER_MODE,
    PUBLIC_FOLDER_MODE,
    PUBLIC_MODE,
    Release,
    load,
    seal,
)

DRAFT = "draft"
LONGEST_WAIT = 600  # seconds
NUMBER = re.compile(r"([a-z][a-z0-9_]*)/([0-9][0-9A-Z-]*)/([0-9]{12})")


class EditionError(HouseError):
    """There is no such issue, or it cannot be signed or corrected; the message says why, in Chinese."""


def place(home: Home, number: str) -> Path:
    """Return where the issue of a region lies: `number` is series/period/region. Raises EditionError."""
    if not NUMBER.fullmatch(number):
        raise EditionError(
            f"期号 {number} 不对，请写成 种类/期/地区，如 monthly_assessment/2026-03/980000000000；"
            "petition issue list 列出各期。"
        )
    found = home.issues / number
    if not found.is_dir():
        raise EditionError(f"没有 {number} 这一期。petition issue list 列出已作成的各期。")
    return found


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let nobody else make, sign or correct an edition of this issue meanwhile. Raises EditionError after a while."""
    try:
        with FileLock(folder / ".lock", timeout=LONGEST_WAIT):
            yield
    except Timeout:
        raise EditionError("另有一个命令正在作这一期，等了十分钟还没有完。请稍后再试。") from None


def draft(home: Home, folder: Path, release: Release, said: dict, edition: Edition) -> None:
    """Make the draft of an edition in a region's folder, in place of the one that was there."""
    aside = _made(home, folder, release, said, edition)
    aside.chmod(INTERNAL_FOLDER_MODE)
    if (folder / DRAFT).exists():
        os.rename(folder / DRAFT, aside.parent / "before")
    os.rename(aside, folder / DRAFT)
    sync_folder(folder)
    shutil.rmtree(aside.parent)


def _made(
    home: Home,
    folder: Path,
    release: Release,
    said: dict,
    edition: Edition,
    key: Path | None = None,
) -> Path:
    """Render an edition aside, sign its manifest if a key is given, and seal it; return where, in a folder of its own that
    nobody else may enter.
    """
    from publication.bulletin import rendering

    _clear(folder)
    closed = folder / f".{uuid.uuid4().hex}.tmp"
    aside = closed / "edition"
    closed.mkdir(mode=0o700)
    aside.mkdir()
    rendering.render(said, edition, release, aside, home.root / "fonts")
    if key:
        told = signatures.sign(home, aside / "public" / manifests.MANIFEST, key)
        (aside / "public" / manifests.SIGNATURE).write_text(manifests.dumped(told), "utf-8")
    seal(aside, [p for p in aside.rglob("*") if p.is_file()], home.releases.stat().st_gid)
    return aside


def _clear(folder: Path) -> None:
    """Let go of what a kill left half made, but for a draft that was put aside and not replaced: it is put back."""
    for left in folder.glob(".*.tmp"):
        if (left / "before").exists() and not (folder / DRAFT).exists():
            os.rename(left / "before", folder / DRAFT)
        shutil.rmtree(left)


def versions(folder: Path) -> list[dict]:
    """Return the signed versions of a region's issue, oldest first: what each manifest says of its edition."""
    found = [
        json.loads((p / "public" / manifests.MANIFEST).read_text("utf-8"))
        for p in folder.glob("v[0-9]*")
    ]
    told = [m["edition"] | {"release_id": m["data_version"]["release_id"]} for m in found]
    return sorted(told, key=lambda e: e["version"])


def left_out(edition: Path) -> str | None:
    """Return which format an edition lacks and why, in Chinese; None when it has all."""
    return json.loads((edition / "public" / manifests.MANIFEST).read_text("utf-8"))["left_out"]


def waiting(folder: Path) -> Edition | None:
    """Return the edition that waits to be signed, or None; a draft that a kill left behind its version is none."""
    path = folder / DRAFT / "public" / "issue.json"
    if not path.exists():
        return None
    edition = Edition(**json.loads(path.read_text("utf-8"))["edition"])
    return None if (folder / f"v{edition.version}").exists() else edition


def said_in(folder: Path, signed_only: bool = False) -> dict | None:
    """Return what a region's issue says: the last version signed, else the draft; None where neither is there."""
    signed = versions(folder)
    if signed:
        return _said(folder / f"v{signed[-1]['version']}")
    there = not signed_only and (folder / DRAFT / "public" / "issue.json").exists()
    return _said(folder / DRAFT) if there else None


def before(home: Home, entry: Entry, region: str) -> dict | None:
    """Return what the last signed issue of the series before this one said of a region; None where there is none."""
    places = (home.issues / entry.series_code).glob(f"*/{region}")
    found = [said_in(path, signed_only=True) for path in places]
    earlier = [said for said in found if said and said["issue"]["last_date"] < str(entry.last_date)]
    return max(earlier, key=lambda said: said["issue"]["last_date"], default=None)


def _said(edition: Path) -> dict:
    """Return what an edition says, with what of it is internal."""
    said = json.loads((edition / "public" / "issue.json").read_text("utf-8"))
    internal = edition / "internal" / manifests.OWED
    return said | {"owed": json.loads(internal.read_text("utf-8")) if internal.exists() else []}


def sign(home: Home, number: str, by: str, now: datetime, key: Path | None = None) -> Path:
    """Sign the draft of an issue: the same contents, without 送审稿, as a version that never changes. Return where.

    Raises EditionError when nothing waits, the draft was altered, or its release was withdrawn.
    """
    folder = place(home, number)
    with _alone(folder):
        return _sign(home, folder, number, by, now, key)


def _sign(home: Home, folder: Path, number: str, by: str, now: datetime, key: Path | None) -> Path:
    edition = waiting(folder)
    if edition is None:
        _finish(folder)
        last = versions(folder)[-1:]
        who = (
            f"已由 {last[0]['signed_by']} 于 {last[0]['signed_at']} 签发" if last else "没有送审稿"
        )
        raise EditionError(f"{number} {who}，没有待签的。要更正请用 petition issue correct。")
    if not by.strip():
        raise EditionError("请用 --by 写明由谁签发。")
    changed = manifests.altered(folder / DRAFT)
    if changed:
        raise EditionError(
            f"送审稿被改动过（{'、'.join(changed[:3])}），不能签发。请用 petition issue render {number} --again 重作。"
        )
    said = _draft_said(folder)
    release = _standing(home, said["data_version"]["release_id"])
    signed = replace(
        edition, signed_by=by.strip(), signed_at=now.isoformat(timespec="seconds"),
        key_id=signatures.key_id(home, key) if key else None,
    )  # fmt: skip
    aside = _made(home, folder, release, said, signed, key)
    target = folder / f"v{signed.version}"
    os.rename(aside, target)
    _finish(folder)
    return target


def _finish(folder: Path) -> None:
    """Open and list what is signed, and let go of its draft; what a kill left undone is done the next time."""
    if versions(folder):
        _write_index(folder, said_in(folder))
        folder.chmod(PUBLIC_FOLDER_MODE)
    if (folder / DRAFT).exists() and waiting(folder) is None:
        shutil.rmtree(folder / DRAFT)
    _clear(folder)
    sync_folder(folder)


def _draft_said(folder: Path) -> dict:
    return {name: told for name, told in _said(folder / DRAFT).items() if name != "edition"}


def _standing(home: Home, release_id: str) -> Release:
    withdrawn = notices.read(home.withdrawn, release_id)
    if withdrawn:
        raise EditionError(
            f"这一期所依据的 {release_id} 已撤回（{withdrawn['reason']}），不能签发。"
            "请更正后发布新的一版，再用 petition issue render --again 重作送审稿。"
        )
    return load(home, release_id)


def again(home: Home, number: str) -> Path:
    """Make the draft of an issue again, of the current release, where nobody has signed yet or a correction waits."""
    folder = place(home, number)
    with _alone(folder):
        edition = waiting(folder)
        if edition is None:
            raise EditionError(f"{number} 没有待签的送审稿。要更正请用 petition issue correct。")
        said, release = _draft_said(folder), load(home, None)
        entry, region = _entry(said), said["issue"]["region_code"]
        earlier = said_in(folder) if versions(folder) else before(home, entry, region)
        draft(home, folder, release, contents(release, entry, region, earlier, home.rules), edition)
    return folder / DRAFT


def correct(home: Home, number: str, reason: str) -> Path:
    """Make the draft of a correction, of the current release, beside what was issued. Return where.

    Raises EditionError when nothing was signed yet, a draft waits, no reason is given, or nothing is said otherwise.
    """
    folder = place(home, number)
    if not reason.strip():
        raise EditionError("请用 --reason 写明为什么更正，它印在新版的首页。")
    with _alone(folder):
        signed = versions(folder)
        if not signed or waiting(folder):
            raise EditionError(
                f"{number} 还有没签发的送审稿，请先签发，或者用 petition issue render {number} --again 重作。"
            )
        issued, release = said_in(folder), load(home, None)
        said = contents(release, _entry(issued), issued["issue"]["region_code"], issued, home.rules)
        if not said["revisions"]:
            raise EditionError(f"当前版 {release.release_id} 与已签发的没有不同，不必更正。")
        draft(
            home, folder, release, said, Edition(signed[-1]["version"] + 1, notice=reason.strip())
        )
    return folder / DRAFT


def _entry(said: dict) -> Entry:
    """Return the entry of the calendar that an issue was made for."""
    told = {name: said["issue"][name] for name in Entry.__dataclass_fields__}
    days = {
        n: told[n] and date.fromisoformat(told[n])
        for n in ("first_date", "last_date", "reply_due_date")
    }
    instants = {n: datetime.fromisoformat(told[n]) for n in ("cut_off_at", "print_at", "final_at")}
    return Entry(**(told | days | instants))


def _write_index(folder: Path, said: dict) -> None:
    """Write the page that lists the versions of an issue, the last one first; the versions themselves never change."""
    from publication.bulletin import html

    template = html.environment().get_template("versions.html.j2")
    told = template.render(issue=said["issue"], versions=versions(folder)[::-1])
    replace_file(folder / "index.html", told.encode())
    (folder / "index.html").chmod(PUBLIC_MODE)


def verify(home: Home, number: str) -> dict[str, list[str]]:
    """Render every version of an issue again, and return in Chinese what is not as it was issued (`differing`), and what
    could not be compared (`notes`): a version that other renderers made is held against its own hashes alone.
    """
    from publication.bulletin import rendering

    folder, differing, notes = place(home, number), [], []
    for told in versions(folder):
        name = f"v{told['version']}"
        differing += [f"{name}/{file} 被改动过" for file in manifests.altered(folder / name)]
        manifest = json.loads((folder / name / "public" / manifests.MANIFEST).read_text("utf-8"))
        release = load(home, told["release_id"])
        if manifest["renderers_sha256"] != rendering.renderers(home.root / "fonts"):
            notes.append(f"{name} 是用别的程序版本或字体作的，只核对了哈希和签名，没有重作。")
        elif not release.serve.exists():
            notes.append(
                f"{name} 所依据的 {release.release_id} 已精简，只核对了哈希和签名，没有重作。"
            )
        else:
            differing += [f"{name}/{file} 重作出来不同" for file in _differing(home, folder, name)]
        differing += _unsigned(home, folder / name, told["key_id"])
    return {"differing": differing, "notes": notes}


def _differing(home: Home, folder: Path, name: str) -> list[str]:
    from publication.bulletin import rendering

    said = _said(folder / name)
    edition = Edition(**said.pop("edition"))
    release = load(home, said["data_version"]["release_id"])
    with tempfile.TemporaryDirectory(prefix="petition-issue-") as aside:
        rendering.render(said, edition, release, Path(aside), home.root / "fonts")
        wanted, there = manifests.pinned(folder / name), manifests.pinned(Path(aside))
    return sorted(n for n in wanted.keys() | there.keys() if wanted.get(n) != there.get(n))


def _unsigned(home: Home, edition: Path, key_id: str | None) -> list[str]:
    """Return what is wrong with the signature of an edition; one that was made with a key has to have it."""
    if key_id is None:
        return []
    try:
        told = signatures.read(edition / "public" / manifests.SIGNATURE)
        if told is None or told.get("key_id") != key_id:
            return [f"{edition.name} 签发时有数字签名，现在没有，或者不是那一个"]
        signatures.check(home, edition / "public" / manifests.MANIFEST, told)
    except HouseError as error:
        return [f"{edition.name}：{error}"]
    return []
