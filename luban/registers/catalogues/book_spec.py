"""The catalogues of solid waste: categories, codes, end uses, departments, industries."""

from collections.abc import Iterator
from pathlib import Path

from luban.kit.book import BookOnDay, BookSpec, Column, Entry
from luban.registers.catalogues.waste import MAJOR_CLASSES, VERDICTS, is_waste_code

DATA = Path(__file__).parent / "data"


def _check_code(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    if not is_waste_code(entry.key):
        yield f"废物代码“{entry.key}”格式不符，应如 900-003-S17。"
    elif entry["category_code"] != "SW" + entry.key[-2:]:
        yield f"废物种类应为SW{entry.key[-2:]}。"


SPECS = (
    BookSpec(
        code="waste_categories",
        title="固体废物种类",
        columns=(
            Column("code", "种类", required=True),
            Column("name", "名称", required=True),
            Column("major_class", "一级分类", "choice", required=True, choices=tuple(MAJOR_CLASSES)),
            Column("grade", "可信度", "choice", required=True, choices=("A", "B", "C")),
        ),
        key=("code",),
        source="固体废物分类与代码目录（2024年公告）",
        file=DATA / "waste_categories.csv",
    ),
    BookSpec(
        code="waste_codes",
        title="固体废物代码",
        columns=(
            Column("waste_code", "废物代码", required=True),
            Column("category_code", "废物种类", required=True),
            Column("industry", "行业来源"),
            Column("name", "名称", required=True),
            Column("description", "说明"),
            Column("version", "目录版本", required=True),
            Column("enabled", "启用", "flag", required=True),
            Column("grade", "可信度", "choice", choices=("A", "B", "C")),
        ),
        key=("waste_code",),
        source="固体废物分类与代码目录（2024年公告）",
        file=DATA / "waste_codes.csv",
        check=_check_code,
    ),
    BookSpec(
        code="end_use_matrix",
        title="末端方式判断矩阵",
        columns=(
            Column("waste", "废物种类或代码", required=True),
            Column("method", "方式", required=True),
            Column("verdict", "判断", "choice", required=True, choices=tuple(VERDICTS)),
        ),
        key=("waste", "method"),
        source="一般固体废物跨省转移业务说明 3.1",
        removable=True,
        file=DATA / "end_use_matrix.csv",
    ),
    BookSpec(
        code="waste_departments",
        title="行业主管部门对照",
        columns=(
            Column("category_code", "废物种类", required=True),
            Column("departments", "行业主管部门", "codes", required=True),
        ),
        key=("category_code",),
        source="一般固体废物跨省转移业务说明 4.6",
        removable=True,
        file=DATA / "waste_departments.csv",
    ),
    BookSpec(
        code="industries",
        title="国民经济行业小类",
        columns=(Column("code", "行业代码", required=True), Column("name", "名称", required=True)),
        key=("code",),
        source="GB/T 4754-2017",
        file=DATA / "industries.csv",
    ),
)
