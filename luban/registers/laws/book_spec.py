"""The register of laws; the articles carry their own days of force, an edit's days say since when we know it so."""

from collections.abc import Iterator
from pathlib import Path

from luban.kit.book import BookOnDay, BookSpec, Column, Entry


def _check(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    for successor in entry["successor"]:
        if successor not in book:
            yield f"替代条文“{successor}”未登记，请先登记。"
        if successor == entry.key:
            yield "替代条文不能是本条自己。"
    if entry["in_force_from"] and entry["in_force_to"] and entry["in_force_to"] <= entry["in_force_from"]:
        yield "废止日必须晚于施行日。"


SPECS = (
    BookSpec(
        code="laws",
        title="法律依据",
        columns=(
            Column("id", "编号", required=True),
            Column("name", "法律名称", required=True),
            Column("article", "条款"),
            Column("text", "要义"),
            Column("in_force_from", "施行日", "date"),
            Column("in_force_to", "废止日（当日起不再适用）", "date"),
            Column("successor", "替代条文", "codes"),
            Column("verified", "条号已核实", "flag", required=True),
        ),
        key=("id",),
        source="公共约定 6",
        file=Path(__file__).parent / "data" / "laws.csv",
        extra="laws.csv",
        check=_check,
    ),
)
