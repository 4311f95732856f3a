"""What was taken from landing, so that no run takes it twice: name -> size, time, and under which
rules it was refused. Names may stand in landing, nowhere else; the register stays the truth.

`.seen.json` holds all of it. While a run takes files in, `.seen.journal` gets a line for each, before
the file is committed; whether it was, the register says. A run that is killed thus leaves behind
which of its files count, the next one folds that in, and none writes the whole list for every file.
"""

import json
from dataclasses import dataclass

from ingestion import register
from ingestion.durable import replace_file
from ingestion.home import Home

NAMES = (".seen.json", ".seen.journal")


@dataclass(frozen=True)
class Note:
    """One file as it was looked at; `sequence` and `sha256` are None when it is no delivery."""

    name: str
    stamp: list
    sequence: int | None
    sha256: str | None


class Seen:
    """The list of a home. `stamps` is what counts now."""

    def __init__(self, home: Home):
        self._home = home
        self._path, self._journal = (home.landing / name for name in NAMES)
        self.stamps: dict[str, list] = {}
        if self._path.exists():
            self.stamps = json.loads(self._path.read_text("utf-8"))
        self.stamps |= {n.name: n.stamp for n in self._noted() if self._counts(n)}

    def note(self, notes: list[Note]) -> None:
        """Write down what is about to be committed, or was looked at and is not."""
        lines = [json.dumps([n.name, n.stamp, n.sequence, n.sha256]) + "\n" for n in notes]
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.writelines(lines)

    def count(self, notes: list[Note]) -> None:
        """Take notes as done: what they speak of is committed."""
        self.stamps |= {n.name: n.stamp for n in notes}

    def fold(self) -> None:
        """Write the whole list anew, with all that the journal says and the register knows."""
        if not self._journal.exists():
            return
        self.stamps |= {
            n.name: n.stamp
            for n in self._noted()
            if self.stamps.get(n.name) != n.stamp and self._counts(n)
        }
        replace_file(self._path, json.dumps(self.stamps).encode())
        self._journal.unlink(missing_ok=True)

    def _noted(self) -> list[Note]:
        if not self._journal.exists():
            return []
        lines = self._journal.read_text("utf-8").split("\n")
        return [Note(*json.loads(line)) for line in lines[:-1]]  # the last one may be torn

    def _counts(self, note: Note) -> bool:
        """Tell whether the register has what a note says was about to be committed."""
        if note.sequence is None:
            return True
        path = register.register_path(self._home, note.sequence)
        return path.exists() and register.read(path).record["file_sha256"] == note.sha256
