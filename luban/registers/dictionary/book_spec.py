"""The register of dictionaries: one row a code, its name, whether it may still be chosen."""

from pathlib import Path

from luban.kit.book import BookSpec, Column

SPECS = (
    BookSpec(
        code="dictionary",
        title="字典",
        columns=(
            Column("dictionary", "字典", required=True),
            Column("code", "代码", required=True),
            Column("name", "名称", required=True),
            Column("enabled", "启用", "flag", required=True),
            Column("note", "说明"),
        ),
        key=("dictionary", "code"),
        source="公共约定 5.5",
        file=Path(__file__).parent / "data" / "dictionary.csv",
        extra="dictionary.csv",
    ),
)
