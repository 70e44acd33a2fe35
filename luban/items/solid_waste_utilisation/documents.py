"""The papers of a filing (一般固体废物 2B.8): the application, the notices, the filing itself, the letter to the province.

Each function gives the data of its template; seal, QR code and moment of typesetting are added when it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from luban.items.solid_waste_utilisation.form import FilingForm
from luban.items.solid_waste_utilisation.materials import MATERIALS
from luban.kit.documents import Document, Licence, Number
from luban.kit.view import CaseView
from luban.registers.licences.status import chinese_day
from luban.registers.solid_waste import papers
from luban.registers.solid_waste.derive import primary
from luban.registers.solid_waste.words import (
    acted_on,
    filed,
    notice,
    paragraph,
    points,
    province_authority,
    remedies,
    said_in,
)

FILING = "SHSW.FILING"
UTILISATION = "SWPL.22.2"
MATTER = "一般固体废物跨省转移利用备案"


def valid_from(case: CaseView) -> date:
    """The filing holds from the day the transfer begins, not before it was filed (U5)."""
    filed: date = acted_on(case, "confirm")
    start: date | None = case.form.contract.start_date
    return max(start, filed) if start else filed


def term(case: CaseView) -> tuple[date, date | None]:
    """First and last day of the filing."""
    return valid_from(case), case.form.contract.end_date


def period(case: CaseView) -> str:
    """The term in words."""
    first, last = term(case)
    return f"{chinese_day(first)}至{chinese_day(last)}" if last else f"自{chinese_day(first)}起"


def issued_no(case: CaseView) -> str:
    """The number of the filing once it is issued; empty before."""
    return next((x.number for x in reversed(case.licences) if x.document == "filing_receipt"), "")


def filing_no(case: CaseView) -> str:
    """The number of the filing being made, or of the one issued."""
    return case.document_number or issued_no(case)


def application_fields(case: CaseView) -> Mapping[str, Any]:
    """The application: sections s1–s9 in full, the pledge, the mark of the form."""
    return {
        "title": f"{MATTER}申请表",
        "number": case.number,
        "printed_at": chinese_day(case.today),
        "sections": papers.printed_sections(case),
        "commitment": (
            "本单位承诺：所填内容和所附材料真实、准确、完整，对其承担法律责任；已阅读并知悉办理须知和法律责任；"
            "按规定保存台账与凭证；所转移的固体废物由所填接收单位最终利用，不再转移。"
        ),
        "signature_label": "申请单位（盖章）",
        "digest": papers.form_mark(case.form),
    }


def _filed(case: CaseView) -> str:
    return filed(case, MATTER)


def acceptance_fields(case: CaseView) -> Mapping[str, Any]:
    """接收通知书."""
    day = acted_on(case, "accept")
    days = case.params.integer("filing.promise_days")
    return notice(
        case,
        f"{MATTER}接收通知书",
        [
            paragraph(f"{_filed(case)}，材料齐全，现予接收。"),
            paragraph(f"我局自接收次日起{days}个工作日内完成审核确认，结果可在一网通办查询。"),
        ],
        day,
    )


def correction_fields(case: CaseView) -> Mapping[str, Any]:
    """补正通知书: each point with where, what and on what basis, told once."""
    days = case.params.integer("correction.days")
    body = [
        paragraph(f"{_filed(case)}，经查需要补正下列内容，现一次告知："),
        points(case, "correct", form=FilingForm, materials=MATERIALS),
        paragraph(f"请自本通知之日起{days}日内补正并重新提交；逾期未补正的，本次申请终止，可以重新申请。"),
    ]
    if note := said_in(case, "correct", "note"):
        body.insert(2, paragraph(f"说明：{note}"))
    return notice(case, f"{MATTER}补正通知书", body, acted_on(case, "correct"))


def refusal_fields(case: CaseView) -> Mapping[str, Any]:
    """不予接收通知书."""
    said = case.latest("refuse")
    return notice(
        case,
        "跨省转移利用备案不予接收通知书",
        [
            paragraph(f"{_filed(case)}，经审查，决定不予接收。"),
            paragraph(f"理由：{said.data.get('reason', '') if said else ''}"),
            remedies(case),
        ],
        acted_on(case, "refuse"),
    )


def rejection_fields(case: CaseView) -> Mapping[str, Any]:
    """不予备案决定书: reasons and remedies."""
    said = case.latest("reject")
    return notice(
        case,
        f"不予{MATTER}决定书",
        [
            paragraph(f"{_filed(case)}，依据{case.cite(UTILISATION)}和{case.cite(FILING)}，决定不予备案。"),
            paragraph(f"理由：{said.data.get('reason', '') if said else ''}"),
            remedies(case),
        ],
        acted_on(case, "reject"),
    )


def receipt_fields(case: CaseView) -> Mapping[str, Any]:
    """《一般固体废物跨省转移利用备案表》: the electronic filing."""
    form = case.form
    return {
        "title": "一般固体废物跨省转移利用备案表",
        "subtitle": "（备案回执）",
        "org": case.office.name,
        "number": filing_no(case),
        "period": period(case),
        "sections": [
            {"title": "一、移出单位", "fields": _generator(case)},
            {"title": "二、接收单位", "fields": _receiver(case)},
            {"title": "三、转移废物", "tables": [papers.waste_table(case)]},
            {"title": "四、利用方式与产品", "fields": _end_use(case)},
            {"title": "五、运输与核定路线", "fields": _way(case), "route": papers.route_picture(case)},
        ],
        "notes": [
            "仅限按本表所列种类、数量、运输单位、路线和期限转移；改变的应当重新备案。",
            "所转移的固体废物由接收单位最终利用，不得再次转移。",
            "本备案不豁免各方应当履行的其他法定义务。备案状态以扫码结果为准。",
        ],
        "basis": f"依据{case.cite(UTILISATION)}",
        "case_no": case.number,
        "generator_uscc": form.generator.generator_uscc or "",
        "signer": case.office.name,
        "date": chinese_day(acted_on(case, "confirm")),
    }


def _generator(case: CaseView) -> list[dict[str, Any]]:
    generator, source = case.form.generator, case.form.source
    return papers.pairs(
        ("单位名称", generator.generator_name),
        ("信用代码", generator.generator_uscc),
        ("设施名称", source.origin_site_name),
        ("备案年度", source.filing_year),
        ("设施地址", papers.site_address(case)),
        wide=("设施地址",),
    )


def _receiver(case: CaseView) -> list[dict[str, Any]]:
    receiver = case.form.receiver
    main = primary(receiver)
    return papers.pairs(
        ("单位名称", receiver.receiver_name),
        ("信用代码", receiver.receiver_uscc),
        ("设施名称", main.facility_name if main else ""),
        ("排污许可编号", receiver.receiver_permit_no),
        ("设施地址", papers.facility_address(case)),
        wide=("设施地址",),
    )


def _end_use(case: CaseView) -> list[dict[str, Any]]:
    end = case.form.end_use
    return papers.pairs(
        ("利用方式", case.term("utilisation_method", end.utilisation_method)),
        ("产品", end.product_name),
        ("产品标准", end.product_standard_no),
        ("产品用途", end.product_usage),
    )


def _way(case: CaseView) -> list[dict[str, Any]]:
    route = case.form.route
    rows: list[tuple[str, Any]] = [
        ("运输单位", papers.carriers_line(case.form)),
        ("主运输方式", case.term("transport_mode", route.transport_mode)),
        ("总里程", f"{papers.plain(route.route_distance_km)} 公里"),
    ]
    if route.departure_wharf_name:
        rows.append(("离岸码头", f"{route.departure_wharf_name}（{route.departure_wharf_address or ''}）"))
    return papers.pairs(*rows, wide=("运输单位", "离岸码头"))


def letter_fields(case: CaseView) -> Mapping[str, Any]:
    """通报函 to the receiving province, with the filing attached; transit provinces get a copy."""
    form = case.form
    number, receiver = filing_no(case), form.receiver
    copies = [province_authority(case, code) for code in form.route.transit_province_codes]
    return {
        "form": "函",
        "org": case.city.name,
        "number": number,
        "title": "关于通报固体废物利用备案信息的函",
        "to": province_authority(case, receiver.receiver_province_code),
        "body": [
            paragraph(
                f"依据{case.cite(UTILISATION)}，现将{form.generator.generator_name or ''}向你省（自治区、直辖市）"
                f"{receiver.receiver_name or ''}转移一般固体废物利用的备案信息通报如下："
            ),
            {
                "kind": "particulars",
                "rows": papers.pairs(
                    ("备案号", number),
                    ("接收设施", papers.facility_address(case)),
                    ("利用方式", case.term("utilisation_method", form.end_use.utilisation_method)),
                    ("有效期", period(case)),
                ),
            },
            {"kind": "table", "table": papers.waste_table(case)},
            paragraph("如对该备案有异议，请函告我局。"),
        ],
        "attachments": ["一般固体废物跨省转移利用备案表"],
        "signer": case.city.name,
        "date": chinese_day(acted_on(case, "confirm")),
        "cc": [*copies, case.office.name],
    }


def shown_to_all(case: CaseView) -> tuple[tuple[str, str], ...]:
    """What the verification page shows (2B.8): no contacts, no contract, no route in full."""
    form = case.form
    wastes = "；".join(f"{code} {name}" for code, name, _ in papers.waste_names(form))
    return (
        ("证照编号", filing_no(case)),
        ("移出单位", form.generator.generator_name or ""),
        ("接收单位", form.receiver.receiver_name or ""),
        ("接收设施所在地", papers.facility_region(case)),
        ("废物代码与名称", wastes),
        ("核定总量", f"{papers.plain(form.waste.total_qty_t)} 吨"),
        ("运输方式", case.term("transport_mode", form.route.transport_mode)),
        ("有效期", period(case)),
        ("发证机关", case.office.name),
    )


def quantity(case: CaseView) -> Mapping[str, Any]:
    """What later checks ask of the filing: who, what codes, how much, which year."""
    form = case.form
    return {
        "generator_uscc": form.generator.generator_uscc,
        "receiver_uscc": form.receiver.receiver_uscc,
        "receiver_name": form.receiver.receiver_name,
        "receiver_province_code": form.receiver.receiver_province_code,
        "waste_codes": sorted({row.waste_code for row in form.waste.wastes if row.waste_code}),
        "qty_t": str(form.waste.total_qty_t or 0),
        "year": form.source.filing_year,
        "filing_case_no": case.number,
    }


def number_parts(case: CaseView) -> Mapping[str, str]:
    """Region and year of the filing number; a special area's filings are numbered with its county's."""
    return {
        "adcode": case.form.source.origin_county_code or case.office.adcode,
        "year": str(case.form.source.filing_year or acted_on(case, "confirm").year),
    }


DOCUMENTS = (
    Document("application", "备案申请表", application_fields, template="application", seal="none"),
    Document("acceptance_notice", "接收通知书", acceptance_fields, template="notice"),
    Document("correction_notice", "补正通知书", correction_fields, template="notice"),
    Document("refusal_notice", "不予接收通知书", refusal_fields, template="notice"),
    Document("rejection_decision", "不予备案决定书", rejection_fields, template="notice", decides=True),
    Document(
        "filing_receipt",
        "一般固体废物跨省转移利用备案表",
        receipt_fields,
        template="filing_receipt",
        number=Number("GFBA-{adcode}-{year}-{4}", number_parts),
        licence=Licence("一般固体废物跨省转移利用备案", term, shown_to_all, quantity),
        decides=True,
    ),
    Document(
        "report_letter", "备案信息通报函", letter_fields, template="notice", seal="city", to_applicant=False
    ),
)
