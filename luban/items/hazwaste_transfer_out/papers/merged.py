"""The consultation letter as a letter: to whom, what came of it, and several cases of one province in one letter.

A merged letter (同省合并一函附清单) has one number; its first annex lists the cases, one a line, its second says of each
what a letter of its own would say. The other province answers case by case. Source: domain brief 危险废物 第一部分 §8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from luban.items.hazwaste_transfer_out.decision import REPLIES
from luban.items.hazwaste_transfer_out.papers.letters import CONSULTATION, ENCLOSED, REPLY_LAW, asked_for
from luban.items.hazwaste_transfer_out.papers.words import (
    CONSULT_LAW,
    PERMIT_LAW,
    acted_on,
    addressee,
    applied_table,
    generator_name,
    letter,
    paragraph,
    plain,
)
from luban.kit.documents import Letter
from luban.kit.view import Act, CaseView

MORE_WANTED = "ask_more"
LIST, DETAILS = "商请转移清单", "各件申请转移的内容"


def province_of(case: CaseView) -> tuple[str, str]:
    """Whom the case's letter goes to: the receiving province and its department, as a letter addresses it."""
    province = case.form.receiver.receiver_province or ""
    return province, addressee(case) or case.place(province)


def answer(acts: Sequence[Act]) -> str:
    """What the other province said after the letter: replied_agree, replied_partial, replied_disagree or
    replied_supplement; empty while it said nothing."""
    said = next((act for act in reversed(acts) if act.action in (*REPLIES, MORE_WANTED)), None)
    if said is None:
        return ""
    return "replied_supplement" if said.action == MORE_WANTED else f"replied_{said.data['conclusion']}"


def merged_fields(cases: Sequence[CaseView]) -> Mapping[str, Any]:
    """跨省转移商请函 of several cases to one province."""
    first = cases[0]
    days = first.params.integer("hwt.reply_days")
    body = [
        paragraph(
            f"依据{first.cite(PERMIT_LAW)}和{first.cite(CONSULT_LAW)}，{generator_name(first)}等申请将危险废物跨省转移至"
            f"你省（自治区、直辖市），共{len(cases)}件（见附件）。经初步审核，我局同意移出，现一并商请你单位提出意见。"
        ),
        paragraph(
            f"请依据{first.cite(REPLY_LAW)}，于收函{days}个工作日内逐件函复，并注明办件编号；"
            "部分同意的请列明同意的废物、数量和期限，不同意的请说明理由。"
        ),
    ]
    return letter(
        first,
        title="关于商请危险废物跨省转移的函",
        body=body,
        day=acted_on(first, "sign_letter"),
        to=addressee(first),
        form="函",
        attachments=[LIST, DETAILS, *ENCLOSED],
        annexes=[
            {"title": LIST, "body": [{"kind": "table", "table": listed(cases)}]},
            {"title": DETAILS, "body": list(_details(cases))},
        ],
    )


def listed(cases: Sequence[CaseView]) -> dict[str, Any]:
    """The list: one line a case."""
    return {
        "head": ["序号", "办件编号", "移出人", "接受人", "废物代码", "数量（吨）", "转移期限"],
        "size": 9,
        "widths": [2, 12, 6, 6, 6, 4, 6],
        "align": ["center", "left", "left", "left", "left", "right", "center"],
        "rows": [
            [
                str(n),
                case.number,
                generator_name(case),
                case.form.receiver.receiver_name or "",
                "、".join(dict.fromkeys(row.waste_code or "" for row in case.form.waste.wastes)),
                plain(case.form.plan.total_t),
                f"{plain(case.form.plan.plan_start)}至{plain(case.form.plan.plan_end)}",
            ]
            for n, case in enumerate(cases, start=1)
        ],
        "total": f"共 {len(cases)} 件，合计 {plain(sum(case.form.plan.total_t or 0 for case in cases))} 吨",
    }


def _details(cases: Sequence[CaseView]) -> Iterator[dict[str, Any]]:
    for n, case in enumerate(cases, start=1):
        yield {"kind": "h2", "text": f"{n}. {case.number} {generator_name(case)}"}
        yield asked_for(case)
        yield {"kind": "table", "table": applied_table(case)}


CONSULTING = Letter(
    to=province_of,
    message=("mee_hazwaste", CONSULTATION, ""),
    answer=answer,
    clock="reply",
    together=merged_fields,
)
