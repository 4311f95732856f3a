"""Linkage keys: equality without identity. The network's secret, and what a value becomes under it.

A value that may not pass the door leaves `<key_id>:<32 hex>` behind, or nothing: equal values of a
kind give equal keys, and there is no way back. Keys are for equality only; nothing may order, list
or count by them. Belongs here: the key file, normalising per kind, the keyed hash. Which column makes
which key is said in the contracts (`linkage`).
"""

import hashlib
import hmac
import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from ingestion.errors import HouseError

VARIABLE = "PETITION_KEY_FILE"
FILE = re.compile(r"(?P<key_id>[a-z0-9]{1,16}):(?P<secret>\S{32,})")
READABLE_BY_OTHERS = 0o077
KEY_DIGITS, STAND_IN_DIGITS = 32, 16
MASK = re.compile(r"[*•●×✱]")  # a masked value is many values: its key would link strangers
LEAST_DIGITS = 7  # the shortest local telephone number
IDENTITY_WEIGHTS = [pow(2, 17 - i, 11) for i in range(17)]  # GB 11643


class KeyFileError(HouseError):
    """The network key file cannot be used; the message says why, in Chinese, and never the key."""


@dataclass(frozen=True)
class NetworkKey:
    """The network's linkage key. The secret is in no representation of it."""

    key_id: str
    secret: bytes = field(repr=False)

    def digest(self, kind: str, value: str, length: int) -> str:
        """Return the first hex digits of the keyed hash of a normalised value of a kind."""
        return hmac.digest(self.secret, f"{kind}|{value}".encode(), hashlib.sha256).hex()[:length]


def network_key(home: Path | None = None) -> NetworkKey | None:
    """Read the file that PETITION_KEY_FILE names: one line `<key_id>:<secret>`; None when unset.

    Raises KeyFileError for a file that is missing, malformed, inside `home`, or readable by others.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    path = Path(named).resolve()
    if home is not None and path.is_relative_to(home.resolve()):
        raise KeyFileError(
            f"{VARIABLE} 指的关联钥匙文件在家目录之内，备份和分析人员都会拿到它；请移到家目录之外。"
        )
    try:
        mode, text = path.stat().st_mode, path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise KeyFileError(
            f"{VARIABLE} 指的关联钥匙文件不存在或读不出，请核对路径、权限和编码（UTF-8）。"
        ) from None
    if mode & READABLE_BY_OTHERS:
        raise KeyFileError(
            f"{VARIABLE} 指的关联钥匙文件同组或其他用户也能读写，请 chmod 600 后重试。"
        )
    found = FILE.fullmatch(text.strip("\r\n"))
    if found is None:
        raise KeyFileError(
            f"{VARIABLE} 指的关联钥匙文件格式不对，应当只有一行「钥匙号:钥匙」："
            "钥匙号为 1 至 16 位小写字母或数字，钥匙至少 32 个字符、不含空白。请改正。"
        )
    return NetworkKey(found["key_id"], found["secret"].encode())


def keys(text: pa.Array, kind: str, key: NetworkKey | None) -> pa.Array:
    """Return the linkage keys of a column of clean texts; null where there is nothing to link."""
    if key is None:
        return pa.nulls(len(text), pa.string())
    coded = text.dictionary_encode()
    normal = [NORMALISE[kind](value) for value in coded.dictionary.to_pylist()]
    made = [value and f"{key.key_id}:{key.digest(kind, value, KEY_DIGITS)}" for value in normal]
    return pa.array(made, pa.string()).take(coded.indices)


def _half_width(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split())


def _id_number(value: str) -> str | None:
    """Resident numbers in their 18 digits, other documents as written; no words, no masks."""
    number = _half_width(value).upper()
    if not re.fullmatch(r"(?=.*\d)[0-9A-Z()/-]{6,}", number):
        return None
    return _eighteen(number) if re.fullmatch(r"\d{15}", number) else number


def _eighteen(number: str) -> str:
    """Return the 18-digit form of a 15-digit resident number (GB 11643): century and check digit."""
    body = number[:6] + "19" + number[6:]
    total = sum(int(digit) * weight for digit, weight in zip(body, IDENTITY_WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def _phone(value: str) -> str | None:
    number = _half_width(value)
    if MASK.search(number):
        return None
    digits = re.sub(r"\D", "", re.sub(r"^(?:\+86|0086)", "", number))
    return digits if len(digits) >= LEAST_DIGITS else None


def _text(value: str) -> str | None:
    return "".join(c for c in _half_width(value) if unicodedata.category(c)[0] != "P") or None


def _operator(value: str) -> str | None:
    name = _half_width(value)
    return None if MASK.search(name) else name or None


NORMALISE = {"id_number": _id_number, "phone": _phone, "text": _text, "operator": _operator}
