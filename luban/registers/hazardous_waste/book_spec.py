"""The registers of hazardous waste: categories, codes, ways of treatment, packaging, what must not be treated how,
classes of dangerous goods, distances between counties, what provinces refuse.

Source: 危险废物跨省转移业务说明 §1.5, §7.2 CR-06, §12. The catalogue ships as a part of its 470 codes; officials import
the rest from the published text.
"""

from collections.abc import Iterator
from pathlib import Path

from luban.kit.book import BookOnDay, BookSpec, Column, Entry
from luban.kit.book_checks import provinces, regions
from luban.registers.hazardous_waste.codes import category_of, is_hazardous_code
from luban.registers.hazardous_waste.modes import FAMILIES, JUDGED
from luban.registers.hazardous_waste.packages import CLOSED, LIQUID
from luban.registers.hazardous_waste.parts import HAZARDS
from luban.registers.hazardous_waste.provinces import RULE_TYPES

DATA = Path(__file__).parent / "data"
SOURCE = "危险废物跨省转移业务说明 "
CATALOGUE = "国家危险废物名录（2025年版）"


def _check_code(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    if not is_hazardous_code(entry.key):
        yield f"废物代码“{entry.key}”格式不符，应如 900-249-08。"
    elif entry["category"] != category_of(entry.key):
        yield f"废物类别应为{category_of(entry.key)}。"
    unknown = [hazard for hazard in entry["hazards"] if hazard not in HAZARDS]
    if unknown:
        yield f"危险特性“{'、'.join(unknown)}”不在{'、'.join(HAZARDS)}之内。"
    if entry["enabled"] and entry["replaced_by"]:
        yield "仍适用的代码不能有替代代码；旧版代码请把“现行”改为否。"
    if entry["enabled"] and not entry["hazards"]:
        yield "请填写危险特性。"


def _check_mode_rule(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    if not any(entry[c] for c in ("modes", "mode_prefixes", "except_modes")):
        yield "请写明适用的方式（方式、方式字头或除外方式至少一项）。"
    same = [row.key for row in book.where(seq=entry["seq"]) if row.key != entry.key]
    if same:
        yield f"序与“{same[0]}”相同，先后不明，请更正。"


def _check_counties(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    yield from regions(values=(entry["from_adcode"], entry["to_adcode"]))
    if entry["km"] <= 0:
        yield "里程应大于0。"


def _check_province(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    yield from provinces(values=[entry["province"]])


SPECS = (
    BookSpec(
        code="hw_categories",
        title="危险废物类别",
        columns=(Column("code", "类别", required=True), Column("name", "名称", required=True)),
        key=("code",),
        source=CATALOGUE,
        file=DATA / "hw_categories.csv",
    ),
    BookSpec(
        code="hw_codes",
        title="危险废物代码",
        columns=(
            Column("code", "废物代码", required=True),
            Column("category", "废物类别", required=True),
            Column("industry", "产生行业"),
            Column("name", "废物名称", required=True),
            Column("hazards", "危险特性", "codes"),
            Column("joint", "特性分隔（,＝首位及可能其余；/＝一种或多种）", "choice", choices=(",", "/")),
            Column("valuable", "一般具有回收价值", "flag", required=True),
            Column("enabled", "现行", "flag", required=True),
            Column("replaced_by", "替代代码（旧版代码）", "codes"),
        ),
        key=("code",),
        source=CATALOGUE,
        file=DATA / "hw_codes.csv",
        check=_check_code,
    ),
    BookSpec(
        code="hw_modes",
        title="危险废物利用处置方式",
        columns=(
            Column("code", "代码", required=True),
            Column("name", "名称", required=True),
            Column("family", "大类", "choice", required=True, choices=tuple(FAMILIES)),
            Column("enabled", "启用", "flag", required=True),
        ),
        key=("code",),
        source=SOURCE + "12.3",
        file=DATA / "hw_modes.csv",
    ),
    BookSpec(
        code="hw_packaging",
        title="危险废物包装",
        columns=(
            Column("code", "代码", required=True),
            Column("name", "名称", required=True),
            Column("liquid_ok", "液态可用", "choice", required=True, choices=tuple(LIQUID)),
            Column("closed", "密闭容器", "choice", required=True, choices=tuple(CLOSED)),
            Column("enabled", "启用", "flag", required=True),
        ),
        key=("code",),
        source=SOURCE + "12.5",
        file=DATA / "hw_packaging.csv",
    ),
    BookSpec(
        code="hw_mode_rules",
        title="方式合理性矩阵",
        columns=(
            Column("id", "编号", required=True),
            Column("seq", "序（先匹配者生效）", "integer", required=True),
            Column("forms", "形态", "codes"),
            Column("categories", "类别", "codes"),
            Column("except_categories", "除外类别", "codes"),
            Column("codes", "废物代码", "codes"),
            Column("code_prefixes", "代码字头", "codes"),
            Column("except_codes", "除外代码", "codes"),
            Column("hazards", "含特性", "codes"),
            Column("except_packaging", "除外包装", "codes"),
            Column("valuable", "具有回收价值", "flag"),
            Column("without_report", "无鉴别报告", "flag"),
            Column("mode_prefixes", "方式字头", "codes"),
            Column("modes", "方式", "codes"),
            Column("except_modes", "除外方式", "codes"),
            Column("verdict", "结论", "choice", required=True, choices=JUDGED),
            Column("reason", "理由", required=True),
        ),
        key=("id",),
        source=SOURCE + "7.2 CR-06",
        removable=True,
        file=DATA / "hw_mode_rules.csv",
        check=_check_mode_rule,
    ),
    BookSpec(
        code="hw_hazard_classes",
        title="危险特性与危险货物类项",
        columns=(
            Column("id", "编号", required=True),
            Column("hazard", "危险特性", "choice", required=True, choices=tuple(HAZARDS)),
            Column("forms", "形态（空＝不限）", "codes"),
            Column("class_codes", "需要的类项（满足任一）", "codes", required=True),
        ),
        key=("id",),
        source=SOURCE + "12.8",
        removable=True,
        file=DATA / "hw_hazard_classes.csv",
    ),
    BookSpec(
        code="distances",
        title="公路里程",
        columns=(
            Column("from_adcode", "起点区县", required=True),
            Column("to_adcode", "终点区县", required=True),
            Column("km", "公路里程（千米）", "decimal", required=True),
        ),
        key=("from_adcode", "to_adcode"),
        source=SOURCE + "1.5、12.12",
        removable=True,
        file=DATA / "distances.csv",
        check=_check_counties,
    ),
    BookSpec(
        code="province_rules",
        title="接收省负面清单",
        columns=(
            Column("id", "编号", required=True),
            Column("province", "省份", required=True),
            Column("rule_type", "类型", "choice", required=True, choices=tuple(RULE_TYPES)),
            Column("codes", "废物类别或代码（空＝全部）", "codes"),
            Column("modes", "利用处置方式（空＝全部）", "codes"),
            Column("text", "规定", required=True),
        ),
        key=("id",),
        source=SOURCE + "1.5",
        removable=True,
        check=_check_province,
    ),
)
