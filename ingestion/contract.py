"""Ledger contracts: Open Data Contract Standard v3 files become `Contract` objects.

Belongs here: loading, validating and merging contract files. What a ledger holds is said in the
files (`ingestion/contracts/*.odcs.yml`, `<home>/contracts/*.odcs.yml`), never in code.

A home's contract may `extend` a shipped ledger: it then lists only the columns that its files
carry, with their own headers, enum words, constants and composite or one-hot columns.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path

import jsonschema
import yaml

from ingestion.errors import HouseError
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
ROLES = {"organisation", "region", "category"}


class ContractError(HouseError):
    """A contract file is not valid; the message says which file, where and why, in Chinese."""


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


@dataclass(frozen=True)
class Contract:
    """A ledger as one kind of sender tells it."""

    id: str
    ledger: str
    label: str
    version: str
    told: str
    scope: str | None
    fields: tuple[Field, ...]
    ledger_fields: tuple[Field, ...]
    offices: tuple[str, ...]
    digest: str
    shipped: bool

    @property
    def kept(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if not f.dropped)

    @cached_property
    def known_headers(self) -> frozenset[str]:
        """Every header by which a column of this contract may be found."""
        return frozenset().union(*(f.all_headers for f in self.fields))

    @property
    def stored(self) -> tuple[Field, ...]:
        """The columns of the ledger's lake table: the same for every contract that extends it."""
        return tuple(f for f in self.ledger_fields if not f.dropped)

    @property
    def key(self) -> tuple[str, ...]:
        keyed = [f for f in self.ledger_fields if f.key_position]
        return tuple(f.name for f in sorted(keyed, key=lambda f: f.key_position))


def load_contracts(home_contracts: Path | None = None) -> list[Contract]:
    """Load the shipped contracts and those of a home.

    Raises ContractError for a file that breaks the standard or names an unknown ledger.
    """
    shipped = {c.ledger: c for c in _shipped()}
    home_files = sorted(home_contracts.glob("*.odcs.yml")) if home_contracts else []
    return [*shipped.values(), *(_read(path, shipped) for path in home_files)]


@lru_cache
def _shipped() -> tuple[Contract, ...]:
    return tuple(_read(path, {}) for path in sorted(SHIPPED.glob("*.odcs.yml")))


@lru_cache
def _refused_words() -> dict[str, str]:
    listed = yaml.load((SHIPPED / "refused_columns.yml").read_bytes(), Loader=LOADER)
    return {plain(word): kind for kind, words in listed.items() for word in words}


def refused_class(header: str) -> str | None:
    """Return `identity` or `person_watching` for a header that may never pass, else None."""
    return next((kind for word, kind in _refused_words().items() if word in header), None)


@lru_cache
def _validator():
    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    schema = json.loads(text)
    return jsonschema.validators.validator_for(schema)(schema)


