"""The columns of a contract: what one property of an ODCS file says, and what it may not say.

Belongs here: one column by itself, and columns side by side. The ledger as a whole is `contract`'s.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import yaml

from ingestion.errors import HouseError
from ingestion.linkage import NORMALISE
from ingestion.text import plain

SHIPPED = Path(__file__).parent / "contracts"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DROPPED_CLASSES = ("identity", "text")
PYTHON_TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "timestamp": datetime,
    "date": date,
}
NAME_ROLES = {"organisation", "region", "category"}
ROLES = NAME_ROLES | {"stand_in", "own_delivery"}


class ContractError(HouseError):
    """A contract file is not valid; the message says which file, where and why, in Chinese."""


@dataclass(frozen=True)
class Linkage:
    """The key that a dropped column leaves behind: the stored column, and how it is normalised."""

    column: str
    kind: str


@dataclass(frozen=True)
class Field:
    """One column of a ledger, with all that the door needs to recognise and type it."""

    name: str
    label: str
    type: str
    description: str = ""
    required: bool = False
    key_position: int | None = None
    classification: str | None = None
    headers: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    enum: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    role: str | None = None
    default: object = None
    constant: object = None
    past: bool = False
    near: str | None = None
    parts: tuple[tuple[str, ...], ...] = ()
    one_hot: dict[str, str] = field(default_factory=dict)
    linkage: Linkage | None = None
    code_of: str | None = None
    part_of: tuple[str, ...] = ()

    @property
    def dropped(self) -> bool:
        """True for identity and free text, which never pass the door."""
        return self.classification in DROPPED_CLASSES

    @property
    def all_headers(self) -> set[str]:
        """Every header that the field may be read from, composites and tick columns included."""
        return {*self.headers, *(h for part in self.parts for h in part), *self.one_hot}

    @property
    def needs_header(self) -> bool:
        return self.required and self.default is None and self.constant is None


@lru_cache
def refused_words() -> dict[str, str]:
    """Return the words of which none may stand in a header that passes, each with its class."""
    listed = yaml.load((SHIPPED / "refused_columns.yml").read_bytes(), Loader=LOADER)
    return {plain(word): kind for kind, words in listed.items() for word in words}


def refused_class(header: str) -> str | None:
    """Return `identity` or `person_watching` for a header that may never pass, else None."""
    return next(iter(sorted(_refused_classes(header))), None)


def _refused_classes(header: str) -> set[str]:
    return {kind for word, kind in refused_words().items() if word in header}


def read_field(path: Path, raw: dict, base: Field | None) -> Field:
    """Return one property of a contract file as a Field, over the extended ledger's own column.

    Raises ContractError for a role or a linkage that is not known.
    """
    extra = custom(raw)
    options = raw.get("logicalTypeOptions") or {}
    label = raw.get("businessName") or (base.label if base else raw["name"])
    role = extra.get("role", base.role if base else None)
    if role is not None and role not in ROLES:
        raise ContractError(
            f"契约 {path.name} 的列 {raw['name']} 的 role {role} 不认识，请用 {'、'.join(sorted(ROLES))}。"
        )
    enum, words = _enum(raw, base)
    synonyms = [s["synonym"] for s in raw.get("synonyms") or []]
    words.update({plain(w): "true" for w in extra.get("true", [])})
    words.update({plain(w): "false" for w in extra.get("false", [])})
    return Field(
        name=raw["name"],
        label=label,
        type=raw.get("logicalType") or (base.type if base else "string"),
        description=raw.get("description") or (base.description if base else ""),
        required=raw.get("required", base.required if base else False),
        key_position=raw.get("primaryKeyPosition") or (base.key_position if base else None),
        classification=raw.get("classification") or (base.classification if base else None),
        headers=tuple(dict.fromkeys(plain(h) for h in [label, *synonyms])),
        pattern=options.get("pattern") or (base.pattern if base else None),
        minimum=options.get("minimum", base.minimum if base else None),
        maximum=options.get("maximum", base.maximum if base else None),
        enum=enum,
        words=words,
        role=role,
        default=extra.get("default", base.default if base else None),
        past=extra.get("past", base.past if base else False),
        near=extra.get("near", base.near if base else None),
        parts=tuple(tuple(plain(h) for h in part) for part in extra.get("parts", [])),
        one_hot={plain(h): code for h, code in extra.get("one_hot", {}).items()},
        linkage=_linkage(path, raw["name"], extra, base),
        code_of=extra.get("code_of", base.code_of if base else None),
        part_of=tuple(extra.get("part_of", base.part_of if base else ())),
    )


def _linkage(path: Path, name: str, extra: dict, base: Field | None) -> Linkage | None:
    told = extra.get("linkage")
    if told is None:
        return base.linkage if base else None
    if not isinstance(told, dict) or told.keys() != {"column", "type"}:
        raise ContractError(
            f"契约 {path.name} 的列 {name} 的 linkage 应当写明 column 和 type 两项，请改正。"
        )
    return Linkage(str(told["column"]), str(told["type"]))


def _enum(raw: dict, base: Field | None) -> tuple[dict, dict]:
    """Return (code -> label) and (normalised word -> code); a home's words add to the ledger's."""
    enum = dict(base.enum) if base else {}
    words = dict(base.words) if base else {}
    for entry in raw.get("enum") or []:
        code = str(entry["value"])
        enum.setdefault(code, entry.get("label", code))
        for word in [code, entry.get("label", code), *custom(entry).get("synonyms", [])]:
            words[plain(str(word))] = code
    return enum, words


def keeps_refused(field_: Field) -> bool:
    """Tell whether a field would keep what may never pass; a key is made of identity, of nothing
    that watches persons.
    """
    classes = set().union(*map(_refused_classes, field_.all_headers))
    return bool(classes and not field_.dropped or field_.linkage and "person_watching" in classes)


def _check_linkage(place: str, field_: Field, fields: tuple[Field, ...]) -> None:
    """Refuse a key that would keep a value, or whose column or kind cannot be."""
    link = field_.linkage
    others = [f for f in fields if f is not field_]
    if not field_.dropped:
        raise ContractError(
            f"{place} 写了 linkage，它的 classification 应当为 identity 或 text，请改正。"
        )
    if link.kind not in NORMALISE:
        raise ContractError(
            f"{place} 的 linkage 种类 {link.kind} 不认识，请用 {'、'.join(NORMALISE)}。"
        )
    if not re.fullmatch(r"[a-z][a-z0-9_]*_key", link.column):
        raise ContractError(f"{place} 的 linkage 列名 {link.column} 应当以 _key 结尾，请改正。")
    if any(link.column in (f.name, f.linkage and f.linkage.column) for f in others):
        raise ContractError(f"{place} 的 linkage 列 {link.column} 已被别的列使用，请改名。")
    if field_.parts or field_.one_hot or field_.role:
        raise ContractError(f"{place} 的关联钥匙只能由一列做成，请删去 parts、one_hot、role。")


def check_fields(path: Path, fields: tuple[Field, ...]) -> None:
    """Refuse what the door could not carry out, before any file stands at it."""
    names = [f.name for f in fields]
    for field_ in fields:
        place = f"契约 {path.name} 的列 {field_.name}"
        if names.count(field_.name) > 1:
            raise ContractError(f"{place} 写了两次，请删去一处。")
        if field_.type not in PYTHON_TYPES:
            raise ContractError(
                f"{place} 的 logicalType {field_.type} 不能入库，请用 {'、'.join(PYTHON_TYPES)}。"
            )
        try:
            re.compile(field_.pattern or "")
        except re.error:
            raise ContractError(f"{place} 的 pattern 不是合法的正则表达式，请改正。") from None
        if field_.linkage:
            _check_linkage(place, field_, fields)
        if field_.code_of and field_.code_of not in names:
            raise ContractError(f"{place} 的 code_of {field_.code_of} 不是它的列，请改正列名。")
        numbers = {f.name for f in fields if f.type == "integer"}
        if not numbers.issuperset({field_.name, *field_.part_of} if field_.part_of else ()):
            raise ContractError(
                f"{place} 的 part_of 应当是整数列是另几个整数列的部分，请改正列名。"
            )
        given = [v for v in (field_.constant, field_.default) if v is not None]
        if not all(isinstance(v, PYTHON_TYPES[field_.type]) for v in given):
            raise ContractError(f"{place} 的固定值或缺省值与类型 {field_.type} 不符，请改正。")


def custom(element: dict) -> dict:
    """Return the custom properties of an element by name."""
    return {c.get("property"): c.get("value") for c in element.get("customProperties") or []}
