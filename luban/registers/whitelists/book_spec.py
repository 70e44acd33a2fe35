"""The register of white lists: an entry names a receiving firm, its wastes and for whom it holds.

Entries are edited one by one or come in as the list of a province, one numbered batch a file (BMD-{省码}-{日期}-{流水}).
An entry that leaves the list stays, with the status 移出, its reason and day. Source: 危险废物跨省转移业务说明 §1.3.
"""

from collections.abc import Iterator
from pathlib import Path

from luban.kit.book import BookOnDay, Column, Entry
from luban.kit.book_checks import credit_codes, provinces
from luban.registers.book.batches import BatchedSpec
from luban.registers.hazardous_waste.codes import is_hazardous_code

LEVELS = ("national", "provincial")
MATCHES = ("CATEGORY", "CODE")
STATES = ("pending", "active", "expired", "removed")


def _check(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    yield from credit_codes(values=[entry["receiver_uscc"]], who="单位")
    if entry["level"] == "provincial" and not entry["province"]:
        yield "省级条目请填写发布省份。"
    yield from provinces(values=(entry["province"], *entry["origin_provinces"]))
    if entry["valid_to"] and entry["valid_to"] < entry["valid_from"]:
        yield "有效期止不得早于有效期起。"
    yield from _check_codes(entry)
    if entry["status"] == "removed" and not (entry["removed_reason"] and entry["removed_at"]):
        yield "移出条目请填写移出原因和移出时间。"
    if entry["simplified_max_days"] is not None and not entry["skip_consultation"]:
        yield "未免商请的条目不填免商请时许可最长天数。"


def _check_codes(entry: Entry) -> Iterator[str]:
    for code in entry["codes"]:
        if entry["code_match"] == "CODE" and not is_hazardous_code(code):
            yield f"按代码匹配时应填8位废物代码，如 900-052-31，“{code}”不符。"
        if entry["code_match"] == "CATEGORY" and not (code.startswith("HW") and len(code) == 4):
            yield f"按类别匹配时应填废物类别，如 HW22，“{code}”不符。"


SPECS = (
    BatchedSpec(
        code="whitelists",
        title="危险废物转移白名单",
        columns=(
            Column("entry_id", "条目号", required=True),
            Column("level", "级别", "choice", required=True, choices=LEVELS),
            Column("province", "发布省份"),
            Column("publish_doc", "发布文号/名称", required=True),
            Column("publish_date", "发布日", "date", required=True),
            Column("valid_from", "有效期起", "date", required=True),
            Column("valid_to", "有效期止（空＝长期）", "date"),
            Column("receiver_uscc", "单位统一社会信用代码", required=True),
            Column("receiver_name", "单位名称", required=True),
            Column("code_match", "废物匹配", "choice", required=True, choices=MATCHES),
            Column("codes", "类别或8位码", "codes", required=True),
            Column("modes", "限定利用处置方式（空＝不限）", "codes"),
            Column("annual_limit_t", "年度接收限量（吨，空＝不限）", "decimal"),
            Column("used_t", "已使用量（吨，本平台批准量以外）", "decimal"),
            Column("origin_provinces", "适用移出省份（空＝不限）", "codes"),
            Column("skip_consultation", "免商请", "flag", required=True),
            Column("simplified_max_days", "免商请时许可最长天数", "integer"),
            Column("status", "状态", "choice", required=True, choices=STATES),
            Column("removed_reason", "移出原因"),
            Column("removed_at", "移出时间", "date"),
            Column("batch_no", "批次号（导入时自动编号）"),
        ),
        key=("entry_id",),
        source="危险废物跨省转移业务说明 1.3",
        file=Path(__file__).parent / "data" / "whitelists.csv",
        check=_check,
        batch_column="batch_no",
        part_column="province",
        batch_prefix="BMD",
        ended=("status", "removed"),
    ),
)