def _read(path: Path, shipped: dict[str, Contract]) -> Contract:
    raw = path.read_bytes()
    try:
        document = yaml.load(raw, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行" if mark else "文件"
        raise ContractError(
            f"契约 {path.name} {place}不是合法的 YAML，请检查缩进和引号。"
        ) from None
    for error in _validator().iter_errors(_as_json(document)):
        place = "/".join(str(p) for p in error.path) or "顶层"
        raise ContractError(
            f"契约 {path.name} 的 {place} 不合 ODCS v3：{error.message}。请按标准改正后再试。"
        )
    digest = hashlib.sha256(raw).hexdigest()
    return _build(path, document, digest, shipped)


def _as_json(document: object) -> object:
    """Return a document as the schema sees it: YAML knows dates, JSON does not."""
    return json.loads(json.dumps(document, default=str))


def _build(path: Path, document: dict, digest: str, shipped: dict[str, Contract]) -> Contract:
    if len(document.get("schema") or []) != 1:
        raise ContractError(f"契约 {path.name} 应当只有一个 schema 对象，一份契约一种台账。")
    table = document["schema"][0]
    extra = _custom(table)
    base = shipped.get(extra.get("extends", ""))
    if "extends" in extra and base is None:
        raise ContractError(
            f"契约 {path.name} 延用的台账 {extra['extends']} 不存在，请改为已有的台账。"
        )
    known = {f.name: f for f in base.fields} if base else {}
    fields = tuple(_field(path, p, known.get(p["name"])) for p in table.get("properties") or [])
    if not fields:
        raise ContractError(f"契约 {path.name} 没有列出任何列，请写 properties。")
    stray = [f.name for f in fields if base and f.name not in known and not f.dropped]
    if stray:
        raise ContractError(
            f"契约 {path.name} 的列 {'、'.join(stray)} 不在所延用的台账中，请改正列名。"
        )
    barred = [f.label for f in fields if not f.dropped and any(map(refused_class, f.all_headers))]
    if barred:
        raise ContractError(
            f"契约 {path.name} 要收 {'、'.join(barred)}，这类列按规定不得入库；"
            "请把该列的 classification 写为 identity 或删去。"
        )
    constants = extra.get("constants", {})
    unknown = [n for n in constants if n not in known]
    if unknown:
        raise ContractError(
            f"契约 {path.name} 的 constants 中 {'、'.join(unknown)} 不是所延用台账的列，请改正。"
        )
    fields += tuple(replace(known[n], constant=v, required=False) for n, v in constants.items())
    listed = {f.name for f in fields}
    fields += tuple(
        replace(f, headers=())
        for f in known.values()
        if f.default is not None and f.name not in listed
    )
    _check_fields(path, fields)
    if base is None and table["name"] in shipped:
        raise ContractError(
            f"契约 {path.name} 的台账 {table['name']} 已有，请写 extends: {table['name']} 延用它。"
        )
    told = extra.get("told", base.told if base else None)
    if told not in ("snapshot", "upsert", "append"):
        raise ContractError(
            f"契约 {path.name} 没有说明报送方式，请写 told：snapshot、upsert 或 append。"
        )
    scope = extra.get("scope", base.scope if base else None)
    if scope is not None and scope not in {f.name for f in (base.fields if base else fields)}:
        raise ContractError(f"契约 {path.name} 的 scope {scope} 不是它的列，请改正列名。")
    return Contract(
        id=document["id"],
        ledger=base.ledger if base else table["name"],
        label=table.get("businessName") or document.get("name") or table["name"],
        version=str(document["version"]),
        told=told,
        scope=scope,
        fields=fields,
        ledger_fields=base.ledger_fields if base else fields,
        offices=tuple(extra.get("offices", ())),
        digest=digest,
        shipped=base is None and path.parent == SHIPPED,
    )


def _check_fields(path: Path, fields: tuple[Field, ...]) -> None:
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
        given = [v for v in (field_.constant, field_.default) if v is not None]
        if not all(isinstance(v, PYTHON_TYPES[field_.type]) for v in given):
            raise ContractError(f"{place} 的固定值或缺省值与类型 {field_.type} 不符，请改正。")


def _custom(element: dict) -> dict:
    return {c.get("property"): c.get("value") for c in element.get("customProperties") or []}


def _field(path: Path, raw: dict, base: Field | None) -> Field:
    extra = _custom(raw)
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
    )


def _enum(raw: dict, base: Field | None) -> tuple[dict, dict]:
    """Return (code -> label) and (normalised word -> code); a home's words add to the ledger's."""
    enum = dict(base.enum) if base else {}
    words = dict(base.words) if base else {}
    for entry in raw.get("enum") or []:
        code = str(entry["value"])
        enum.setdefault(code, entry.get("label", code))
        for word in [code, entry.get("label", code), *_custom(entry).get("synonyms", [])]:
            words[plain(str(word))] = code
    return enum, words
