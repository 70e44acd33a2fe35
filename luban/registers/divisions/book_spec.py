"""The registers of regions and of Shanghai's special areas."""

from collections.abc import Iterator
from pathlib import Path

from luban.kit.book import BookOnDay, BookSpec, Column, Entry
from luban.registers.divisions.places import parent_of

DATA = Path(__file__).parent / "data"


def _check(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    if not (len(entry.key) == 6 and entry.key.isdecimal()):
        yield f"区划代码“{entry.key}”应为6位数字。"
    elif (parent := parent_of(entry.key)) and parent not in book:
        yield f"上级区划{parent}未登记，请先登记上级。"


SPECS = (
    BookSpec(
        code="divisions",
        title="行政区划",
        columns=(
            Column("adcode", "区划代码", required=True),
            Column("name", "名称", required=True),
            Column("level", "级别", "choice", required=True, choices=("province", "city", "county")),
            Column("enabled", "启用", "flag", required=True),
            Column("note", "说明"),
        ),
        key=("adcode",),
        source="GB/T 2260",
        file=DATA / "divisions.csv",
        check=_check,
    ),
    BookSpec(
        code="special_areas",
        title="特殊管理区域",
        columns=(
            Column("area", "区域", required=True),
            Column("name", "名称", required=True),
            Column("bureau", "受理机构代码"),
            Column("enabled", "由该机构受理", "flag", required=True),
        ),
        key=("area",),
        source="一般固体废物跨省转移业务说明 0.4",
        file=DATA / "special_areas.csv",
    ),
)
