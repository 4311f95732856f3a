"""Marked identities, and the search that finds them wherever they were written.

Obviously made up: names, addresses and texts begin with a pair of characters that no ledger holds,
identity numbers lie in a district that does not exist and a year long gone, phones in one block.
"""

import base64
import gzip
import io
import sqlite3
import urllib.parse
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

KINDS = ("name", "id_number", "phone", "address", "text")
DIGITS = "甪甫甬甭甮甯甴甶甹甼甽甾畀畁畂畃"
MARKERS = {
    "name": "龘靐",
    "id_number": "9801991903",
    "phone": "1990019",
    "address": "龘齉",
    "text": "龘麤",
}
DEPTH = 4  # archives within archives


@dataclass(frozen=True)
class Identity:
    """One made-up person, planted in one place only: what is found says where it came from."""

    number: int
    place: str

    @property
    def name(self) -> str:
        return MARKERS["name"] + self._word

    @property
    def id_number(self) -> str:
        """A resident identity number whose checksum holds (GB 11643)."""
        month, day = 1 + self.number % 12, 1 + self.number // 12 % 28
        body = f"{MARKERS['id_number']}{month:02d}{day:02d}{self.number % 1000:03d}"
        total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(body))
        return body + "10X98765432"[total % 11]

    @property
    def phone(self) -> str:
        return f"{MARKERS['phone']}{self.number:04d}"

    @property
    def address(self) -> str:
        return f"{MARKERS['address']}{self._word}巷9号"

    @property
    def text(self) -> str:
        return f"{MARKERS['text']}{self._word}说的话"

    @property
    def _word(self) -> str:
        return "".join(DIGITS[self.number // 16**i % 16] for i in (2, 1, 0))

    def tokens(self) -> dict[str, str]:
        return {kind: getattr(self, kind) for kind in KINDS}


class People:
    """Gives out identities, each for one place."""

    def __init__(self) -> None:
        self.known: list[Identity] = []

    def at(self, place: str) -> Identity:
        self.known.append(Identity(len(self.known), place))
        return self.known[-1]

    def searcher(self) -> "Searcher":
        return Searcher(self.known)


def spellings(token: str) -> dict[str, bytes]:
    """Return how a text may stand in a file: encodings, escapes, and base64 at each alignment."""
    escaped = "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in token)
    quoted = urllib.parse.quote(token)
    quoted_gb = urllib.parse.quote(token, encoding="gb18030")
    found = {
        "utf-8": token.encode(), "gb18030": token.encode("gb18030"),
        "utf-16le": token.encode("utf-16le"), "utf-16be": token.encode("utf-16be"),
        "json": escaped.encode(), "JSON": escaped.replace("\\u", "\0").upper().replace("\0", "\\u").encode(),
        "percent": quoted.encode(), "percent lower": quoted.lower().encode(),
        "percent gb": quoted_gb.encode(), "percent gb lower": quoted_gb.lower().encode(),
    }  # fmt: skip
    raw = token.encode()
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        # the first and last characters also hold bits of the neighbours
        first, last = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
        found[f"base64+{shift}"] = whole[first:last].encode()
    return found


class Searcher:
    """Finds every token of the identities in bytes, first by its marker, then whole."""

    def __init__(self, people: list[Identity]):
        self.people = people
        self.markers = [
            (kind, way, written)
            for kind, marker in MARKERS.items()
            for way, written in spellings(marker).items()
        ]
        self.whole = {
            (kind, way): {written: (person.place, kind) for written, person in entries}
            for kind in KINDS
            for way, entries in self._spelled(kind).items()
        }

    def _spelled(self, kind: str) -> dict[str, list[tuple[bytes, Identity]]]:
        ways: dict[str, list] = {}
        for person in self.people:
            for way, written in spellings(person.tokens()[kind]).items():
                ways.setdefault(way, []).append((written, person))
        return ways

    def search(self, data: bytes) -> set[tuple[str, str]]:
        """Return (place planted, kind) of each token found; a marker alone is `?`, a cut token."""
        found = set()
        for kind, way, marker in self.markers:
            at = data.find(marker)
            while at >= 0:
                found |= self._whole_at(data, at, kind, way)
                at = data.find(marker, at + 1)
        return found

    def _whole_at(self, data: bytes, at: int, kind: str, way: str) -> set[tuple[str, str]]:
        candidates = self.whole[(kind, way)]
        for length in {len(written) for written in candidates}:
            told = candidates.get(data[at : at + length])
            if told:
                return {told}
        # digits alone may stand there by chance; two such characters together may not
        return set() if MARKERS[kind].isdigit() else {("?", kind)}


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Return everything that a file holds: its raw bytes, and what is packed or stored within."""
    yield from _unpacked(path.as_posix(), path.read_bytes(), DEPTH)
    head = path.open("rb").read(16)
    if head[:4] == b"PAR1":
        yield f"{path} values", _parquet_text(path)
    elif head[8:12] == b"DUCK":
        yield f"{path} tables", _duckdb_text(path)
    elif head.startswith(b"SQLite format 3"):
        yield f"{path} tables", _sqlite_bytes(path)


def _unpacked(label: str, raw: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    yield label, raw
    if not depth:
        return
    if raw[:2] == b"\x1f\x8b":
        yield from _unpacked(label + "!gz", gzip.decompress(raw), depth - 1)
    elif raw[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in archive.namelist():
                yield from _unpacked(f"{label}!{name}", archive.read(name), depth - 1)


def _parquet_text(path: Path) -> bytes:
    table = pq.read_table(path)
    parts = [str(table.schema), repr(table.schema.metadata), repr(pq.read_metadata(path).metadata)]
    return "\n".join([*parts, table.to_pandas().to_csv()]).encode()


def _duckdb_text(path: Path) -> bytes:
    parts = []
    with duckdb.connect(str(path), read_only=True) as connection:
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall():
            parts.append(connection.execute(f'select * from "{schema}"."{table}"').df().to_csv())
        for listing in ("duckdb_tables()", "duckdb_views()", "duckdb_columns()"):
            parts.append(connection.execute(f"select * from {listing}").df().to_csv())
    return "\n".join(parts).encode()


def _sqlite_bytes(path: Path) -> bytes:
    parts = []
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        tables = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in tables:
            for row in database.execute(f'select * from "{table}"'):
                parts += [v if isinstance(v, bytes) else str(v).encode() for v in row]
    return b"\n".join(parts)
