"""危险废物跨省转移许可撤销、注销: the bureau takes a permit back (欺骗取得、重大违法) or strikes it off (申请人申请、许可证失效).

Not an application of a firm: an official of the city begins the case, on its own findings or because the holder asked at
its licence. While it is in flight the permit holds; with the decision it falls at once. Requirements 37, 39.
Source: 危险废物跨省转移业务说明 第一部分 §6 撤销/注销, §8 D-13, §10.2, §14 fact 22. The prefix of case numbers is 默认.
"""

from __future__ import annotations

from pathlib import Path

from luban.items.hazwaste_permit_revocation.documents import DOCUMENTS
from luban.items.hazwaste_permit_revocation.facts import PermitEndFacts
from luban.items.hazwaste_permit_revocation.form import (
    ASKED_BY_HOLDER,
    KINDS,
    PROVED,
    PermitEndForm,
    starts_from,
)
from luban.items.hazwaste_permit_revocation.process import PROCESS, REVIEWER
from luban.items.hazwaste_permit_revocation.rules import RULES
from luban.items.hazwaste_permit_revocation.sharing import SHARING
from luban.items.hazwaste_permit_revocation.statistics import STATISTICS
from luban.kit.conditions import when
from luban.kit.item import Item
from luban.kit.materials import Material
from luban.registers.divisions.places import SHANGHAI


def headline(form: PermitEndForm) -> str:
    """One line for lists."""
    target = form.target
    ended = dict(KINDS).get(form.grounds.kind or "", "撤销、注销")
    return f"{ended}{target.permit_no or '许可'}（{target.holder_name or '移出人未带出'}）"


ITEM = Item(
    code="hazwaste_permit_revocation",
    title="危险废物跨省转移许可撤销、注销",
    short="许可撤销、注销",
    prefix="WZX",
    family="hazardous_waste",
    statute=("SWPL.82", "ALL.69", "ALL.70"),
    requirements=(37, 39),
    form=PermitEndForm,
    facts=PermitEndFacts,
    rules=RULES,
    process=PROCESS,
    documents=DOCUMENTS,
    materials=(
        Material(
            "E01",
            "证据",
            required=when("grounds.reason_code", *PROVED),
            help="检查笔录、处罚决定、司法文书、接收单位许可证被吊销或者注销的公告等，至少1份；"
            "申请人申请注销的，可以上传其书面申请。",
        ),
    ),
    sharing=SHARING,
    statistics=STATISTICS,
    place=lambda form: form.target.holder_adcode or SHANGHAI,
    handled_by=lambda form: (SHANGHAI,),
    headline=headline,
    begun_by=REVIEWER,
    starts_from=starts_from,
    proposes=ASKED_BY_HOLDER,
    promise="审查后5个工作日",
    result="撤销、注销决定书",
    applicants="作出许可的市生态环境局",
    folder=Path(__file__).parent,
)
