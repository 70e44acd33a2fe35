"""The register of score bands. An item ships its own rows as `score_bands.csv`; officials change them by date.

A row holds for a value within its bounds (`above` < value ≤ `up_to`, `from_value` ≤ value < `below`; an empty bound
does not bind) and, where `codes` are given, for one of these codes. The rows of a factor are asked in the order of
`seq`; the first that fits decides. A `fixed` row is given by the procurement's requirements: it is shown, not edited.
"""

from collections.abc import Iterator

from luban.kit.book import BookOnDay, BookSpec, Column, Entry

BOUNDS = ("above", "from_value", "up_to", "below")


def _check(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    """Points are whole and not negative; the bounds leave room for a value; what is fixed stays as it is."""
    if before is not None and before.data.get("fixed") and entry.data != before.data:
        yield "该分值由采购需求给定，不能修改。"
    if entry["points"] < 0:
        yield "分值不能小于0。"
    lows = [entry.data[name] for name in BOUNDS[:2] if entry.data.get(name) is not None]
    highs = [entry.data[name] for name in BOUNDS[2:] if entry.data.get(name) is not None]
    if lows and highs and max(lows) > min(highs):
        yield "下限大于上限，请更正分档。"


SPECS = (
    BookSpec(
        code="score_bands",
        title="评分分档表",
        columns=(
            Column("item", "事项", required=True),
            Column("factor", "评分项", required=True),
            Column("seq", "序", "integer", required=True),
            Column("above", "大于", "decimal"),
            Column("from_value", "不小于", "decimal"),
            Column("up_to", "不大于", "decimal"),
            Column("below", "小于", "decimal"),
            Column("codes", "代码（空＝不限）", "codes"),
            Column("points", "得分", "integer", required=True),
            Column("text", "判据", required=True),
            Column("fixed", "由需求给定（不能改）", "flag"),
        ),
        key=("item", "factor", "seq"),
        source="评分规则由各事项的业务说明给出",
        future_only=True,
        removable=True,
        extra="score_bands.csv",
        check=_check,
    ),
)
