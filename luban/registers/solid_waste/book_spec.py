"""The registers that the solid waste items read besides the catalogues. Source: 一般固体废物跨省转移业务说明 1.2, 1.5."""

from collections.abc import Iterator
from pathlib import Path

from luban.kit.book import BookOnDay, BookSpec, Column, Entry
from luban.kit.book_checks import credit_codes

DATA = Path(__file__).parent / "data"
SOURCE = "一般固体废物跨省转移业务说明 "


def _check_uscc(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    yield from credit_codes(values=map(entry.data.get, ("uscc", "operator_uscc")))


SPECS = (
    BookSpec(
        code="wharves",
        title="码头库",
        columns=(
            Column("name", "码头名称", required=True),
            Column("county_code", "所在区县", required=True),
            Column("address", "地址", required=True),
            Column("operator", "经营单位", required=True),
            Column("operator_uscc", "经营单位信用代码"),
            Column("licence_no", "港口经营许可证编号"),
            Column("licence_valid_to", "许可证有效期至", "date"),
            Column("lng", "经度", "decimal"),
            Column("lat", "纬度", "decimal"),
            Column("enabled", "启用", "flag", required=True),
        ),
        key=("name",),
        source=SOURCE + "1.5",
        removable=True,
        file=DATA / "wharves.csv",
        check=_check_uscc,
    ),
    BookSpec(
        code="route_restrictions",
        title="路线管控表",
        columns=(
            Column("id", "编号", required=True),
            Column("kind", "对象", "choice", required=True, choices=("county", "wharf", "road", "province")),
            Column("target", "对象名称或代码", required=True),
            Column("waste_scope", "废物代码或种类（空＝全部）", "codes"),
            Column("mode_scope", "运输方式（空＝全部）", "codes"),
            Column("period_from", "管控起", "date"),
            Column("period_to", "管控止（含）", "date"),
            Column("level", "级别", "choice", required=True, choices=("block", "warn")),
            Column("reason", "管控要求", required=True),
            Column("enabled", "启用", "flag", required=True),
        ),
        key=("id",),
        source=SOURCE + "1.5",
        removable=True,
        file=DATA / "route_restrictions.csv",
    ),
    BookSpec(
        code="watch_list",
        title="重点关注名单",
        columns=(
            Column("uscc", "统一社会信用代码", required=True),
            Column("name", "名称", required=True),
            Column("reason", "原因", required=True),
            Column("enabled", "启用", "flag", required=True),
        ),
        key=("uscc",),
        source=SOURCE + "1.4 SWC-33",
        removable=True,
        file=DATA / "watch_list.csv",
        check=_check_uscc,
    ),
    BookSpec(
        code="waste_references",
        title="废物说明参考库",
        columns=(
            Column("waste_code", "废物代码", required=True),
            Column("ref_text", "参考说明", required=True),
            Column("confusable_hw_codes", "易混淆的危险废物代码", "codes"),
            Column("suggested_methods", "建议方式", "codes"),
            Column("required_evidence", "应有依据", "codes"),
            Column("enabled", "启用", "flag", required=True),
        ),
        key=("waste_code",),
        source=SOURCE + "1.2 s3",
        two_persons=False,
        removable=True,
        file=DATA / "waste_references.csv",
    ),
)
