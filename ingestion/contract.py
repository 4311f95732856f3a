"""Ledger contracts: Open Data Contract Standard v3 files become `Contract` objects.

Belongs here: loading, validating and merging contract files. What a ledger holds is said in the
files (`ingestion/contracts/*.odcs.yml`, `<home>/contracts/*.odcs.yml`), never in code.

A home's contract may `extend` a shipped ledger: it then lists only the columns that its files
carry, with their own headers, enum words, constants and composite or one-hot columns.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path

import yaml

from ingestion.fields import (
    LOADER,
    SHIPPED,
    ContractError,
    Field,
    Linkage,
    check_fields,
    custom,
    keeps_refused,
    read_field,
)

NOT_JUDGED = "not_judged"
JUDGED_ROLES = {"organisation", "region"}


@dataclass(frozen=True)
class Remit:
    """A column by which a row may be its sender's to tell: what it names lies within the sender's
    remit, or (`above`) is a petition office of the sender's own region or of one above it.
    """

    column: str
    above: bool = False


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
    may_tell: dict[str, tuple[Remit, ...]]
    digest: str
    shipped: bool
    owner: str | None = None
    dated: str | None = None

    @cached_property
    def kept(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if not f.dropped)

    @property
    def plain(self) -> bool:
        """True of a ledger whose models are written from its contract alone: it names its `owner`."""
        return self.owner is not None

    @cached_property
    def linkages(self) -> set[Linkage]:
        return {f.linkage for f in self.ledger_fields if f.linkage}

    @cached_property
    def known_headers(self) -> frozenset[str]:
        """Every header by which a column of this contract may be found."""
        return frozenset().union(*(f.all_headers for f in self.fields))

    @cached_property
    def needed_headers(self) -> tuple[frozenset[str], ...]:
        """The headers of each column without which a sheet cannot fulfil this contract."""
        return tuple(frozenset(f.all_headers) for f in self.fields if f.needs_header)

    @cached_property
    def content(self) -> tuple[Field, ...]:
        """The columns that say something: all that is stored but the linkage keys."""
        return tuple(f for f in self.ledger_fields if not f.dropped)

    @cached_property
    def stored(self) -> tuple[Field, ...]:
        """The columns of the ledger's lake table: the same for every contract that extends it."""
        return self.content + tuple(_key_field(f) for f in self.ledger_fields if f.linkage)

    @cached_property
    def key(self) -> tuple[str, ...]:
        keyed = [f for f in self.ledger_fields if f.key_position]
        return tuple(f.name for f in sorted(keyed, key=lambda f: f.key_position))


def _key_field(source: Field) -> Field:
    """Return the stored column that a dropped column's key stands in."""
    told = f"{source.label}的关联钥匙：只比相同与否，只到湖与中间层。"
    return Field(source.linkage.column, f"{source.label}（关联钥匙）", "string", told)


def load_contracts(home_contracts: Path | None = None) -> list[Contract]:
    """Load the shipped contracts and those of a home.

    Raises ContractError for a file that breaks the standard or names an unknown ledger. The shipped
    ones are held to the standard by a test; here only a home's own are, whenever they are read.
    """
    shipped = {c.ledger: c for c in _shipped()}
    home_files = sorted(home_contracts.glob("*.odcs.yml")) if home_contracts else []
    return [*shipped.values(), *(_home_contract(path, shipped) for path in home_files)]


@lru_cache
def _shipped() -> tuple[Contract, ...]:
    return tuple(_build(path, *_document(path), {}) for path in sorted(SHIPPED.glob("*.odcs.yml")))


def _home_contract(path: Path, shipped: dict[str, Contract]) -> Contract:
    document, digest = _document(path)
    check_standard(path.name, document)
    return _build(path, document, digest, shipped)


@lru_cache
def _validator():
    import jsonschema  # slow to import, and only a home's own contracts need it

    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    schema = json.loads(text)
    return jsonschema.validators.validator_for(schema)(schema)


