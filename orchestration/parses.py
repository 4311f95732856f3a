"""What is kept of a parse of the dbt project: in the home, and with PETITION_PARSES in a folder that homes share.

Belongs here: the three files of a parse, how they are judged, and how they come from and go to the shared folder.
A parse is of some files, named by their hash (`staged`), and is used only as dbt then wrote it.
"""

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from ingestion.errors import HouseError
from ingestion.home import Home

FOLDER = "PETITION_PARSES"


def packed(home: Home) -> Path:
    """Return where dbt writes the parse that it reads again."""
    return home.dbt / "target" / "partial_parse.msgpack"


def written(home: Home) -> Path:
    """Return where manifest.json is."""
    return home.dbt / "target" / "manifest.json"


def _said(home: Home) -> Path:
    return home.dbt / "target" / "parsed.sha256"


def _files(home: Home) -> tuple[Path, ...]:
    return packed(home), written(home), _said(home)  # the last says that the others are there


def _saying(home: Home, staged: str) -> str:
    """Return what is said beside a parse: of which files it is, and the hash of what dbt wrote."""
    content = packed(home).read_bytes() if packed(home).exists() else b""
    return f"{staged} {hashlib.sha256(content).hexdigest()}"


def say(home: Home, staged: str) -> None:
    """Say beside the home's parse of which files it is."""
    _said(home).write_text(_saying(home, staged), "ascii")


def is_of(home: Home, staged: str) -> bool:
    """Return whether the home's parse is said to be of these files."""
    return _said(home).exists() and _said(home).read_text("ascii").startswith(staged)


def kept(home: Home, staged: str):
    """Return the manifest that an earlier process parsed of the same files; None when there is none,
    or its file is not the one that dbt then wrote.
    """
    if not is_of(home, staged) or _said(home).read_text("ascii") != _saying(home, staged):
        return None
    from dbt.contracts.graph.manifest import Manifest

    found = Manifest.from_msgpack(packed(home).read_bytes())
    found.build_flat_graph()  # what macros see as `graph`
    return found


def _shared() -> Path | None:
    """Return the folder of shared parses, or None where none is named. What stands in it is run as code: it must be
    this account's own, and no other may write there.
    """
    if not os.environ.get(FOLDER):
        return None
    folder = Path(os.environ[FOLDER])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = folder.stat()
    if state.st_uid != os.geteuid() or state.st_mode & 0o022:
        raise HouseError(
            f"{FOLDER} 指的文件夹 {folder} 不是本账户自己的，或者别的账户也能写：里面的会被执行。请换一个，或者 chmod 700。"
        )
    return folder


def take_shared(home: Home, staged: str) -> None:
    """Take over a parse of the same files that another home left in the shared folder. What is taken is judged like
    the home's own: one that is not whole is as none.
    """
    folder = _shared()
    if folder and not is_of(home, staged):
        _said(home).parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            for path in _files(home):
                shutil.copyfile(folder / staged / path.name, path)


def share(home: Home, staged: str) -> None:
    """Leave what dbt has parsed in the shared folder, whole or not at all, in the place of what was no use."""
    folder = _shared()
    if not folder:
        return
    # a full disk, or another process was faster: this home has its own parse
    with suppress(OSError), tempfile.TemporaryDirectory(dir=folder) as beside:
        whole = Path(beside) / staged
        whole.mkdir()
        for path in _files(home):
            shutil.copyfile(path, whole / path.name)
        shutil.rmtree(folder / staged, ignore_errors=True)
        whole.rename(folder / staged)
