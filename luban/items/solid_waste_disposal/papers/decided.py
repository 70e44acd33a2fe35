"""The decision: the permit, which is the electronic licence, and the refusal (一般固体废物 2A.8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from luban.items.solid_waste_disposal.decision import approved_qty, approved_rows, draft_of, reply_of
from luban.items.solid_waste_disposal.papers.words import (
    DECIDE_LAW,
    PERMIT_LAW,
    approved_table,
    matter,
    method,
    period,
    permit_code,
    term,
    verb,
    wharf,
)
from luban.kit.view import CaseView
from luban.registers.licences.status import chinese_day
from luban.registers.solid_waste import papers
from luban.registers.solid_waste.derive import primary
from luban.registers.solid_waste.words import acted_on, filed, notice, paragraph, province_authority, remedies


def permit_fields(case: CaseView) -> Mapping[str, Any]:
    """批复: parties, carriers, wastes, method, route, term, the province's reply, what to mind, remedies."""
    return {
        "title": f"{matter(case)}决定书",
        "subtitle": f"（准予许可　许可编号：{permit_code(case)}）",
        "org": case.city.name,
        "number": case.document_number,
        "period": period(case),
        "sections": [
            {"title": "一、移出单位", "fields": _generator(case)},
            {"title": "二、接收单位", "fields": _receiver(case)},
            {"title": "三、核定转移的废物", "tables": [approved_table(case)]},
            {"title": "四、运输与核定路线", "fields": _way(case), "route": papers.route_picture(case)},
        ],
        "notes": [
            f"依据{case.cite(PERMIT_LAW)}和{case.cite(DECIDE_LAW)}，准予许可。{_reply(case)}",
            "仅限按核定的种类、数量、运输单位、路线和期限转移；改变的应当重新申请。",
            "建立管理台账，保存转移凭证，落实污染防治和应急措施。",
            "如不服本决定，可以自知道之日起六十日内申请行政复议，或者六个月内提起行政诉讼。",
        ],
        "signer": case.city.name,
        "date": chinese_day(acted_on(case, "grant")),
    }


def _generator(case: CaseView) -> list[dict[str, Any]]:
    generator, source = case.form.generator, case.form.source
    return papers.pairs(
        ("单位名称", generator.generator_name),
        ("信用代码", generator.generator_uscc),
        ("设施与地址", f"{source.origin_site_name or ''}，{papers.site_address(case)}"),
        wide=("设施与地址",),
    )


def _receiver(case: CaseView) -> list[dict[str, Any]]:
    receiver = case.form.receiver
    main = primary(receiver)
    rows: list[tuple[str, Any]] = [
        ("单位名称", receiver.receiver_name),
        ("信用代码", receiver.receiver_uscc),
        ("设施名称", main.facility_name if main else ""),
        ("排污许可编号", receiver.receiver_permit_no),
        ("设施地址", papers.facility_address(case)),
        (f"{verb(case)}方式", method(case)),
        ("污染控制标准", case.form.end_use.pollution_standard),
        *_storage(case),
    ]
    return papers.pairs(*rows, wide=("设施地址", "最终去向"))


def _storage(case: CaseView) -> list[tuple[str, Any]]:
    """What is stored is stored until a day, and goes somewhere afterwards."""
    end = case.form.end_use
    if end.end_use_type != "storage":
        return []
    until = chinese_day(end.storage_until) if end.storage_until else ""
    return [("贮存截止日", until), ("最终去向", end.storage_followup)]


def _way(case: CaseView) -> list[dict[str, Any]]:
    route = case.form.route
    rows: list[tuple[str, Any]] = [
        ("运输单位", papers.carriers_line(case.form)),
        ("主运输方式", case.term("transport_mode", route.transport_mode)),
        ("总里程", f"{papers.plain(route.route_distance_km)} 公里"),
    ]
    if wharf(case):
        rows.append(("离岸码头", wharf(case)))
    return papers.pairs(*rows, wide=("运输单位", "离岸码头"))


def _reply(case: CaseView) -> str:
    """What the receiving province answered, in one sentence."""
    reply = reply_of(case)
    if reply is None:
        return ""
    words = {"agree": "同意", "agree_partial": "部分同意"}
    who = province_authority(case, case.form.receiver.receiver_province_code)
    on = reply.data.get("replied_on")
    day = f"于{chinese_day(date.fromisoformat(str(on)))}" if on else ""
    return f"{who}{day}函复（{reply.data.get('reply_no') or ''}）{words.get(str(reply.data.get('conclusion')), '')}。"


def shown_to_all(case: CaseView) -> tuple[tuple[str, str], ...]:
    """What the verification page shows (2B.8, the same for both uses): no contacts, no contract, no route in full."""
    form = case.form
    wastes = "；".join(f"{code} {name}" for code, name, _ in approved_rows(case))
    return (
        ("证照编号", permit_code(case)),
        ("移出单位", form.generator.generator_name or ""),
        ("接收单位", form.receiver.receiver_name or ""),
        ("接收设施所在地", papers.facility_region(case)),
        ("废物代码与名称", wastes),
        ("核定总量", f"{papers.plain(approved_qty(case))} 吨"),
        ("方式", f"{verb(case)}（{method(case)}）"),
        ("运输方式", case.term("transport_mode", form.route.transport_mode)),
        ("有效期", period(case)),
        ("发证机关", case.city.name),
    )


def quantity(case: CaseView) -> Mapping[str, Any]:
    """What later checks ask of the permit: who, what codes, how much, from which year."""
    form = case.form
    return {
        "generator_uscc": form.generator.generator_uscc,
        "receiver_uscc": form.receiver.receiver_uscc,
        "receiver_name": form.receiver.receiver_name,
        "receiver_province_code": form.receiver.receiver_province_code,
        "waste_codes": sorted({code for code, _, _ in approved_rows(case)}),
        "qty_t": str(approved_qty(case)),
        "year": term(case)[0].year,
    }


def denial_fields(case: CaseView) -> Mapping[str, Any]:
    """不予许可决定书: facts, grounds, what the receiving province said, remedies."""
    draft = draft_of(case)
    body = [
        paragraph(
            f"{filed(case, matter(case))}，依据{case.cite(PERMIT_LAW)}和{case.cite(DECIDE_LAW)}，经审查，决定不予许可。"
        ),
        paragraph(f"理由：{draft.data.get('reason', '') if draft else ''}"),
        *_province_said(case),
        remedies(case),
    ]
    return notice(case, f"一般固体废物跨省转移{verb(case)}不予许可决定书", body, acted_on(case, "deny"))


def _province_said(case: CaseView) -> list[dict[str, Any]]:
    """The receiving province's opinion, whatever it was: a refusal must carry it (D-B)."""
    reply = reply_of(case)
    if reply is None or not reply.data.get("conclusion"):
        return []
    words = {"agree": "同意", "agree_partial": "部分同意", "disagree": "不同意"}
    who = province_authority(case, case.form.receiver.receiver_province_code)
    opinion = reply.data.get("opinion")
    said = f"{who}复函（{reply.data.get('reply_no') or ''}）：{words[str(reply.data['conclusion'])]}"
    return [paragraph(f"接收地意见：{said}{f'；{opinion}' if opinion else '。'}")]
