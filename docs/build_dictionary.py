"""Writes docs/data-dictionary.md from the ledger contracts, the yml of the dbt models and the rules of the checks.

`python docs/build_dictionary.py` after a change; tests/test_dictionary.py fails while it is stale.
"""

from pathlib import Path

import yaml

from ingestion.contract import load_contracts
from ingestion.rule_tables import rule_rows

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "data-dictionary.md"
MODELS = ROOT / "dbt_project" / "models"
LAYERS = {
    "marts": "集市（marts）",
    "findings": "核查（findings）",
    "published": "发布（published）",
}
TOLD = {"snapshot": "快照（每次报全部）", "upsert": "增改", "append": "只增"}
PRIVACY = {"identity": "身份，不入库", "text": "自由文本，不入库", None: ""}
RELATIONS = {
    "own": "辖区内登记（交办、经办）", "received": "辖区内承办或发生", "issued_to": "交到辖区内",
    "acted": "辖区内机构自己的动作", "came_down": "本地区或上级信访部门登记后转下",
}  # fmt: skip
DEFINITION = {
    "name_en": "英文名", "kind": "种类", "unit": "单位", "direction": "方向",
    "attribution": "归哪个地区", "axis": "五个法治化", "legal_basis": "依据",
    "clock": "期限", "cohort": "对象归期", "window": "窗口", "cuts": "分列", "ledgers": "台账",
    "version": "版本",
}  # fmt: skip
ATTRIBUTIONS = {
    "register": "登记机关所在地", "responsible": "责任单位所在地", "problem": "问题属地", "place": "积案属地",
    "organ": "台账所列机构所在地", "areas": "事项到过的各地区",
}  # fmt: skip
AXES = {
    "prevention": "预防", "acceptance": "受理", "handling": "办理", "supervision": "监督追责",
    "order": "维护秩序", "none": "都不是",
}  # fmt: skip
SEVERITIES = {"hold": "暂缓", "ask": "请说明", "off": "不查"}
CODED = {"attribution": ATTRIBUTIONS, "axis": AXES}


def models(layer: str) -> list[dict]:
    """Return the described models of a layer, in the order of their files."""
    found = []
    for path in sorted((MODELS / layer).rglob("_*.yml")):
        found += yaml.safe_load(path.read_text("utf-8")).get("models", [])
    return found


def released(layer: str) -> list[dict]:
    """Return the models of a layer whose columns are under contract: what a reader meets."""
    return [m for m in models(layer) if m.get("columns") and m["columns"][0].get("data_type")]


def _table(heads: list[str], rows: list[list]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines)


def _cell(value) -> str:
    return str(value if value is not None else "").replace("|", "\\|").replace("\n", " ").strip()


def _privacy(field) -> str:
    kept = f"；只留关联钥匙 `{field.linkage.column}`" if field.linkage else ""
    return PRIVACY.get(field.classification, field.classification) + kept


def _remit(contract) -> str:
    if not contract.may_tell:
        return "不判断越权（没有可判断的列）。"
    said = [
        f"{code} {RELATIONS.get(code, code)}（{'、'.join(f'`{r.column}`' for r in remits)}）"
        for code, remits in contract.may_tell.items()
    ]
    return f"可以报的行：{'；'.join(said)}。"


def _ledger(contract) -> str:
    rows = []
    for field in contract.fields:
        codes = "；".join(f"{code} {label}" for code, label in field.enum.items())
        need = "必填" if field.required else ""
        rows.append([
            f"`{field.name}`", field.label, "、".join(field.headers[1:]), field.type, need, codes,
            _privacy(field), field.description,
        ])  # fmt: skip
    heads = ["列", "表头", "同义表头", "类型", "必填", "代码", "隐私", "说明"]
    key = "、".join(f"`{k}`" for k in contract.key)
    told = TOLD[contract.told] + (f"，范围 `{contract.scope}`" if contract.scope else "")
    return (
        f"### {contract.label} `{contract.ledger}`\n\n主键：{key}。报送方式：{told}。{_remit(contract)}\n\n"
        + _table(heads, rows)
    )


def _model(model: dict) -> str:
    rows = [[f"`{c['name']}`", c["data_type"], c["description"]] for c in model["columns"]]
    return f"### `{model['name']}`\n\n{model['description']}\n\n" + _table(
        ["列", "类型", "说明"], rows
    )


def _indicator(model: dict) -> str:
    meta = model["config"]["meta"]["indicator"]
    rows = []
    for key, label in DEFINITION.items():
        value = CODED[key][meta[key]] if key in CODED else meta.get(key)
        rows.append([label, "、".join(value) if isinstance(value, list) else value])
    return f"### {meta['name_zh']} `{model['name']}`\n\n{model['description']}\n\n" + _table(
        ["项目", "内容"], rows
    )


def _checks() -> str:
    """Return the shipped rule of each check: what it weighs, and which figures it holds."""
    rows = [
        [
            f"`{check['check_code']}`", check["name_zh"], check["level"], SEVERITIES[check["severity_code"]],
            check["minimum_n"], check["indicator_codes"], check["basis"],
        ]
        for check in rule_rows("checks", None)
    ]  # fmt: skip
    heads = ["代码", "核查", "层级", "轻重", "最小基数", "只及指标", "依据"]
    said = "随库的规则；各地在 `rules/checks.csv` 写同一代码的一行，即以它为准。"
    return f"### 各项核查\n\n{said}\n\n" + _table(heads, rows)


def text() -> str:
    """Return the whole dictionary."""
    parts = ["# 数据字典", "由 `docs/build_dictionary.py` 从台账契约和模型的 yml 生成，请勿手改。"]
    parts += ["## 台账", *(_ledger(c) for c in load_contracts())]
    parts += ["## 指标", *(_indicator(m) for m in models("indicators"))]
    rows_model = [m for m in released("intermediate") if m["name"] == "int_indicator_rows"]
    parts += ["## 指标视图的契约", *(_model(m) for m in rows_model)]
    for layer, title in LAYERS.items():
        parts += [f"## {title}", *([_checks()] if layer == "findings" else [])]
        parts += [_model(m) for m in released(layer)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
