"""Signatures of manifests with Ed25519 keys: who holds the key vouches for every file that the manifest pins.

Belongs here: making and checking `manifest.json.sig`. Private keys lie outside the home and are never copied; public keys
that a home trusts lie in its `keys/` as PEM. (RFC 8032; `openssl genpkey -algorithm ed25519` makes one.)
"""

import base64
import hashlib
import json
from pathlib import Path

from ingestion.errors import HouseError
from ingestion.home import Home
from publication import notices
from publication.release import Release, altered

ALGORITHM = "Ed25519"


class KeyRefused(HouseError):
    """A key cannot be used; the message says why and what to do, in Chinese."""


class BadSignature(HouseError):
    """A signature does not fit what it signs, or nobody known made it; in Chinese."""


def sign(home: Home, manifest: Path, key: Path) -> dict:
    """Return the signature of a manifest, as it is written beside it. Raises KeyRefused."""
    private = _private(home, key)
    return {
        "algorithm": ALGORITHM,
        "key_id": _key_id(private.public_key()),
        "sha256": hashlib.sha256(manifest.read_bytes()).hexdigest(),
        "signature": base64.b64encode(private.sign(manifest.read_bytes())).decode(),
    }


def key_id(home: Home, key: Path) -> str:
    """Return by which name the public half of a private key goes. Raises KeyRefused."""
    return _key_id(_private(home, key).public_key())


def _private(home: Home, key: Path):
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    place = key.resolve()
    if place.is_relative_to(home.root):
        raise KeyRefused("私钥在家目录里面，会随它一起备份和拷走。请放到家目录之外再签。")
    if not place.is_file() or place.stat().st_mode & 0o077:
        raise KeyRefused(f"读不到私钥 {key}，或者别人也能读它。请核对路径，并 chmod 600 之后再签。")
    try:
        private = load_pem_private_key(place.read_bytes(), password=None)
    except (ValueError, TypeError):
        raise KeyRefused(
            "这个文件不是没有口令的 PEM 私钥。可用 openssl genpkey -algorithm ed25519 生成。"
        ) from None
    _refuse_other(private)
    return private


def check(home: Home, manifest: Path, signature: dict) -> str:
    """Return by which trusted key, a file name in `keys/`, a manifest was signed. Raises BadSignature."""
    from cryptography.exceptions import InvalidSignature

    known = {_key_id(public): (name, public) for name, public in _trusted(home)}
    if {"key_id", "signature"} - signature.keys():
        raise BadSignature("签名文件不完整。请从备份恢复。")
    if signature["key_id"] not in known:
        raise BadSignature(
            f"签名用的公钥 {signature['key_id']} 不在 家目录/keys/ 中，核不了。请向签发人要公钥，核实后放进去。"
        )
    name, public = known[signature["key_id"]]
    try:
        public.verify(base64.b64decode(signature["signature"]), manifest.read_bytes())
    except (InvalidSignature, ValueError):
        raise BadSignature(
            f"{manifest.name} 与签名不符：清单在签名之后被改过。请从备份恢复，不要使用。"
        ) from None
    return name


def _trusted(home: Home):
    """Yield the public keys that a home trusts, with the names of their files."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    for path in sorted(home.keys.glob("*.pem")):
        try:
            public = load_pem_public_key(path.read_bytes())
        except ValueError:
            raise KeyRefused(f"keys/{path.name} 不是 PEM 公钥，请换掉或移走。") from None
        _refuse_other(public)
        yield path.name, public


def _refuse_other(key) -> None:
    from cryptography.hazmat.primitives.asymmetric import ed25519

    if not isinstance(key, ed25519.Ed25519PrivateKey | ed25519.Ed25519PublicKey):
        raise KeyRefused("只用 Ed25519 的密钥。可用 openssl genpkey -algorithm ed25519 生成。")


def _key_id(public) -> str:
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def read(path: Path) -> dict | None:
    """Return a signature that lies in a file, or None. Raises BadSignature for what is none."""
    if not path.exists():
        return None
    try:
        told = json.loads(path.read_text("utf-8"))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise BadSignature(f"{path.name} 不是一个签名文件。请从备份恢复。")
    return told


def sign_release(home: Home, release: Release, by: str, key: Path) -> dict:
    """Sign the manifest of a release and put the signature beside the releases; return it. Signed once: the first stands.

    Raises KeyRefused, and HouseError when a file of the release is not what its manifest pinned.
    """
    changed = altered(home, release)
    if changed:
        raise HouseError(
            f"{release.release_id} 的 {'、'.join(changed[:3])} 被改动过，不能签。请用 petition release verify 查看。"
        )
    told = sign(home, _manifest(release), key)
    return notices.write(home.signatures, release.release_id, told | {"said_by": by})


def of_release(home: Home, release: Release) -> str | None:
    """Say in Chinese with which trusted key a release was signed; None where nobody did. Who said to sign is told beside it,
    but only the key vouches. Raises BadSignature.
    """
    told = notices.read(home.signatures, release.release_id)
    if told is None:
        return None
    return f"有签名，公钥 keys/{check(home, _manifest(release), told)}（自称 {told['said_by']}）"


def _manifest(release: Release) -> Path:
    return release.folder / "internal" / "manifest.json"
