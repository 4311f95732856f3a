"""What `petition doctor` says of one thing: fine, worth a look, or bad, and what to do about it.

What belongs here: the shape of a finding and the guard around a check. The checks themselves stand
in `health_runs` (runs), `health_home` (what lies in the home) and `health_machine` (what runs it).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from ingestion.errors import HouseError
from ingestion.home import Home

OK, NOTE, BAD = "ok", "note", "bad"


@dataclass(frozen=True)
class Finding:
    """One line of the table. `remedy` is empty when there is nothing to do."""

    name: str
    state: str
    text: str
    remedy: str = ""

    def as_record(self) -> dict:
        return asdict(self)


Check = Callable[[Home], Finding]


def guarded(name: str, check: Check, home: Home) -> Finding:
    """Run a check; one that cannot be carried out is bad itself, and the others still run.

    Only the kind of a foreign error is said: its message may hold a value of a file.
    """
    try:
        return check(home)
    except HouseError as error:
        return Finding(name, BAD, str(error), "按左边所说改正后再看一次")
    except Exception as error:
        text = f"没能查成（{type(error).__name__}）"
        return Finding(
            name, BAD, text, "文件可能损坏或没有权限：以运行信访库的用户再试，仍不行请报维护人员"
        )


def size_text(count: float) -> str:
    """Return bytes for people, in decimal units."""
    for unit in ("字节", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def folder_bytes(folder) -> int:
    """Return the bytes of all files below a folder; none when there is no such folder."""
    if not folder.exists():
        return 0
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
