"""The codes of rows (HMAC-SM3): every table whose rows carry one, walked to the end; names table, row and columns.

Rows are read as plain values, not as objects, and the key is derived once, so that a hundred thousand cases with their
versions take well under a minute (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField, TextField
from django.db.models.functions import Cast

from luban.cases.models import Case, CaseVersion
from luban.ledger.models import ChainRestoration
from luban.people.genuine import SealedRow
from luban.people.models import Account, AuditEntry, Identity, PermissionChange, PermissionState, SecondFactor
from luban.registers.book.models import Change, Row
from luban.registers.licences.models import Licence
from luban.stages.integrity.fault import AT_ONCE, Fault
from luban.stages.integrity.part import WHOLE, Part
from luban.trust import ring
from luban.trust.row_mac import JsonText, Touched, check_row


@dataclass(frozen=True)
class Table:
    """One table: its model, further columns that name a row, and how a row is named from them."""

    model: type[SealedRow]
    title: str
    named_by: tuple[str, ...]
    name: Callable[[Mapping[str, Any]], str]


TABLES = (
    Table(Case, "办件", (), lambda v: str(v["number"])),
    Table(
        CaseVersion,
        "申请版本",
        ("case__number",),
        lambda v: f"{v['case__number'] or v['case_id']} 第{v['n']}版",
    ),
    Table(Licence, "证照", (), lambda v: f"{v['number']} 第{v['version']}版"),
    Table(Account, "账号与角色", (), lambda v: str(v["username"])),
    Table(Identity, "身份绑定", ("account__username",), lambda v: str(v["account__username"])),
    Table(SecondFactor, "动态口令", ("account__username",), lambda v: str(v["account__username"])),
    Table(Change, "台账修改", ("id",), lambda v: f"{v['register']} {v['key']}（修改{v['id']}）"),
    Table(Row, "台账与参数", ("id",), lambda v: f"{v['register']} {v['key']}（行{v['id']}）"),
    Table(
        ChainRestoration,
        "恢复的提出",
        ("id",),
        lambda v: f"{v['case_no']} 第{v['version']}版（恢复{v['id']}）",
    ),
    Table(PermissionState, "权限表", (), lambda v: f"权限表（第{v['version']}版）"),
    Table(PermissionChange, "权限调整", (), lambda v: f"第{v['version']}号"),
    Table(AuditEntry, "审计日志", ("id",), lambda v: f"第{v['id']}条"),
)


def check_rows(faults: list[Fault], *, part: Part = WHOLE) -> int:
    """Look at every row of the tables (of a part of the house); returns how many. Raises KeyMissing when there is no key."""
    return sum(_check_table(table, faults, part) for table in TABLES)


def _check_table(table: Table, faults: list[Fault], part: Part) -> int:
    groups, name, keys = table.model.SEALED, table.model._meta.db_table, ring.keys()
    columns = [column for group in groups for column in group]
    asked = [*columns, "mac", *(c for c in table.named_by if c not in columns)]
    texts = {column: f"{column}_text" for column in columns if _is_json(table.model, column)}
    count = 0
    rows = part.of(table.model._base_manager.order_by("pk"), "pk")
    rows = rows.annotate(**{text: Cast(column, TextField()) for column, text in texts.items()})
    for found in rows.values_list(*(texts.get(c, c) for c in asked)).iterator(chunk_size=AT_ONCE):
        count += 1
        values = dict(zip(asked, found, strict=True))
        for column in texts:
            values[column] = JsonText(values[column])
        touched = check_row(table=name, groups=groups, values=values, mac=values["mac"], keys=keys)
        if touched is not None:
            faults.append(Fault(name, table.name(values), problem_of(touched)))
    return count


def _is_json(model: type[SealedRow], column: str) -> bool:
    """Whether a column always holds JSON; such columns are read as text, which is not taken apart in Python."""
    found = model._meta.get_field(column)
    return type(found) is JSONField and not found.null


def problem_of(touched: Touched) -> str:
    """What is wrong with a row, in words."""
    if touched.blank:
        return "没有校验码，不是由平台写入的，或校验码被抹去"
    if touched.columns:
        return f"与写入时的校验码不符，被改动过的列：{'、'.join(touched.columns)}"
    return "与写入时的校验码不符，被改动过（无法判断是哪一列）"
