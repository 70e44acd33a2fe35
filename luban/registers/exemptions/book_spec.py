"""The registers of exemptions: lines of the national list, and point-to-point records of one generator, one user, one
code. Source: 危险废物跨省转移业务说明 §1.4, §12.11."""

from collections.abc import Iterator
from pathlib import Path

from luban.kit.book import BookOnDay, BookSpec, Column, Entry
from luban.kit.book_checks import credit_codes, provinces
from luban.registers.exemptions.parts import STAGES
from luban.registers.exemptions.reading import conditions_of
from luban.registers.hazardous_waste.codes import is_hazardous_code

DATA = Path(__file__).parent / "data"
SOURCE = "危险废物跨省转移业务说明 "


def _check_rule(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    for code in entry["codes"]:
        category = code.startswith("HW") and len(code) == 4
        if not (code == "*" or category or is_hazardous_code(code)):
            yield f"“{code}”应为8位废物代码、废物类别（如 HW34）或 *。"
    if len(conditions_of(entry["conditions"])) != len(entry["conditions"]):
        yield "条件应写成“键=要求”，键不重复，如 baled=已打包压块。"
    yield from provinces(values=entry["region"])


def _check_record(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    for column, who in (("generator_uscc", "产废单位"), ("receiver_uscc", "利用单位")):
        yield from credit_codes(values=[entry[column]], who=who)
    if not is_hazardous_code(entry["waste_code"]):
        yield f"废物代码“{entry['waste_code']}”格式不符；一条记录只写一个8位代码。"
    if entry["quota_t"] <= 0:
        yield "许可总量应大于0。"
    if entry["valid_from"] > entry["valid_to"]:
        yield "有效期止不得早于有效期起。"


SPECS = (
    BookSpec(
        code="exemption_rules",
        title="危险废物豁免清单",
        columns=(
            Column("rule_id", "规则号", required=True),
            Column("list_no", "清单序号"),
            Column("list_version", "清单版本", required=True),
            Column("codes", "8位码、类别或*", "codes", required=True),
            Column("waste_desc", "废物"),
            Column("stage", "环节", "choice", required=True, choices=tuple(STAGES)),
            Column("conditions", "条件（键=要求）", "codes"),
            Column("content", "豁免内容", required=True),
            Column("cross_province", "可用于跨省", "flag", required=True),
            Column("region", "适用省份（空＝全国）", "codes"),
        ),
        key=("rule_id",),
        source=SOURCE + "12.11；危险废物豁免管理清单",
        removable=True,
        file=DATA / "exemption_rules.csv",
        check=_check_rule,
    ),
    BookSpec(
        code="p2p_exemptions",
        title="点对点定向利用豁免",
        columns=(
            Column("p2p_no", "批准文号", required=True),
            Column("approving_province", "批准省份", required=True),
            Column("generator_uscc", "产废单位信用代码", required=True),
            Column("receiver_uscc", "利用单位信用代码", required=True),
            Column("waste_code", "废物代码（一种）", required=True),
            Column("target_use", "用途", "choice", required=True, choices=("environment", "raw_material")),
            Column("process_desc", "利用工艺"),
            Column("quota_t", "许可总量（吨）", "decimal", required=True),
            Column("used_t", "已使用量（吨，本平台批准量以外）", "decimal"),
            Column("valid_from", "有效期起", "date", required=True),
            Column("valid_to", "有效期止", "date", required=True),
            Column(
                "status",
                "状态",
                "choice",
                required=True,
                choices=("active", "suspended", "expired", "revoked"),
            ),
            Column("names_region", "批文列明跨省适用", "flag", required=True),
        ),
        key=("p2p_no",),
        source=SOURCE + "1.4",
        file=DATA / "p2p_exemptions.csv",
        check=_check_record,
    ),
)
