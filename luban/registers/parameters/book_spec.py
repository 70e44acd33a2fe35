"""The register of parameters. A value must fit its kind, and a kind never changes: code relies on it."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from luban.kit.book import FALSE, KEY_SEPARATOR, TRUE, BookOnDay, BookSpec, Column, Entry

KINDS = {"integer": "整数", "decimal": "数字", "flag": "“是”或“否”", "text": "文字", "codes": "以;分隔的列表"}


def fits(kind: str, value: str) -> bool:
    """Whether the text is a value of that kind."""
    if kind == "flag":
        return value.lower() in TRUE | FALSE
    try:
        if kind == "integer":
            int(value)
        if kind == "decimal":
            return Decimal(value).is_finite()
    except (ValueError, InvalidOperation):
        return False
    return True


def _check(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    kind = entry["kind"]
    if not fits(kind, entry["value"]):
        yield f"值“{entry['value']}”不是{KINDS[kind]}，请更正。"
    standing = before or book.get(f"{entry['key']}{KEY_SEPARATOR}")
    if standing is not None and standing["kind"] != kind:
        yield f"类型不能由{KINDS[standing['kind']]}改为{KINDS[kind]}。"


SPECS = (
    BookSpec(
        code="parameters",
        title="参数",
        columns=(
            Column("key", "参数", required=True),
            Column("item", "事项（空＝全部）"),
            Column("kind", "类型", "choice", required=True, choices=tuple(KINDS)),
            Column("value", "值", required=True),
            Column("unit", "单位"),
            Column("title", "名称", required=True),
        ),
        key=("key", "item"),
        source="各事项业务说明",
        future_only=True,
        file=Path(__file__).parent / "data" / "parameters.csv",
        extra="params.csv",
        check=_check,
    ),
)