def _document(path: Path) -> tuple[object, str]:
    """Return what a contract file says, and the hash of its bytes."""
    raw = path.read_bytes()
    try:
        document = yaml.load(raw, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行" if mark else "文件"
        raise ContractError(
            f"契约 {path.name} {place}不是合法的 YAML，请检查缩进和引号。"
        ) from None
    return document, hashlib.sha256(raw).hexdigest()


def check_standard(name: str, document: object) -> None:
    """Raise ContractError when a contract file does not follow ODCS v3; says where."""
    for error in _validator().iter_errors(_as_json(document)):
        place = "/".join(str(p) for p in error.path) or "顶层"
        raise ContractError(
            f"契约 {name} 的 {place} 不合 ODCS v3：{error.message}。请按标准改正后再试。"
        )


def _as_json(document: object) -> object:
    """Return a document as the schema sees it: YAML knows dates, JSON does not."""
    return json.loads(json.dumps(document, default=str))


def _build(path: Path, document: dict, digest: str, shipped: dict[str, Contract]) -> Contract:
    if len(document.get("schema") or []) != 1:
        raise ContractError(f"契约 {path.name} 应当只有一个 schema 对象，一份契约一种台账。")
    table = document["schema"][0]
    extra = custom(table)
    base = shipped.get(extra.get("extends", ""))
    if "extends" in extra and base is None:
        raise ContractError(
            f"契约 {path.name} 延用的台账 {extra['extends']} 不存在，请改为已有的台账。"
        )
    fields = _columns(path, table, extra, base)
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
        may_tell=_may_tell(path, extra, base, fields),
        digest=digest,
        shipped=base is None and path.parent == SHIPPED,
        **(
            _fact(path, extra, fields)
            if base is None
            else {"owner": base.owner, "dated": base.dated}
        ),
    )


def _fact(path: Path, extra: dict, fields: tuple[Field, ...]) -> dict[str, str]:
    """Return `owner`, the organ whose numbers a ledger's keys are, and `dated`, the column of a row's day.

    A ledger that names both gets its models from its contract. Raises ContractError when they do not fit.
    """
    said = {name: extra[name] for name in ("owner", "dated") if name in extra}
    if not said:
        return {}
    by_name = {f.name: f for f in fields}
    owner, dated = by_name.get(said.get("owner", "")), by_name.get(said.get("dated", ""))
    if owner is None or owner.role != "organisation" or not owner.key_position:
        raise ContractError(f"契约 {path.name} 的 owner 应当是主键中的一个机构列，请改正。")
    if dated is None or dated.type != "date" or not dated.required:
        raise ContractError(f"契约 {path.name} 的 dated 应当是一个必填的日期列，请改正。")
    return said


def _columns(path: Path, table: dict, extra: dict, base: Contract | None) -> tuple[Field, ...]:
    """Return the columns that a contract lists, its constants, and the ledger's own defaults.

    Raises ContractError for a column that may not stand there.
    """
    known = {f.name: f for f in base.fields} if base else {}
    fields = tuple(read_field(path, p, known.get(p["name"])) for p in table.get("properties") or [])
    if not fields:
        raise ContractError(f"契约 {path.name} 没有列出任何列，请写 properties。")
    stray = [f.name for f in fields if base and f.name not in known and not f.dropped]
    if stray:
        raise ContractError(
            f"契约 {path.name} 的列 {'、'.join(stray)} 不在所延用的台账中，请改正列名。"
        )
    barred = [f.label for f in fields if keeps_refused(f)]
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
    check_fields(path, fields)
    strange = [f.label for f in fields if base and f.linkage and f.linkage not in base.linkages]
    if strange:
        raise ContractError(
            f"契约 {path.name} 的列 {'、'.join(strange)} 的 linkage 不是所延用台账的关联钥匙列，请改正。"
        )
    return fields


def _may_tell(path: Path, extra: dict, base: Contract | None, fields: tuple[Field, ...]) -> dict:
    """Return relation -> columns by which a row shows that its sender may tell it, in order."""
    told = extra.get("may_tell", base.may_tell if base else NOT_JUDGED)
    if told == NOT_JUDGED:
        return {}
    if not isinstance(told, dict):
        raise ContractError(
            f"契约 {path.name} 的 may_tell 应当写为「关系: 列」，不判断的写 {NOT_JUDGED}，请改正。"
        )
    if base and told is base.may_tell:
        return told
    roles = {f.name: f.role for f in (base.fields if base else fields)}
    relations = {relation: _remits(columns) for relation, columns in told.items()}
    stray = sorted(
        remit.column
        for remits in relations.values()
        for remit in remits
        if roles.get(remit.column) not in ({"organisation"} if remit.above else JUDGED_ROLES)
    )
    if stray:
        raise ContractError(
            f"契约 {path.name} 的 may_tell 中 {'、'.join(stray)} 不是机构或地区列，请改正列名。"
        )
    return relations


def _remits(told: object) -> tuple[Remit, ...]:
    """Read `column`, `[column, …]` or `{above: column}`."""
    if isinstance(told, dict):
        return tuple(Remit(str(column), above=True) for column in told.values())
    return tuple(Remit(str(column)) for column in ([told] if isinstance(told, str) else told))
