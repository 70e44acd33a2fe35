"""Grants in plain Chinese: what an application will see, of what, for how long, and what is to be thought of before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from luban.faces.office.subscriptions_words import province_words
from luban.kit.clock import ZONE
from luban.ledger.conclusions import SECTION_NAMES
from luban.ledger.models import ChainRecord
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.models import SUSPENDED, ChainApp
from luban.stages.gateway.reading_back import (
    EXPIRED,
    FUTURE,
    GROUNDS,
    HOLDS,
    KINDS,
    SECTIONS_OF,
    WITHDRAWN,
    GrantLine,
    section_words,
)
from luban.stages.gateway.scopes import SCOPES
from luban.stages.gateway.sight import sight
from luban.ui.words import Status

STANDINGS: Mapping[str, Status] = {
    FUTURE: Status("未到起期", "is-wait", "clock"),
    HOLDS: Status("有效", "is-done", "circle-check"),
    EXPIRED: Status("已到期", "is-void", "clock"),
    WITHDRAWN: Status("已收回", "is-void", "ban"),
}
PERSONAL: Mapping[str, str] = {
    "s1": "经办人的姓名、电话和证件号",
    "s5": "运输单位的联系人和电话",
}
"""Sections with personal data, which the receiving or a transit province is not shown (waste-chain §6.2)."""
PLAIN = "明文字段是办件编号、文号、区划、单位名称与信用代码、废物代码、总量、运输方式、期限、去向和状态。"


@dataclass(frozen=True)
class Scope:
    """What a grant opens: one record of a kind (by its number, with whose it is) or all that come from a region."""

    kind: str
    number: str
    region: str
    sections: tuple[str, ...]
    attachments: bool
    since: date
    until: date
    key: str = ""

    @property
    def what(self) -> str:
        """The records, as a sentence goes on from them: 转移利用备案 GFB-… , or 江苏省移出的全部转移利用备案."""
        kind = KINDS.get(self.kind, self.kind)
        if self.region:
            return f"{province_words(self.region)}移出的全部{kind}"
        return f"{kind} {self.number or f'{self.key[:16]}…'} "

    @property
    def sees(self) -> str:
        """The part of them: plain fields, sections by name."""
        if not SECTIONS_OF.get(self.kind):
            return "明文字段和业务链条"
        if not self.sections:
            return "明文字段"
        names = "".join(f"“{SECTION_NAMES.get(one, one)}”" for one in self.sections)
        return f"明文字段和{names}{len(self.sections)}节"

    @property
    def files(self) -> str:
        """Attachments or not; empty where there are none."""
        if not SECTIONS_OF.get(self.kind):
            return ""
        return "，含全部附件" if self.attachments else "，不含附件"


def sentence(*, app: str, scope: Scope) -> str:
    """What the application may see, in one sentence."""
    return f"“{app}”从 {scope.since} 到 {scope.until} 可以查看{scope.what}的{scope.sees}{scope.files}。"


def scope_of(line: GrantLine) -> Scope:
    """What a grant that was given opens."""
    since, until = line.since.astimezone(ZONE).date(), line.until.astimezone(ZONE).date()
    return Scope(
        line.kind, line.number, line.region, line.sections, line.attachments, since, until, line.record_key
    )


def rows_of(lines: Collection[GrantLine]) -> list[tuple[GrantLine, Scope, Status, str]]:
    """Grants as a table shows them: the grant, what it opens, how it stands, its sections by name."""
    scopes = ((one, scope_of(one)) for one in lines)
    return [
        (one, scope, STANDINGS[one.standing], section_words(one.sections) or scope.sees)
        for one, scope in scopes
    ]


def plain_core(record: ChainRecord) -> Mapping[str, Any]:
    """The plain fields of a record; of a revocation, those of its filing."""
    if record.kind != "UR":
        return dict(record.core)
    filing = ChainRecord.objects.filter(pk=str(record.core.get("filingKey", ""))).first()
    provinces = {"originProvince": record.origin, "destProvince": record.dest}
    return {**provinces, **(filing.core if filing else {})}


def remarks(*, app: ChainApp, scope: Scope, core: Mapping[str, Any]) -> Iterator[str]:
    """What the administrator should know before giving a grant; `core` has the provinces of what is granted."""
    if app.state == SUSPENDED:
        yield "应用现已停用，恢复启用后授权才起作用。"
    if "read:granted" not in app.scopes:
        yield f"应用没有“{SCOPES['read:granted']}”权限，授权后仍看不到；请先在应用页加上这项权限。"
    ground = _ground(app, core)
    if ground:
        yield f"应用不靠授权就能查看这些记录（{GROUNDS[ground]}），按那一种范围查看，本授权不增加内容。"
    personal = "，".join(
        f"“{SECTION_NAMES[one]}”含{words}" for one, words in PERSONAL.items() if one in scope.sections
    )
    if personal:
        yield f"所选的节有个人信息：{personal}，将一并显示。确有需要再授权。"


def _ground(app: ChainApp, core: Mapping[str, Any]) -> str:
    """On what ground the application sees these records anyway; empty for none."""
    caller = Caller(app.key, app.region, app.org_id, frozenset(app.scopes))
    try:
        return sight(caller, core).ground
    except GatewayError:
        return ""
