"""Whom an application tells: the receiving province through the national system, whoever is informed of a permit by
letter, the waste system and the data platform once the permit is archived.

The city's case library, the to-do list, the licence library and the firm's home page are told by the house for every item.
Sources: domain brief 危险废物 第一部分 §9, §10.2 (the archived permit: no persons, no telephone numbers, no prices).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from luban.items.hazwaste_transfer_out.decision import reply_of
from luban.items.hazwaste_transfer_out.desks import REVIEWER
from luban.items.hazwaste_transfer_out.papers.letters import CONSULTATION, informed, permit_no
from luban.items.hazwaste_transfer_out.papers.permit import term
from luban.items.hazwaste_transfer_out.papers.words import (
    addressee,
    applied_row,
    category,
    decided_on,
    generator_name,
    place_of,
    said_in,
)
from luban.kit.sharing import Tell
from luban.kit.view import CaseView
from luban.registers.divisions.places import SHANGHAI
from luban.registers.transfer_permits.decisions import approved

MOST_INFORMED = 35
"""Every province at most once, two transport departments, the district."""

FIRST_VERSION = 1
REVIEWER_AT = SHANGHAI
REMINDER, WITHDRAWAL = "reminder_letter", "withdrawal_letter"
KINDS = {CONSULTATION: "consultation", REMINDER: "reminder", WITHDRAWAL: "withdrawal"}


def _parties(case: CaseView) -> dict[str, Any]:
    generator, receiver = case.form.generator, case.form.receiver
    return {
        "generator": {
            "name": generator_name(case),
            "uscc": case.applicant,
            "province": SHANGHAI,
            "adcode": generator.generator_adcode,
            "address": place_of(case, generator.generator_adcode, generator.generator_facility_address),
        },
        "receiver": {
            "name": receiver.receiver_name,
            "uscc": receiver.receiver_uscc,
            "province": receiver.receiver_province,
            "adcode": receiver.receiver_adcode,
            "address": place_of(case, receiver.receiver_adcode, receiver.receiver_facility_address),
            "licence_no": receiver.receiver_licence_no or "",
        },
    }


def _waste(case: CaseView, n: int, row: Any, tonnes: Any) -> dict[str, Any]:
    return {
        "row_no": n,
        "code": row.waste_code,
        "name": row.waste_name,
        "form": row.physical_form,
        "quantity_t": str(tonnes),
        "mode": row.disposal_mode,
    }


def province_letter(document: str, case: CaseView) -> Mapping[str, Any]:
    """国家系统: a letter to the receiving province. Its number is that of the paper, put in when it is sent; a reminder
    and a withdrawal speak of the case's consultation."""
    form = case.form
    return {
        "letter_no": "",
        "about_no": "" if document == CONSULTATION else case.numbers.get(CONSULTATION, ""),
        "case_no": case.number,
        "kind": KINDS[document],
        "version": sum(1 for act in case.acts if act.action == case.last.action),
        "from_province": SHANGHAI,
        "to_province": form.receiver.receiver_province,
        "to_name": addressee(case),
        **_parties(case),
        "wastes": [_waste(case, n, row, row.apply_t) for n, row in enumerate(form.waste.wastes, start=1)],
        "valid_from": form.plan.plan_start.isoformat(),
        "valid_to": form.plan.plan_end.isoformat(),
        "route": form.plan.route_desc or "",
        "transit_provinces": list(form.plan.transit_provinces),
        "carriers": [row.carrier_name for row in form.transport.carriers],
        "reply_within_days": case.params.integer("hwt.reply_days"),
        "document": document,
    }


def granted(case: CaseView) -> Mapping[str, Any]:
    """国家系统: the permit, and which provinces are informed of it."""
    first, last = term(case)
    rows = [
        _waste(case, n, asked, row.approved_t)
        for n, row in enumerate(approved(case), start=1)
        if (asked := applied_row(case, row)) is not None
    ]
    return {
        "case_no": case.number,
        "letter_no": case.numbers.get(CONSULTATION, ""),
        "result": "granted",
        "permit_no": permit_no(case),
        "decided_on": decided_on(case).isoformat(),
        **_parties(case),
        "wastes": rows,
        "valid_from": first.isoformat(),
        "valid_to": last.isoformat(),
        "copies_to": [code for code in case.form.plan.transit_provinces if code != SHANGHAI],
    }


def denied(case: CaseView) -> Mapping[str, Any]:
    """国家系统: that the permit was refused, and why."""
    return {
        "case_no": case.number,
        "letter_no": case.numbers.get(CONSULTATION, ""),
        "result": "denied",
        "decided_on": case.today.isoformat(),
        **_parties(case),
        "reason": said_in(case, "leader_deny", "reason"),
    }


def notice_todo(case: CaseView) -> Mapping[str, Any]:
    """电子政务平台: the reviewer is reminded that the other province has not replied yet (T07)."""
    return {
        "todo_id": _notice_id(case),
        "case_no": case.number,
        "title": f"{case.item_title}：{addressee(case)}尚未复函，请留意期限",
        "org": REVIEWER_AT,
        "role": REVIEWER.role,
        "created_at": case.last.at.isoformat(timespec="seconds"),
    }


def notice_done(case: CaseView) -> Mapping[str, Any]:
    """电子政务平台: the reminder is of no more use."""
    done = {"todo_id": _notice_id(case), "case_no": case.number, "done_by": case.last.actor}
    return done | {"done_at": case.last.at.isoformat(timespec="seconds")}


def _notice_id(case: CaseView) -> str:
    noticed = case.latest("reply_notice")
    return f"{case.number}:reply_notice:{noticed.seq if noticed else 0}"


def noticed(case: CaseView) -> bool:
    """Whether the reviewer was reminded of the letter that is out, and the reminder still stands."""
    ends = ("sign_letter", "reply", "register_reply", "ask_more")
    before = next((a for a in reversed(case.acts[:-1]) if a.action in (*ends, "reply_notice")), None)
    return before is not None and before.action == "reply_notice"


def consulted(case: CaseView) -> bool:
    """Whether the national system knows of the case: a letter went out."""
    return case.latest("sign_letter") is not None


def circular(n: int, case: CaseView) -> Mapping[str, Any]:
    """函件送达: the circular to the n-th of those informed; on paper where it has no channel."""
    one = informed(case)[n]
    return {
        "letter_no": permit_no(case),
        "case_no": case.number,
        "kind": "notification" if n == 0 else "copy",
        "to_adcode": one.adcode,
        "to_name": one.name,
        "subject": f"危险废物跨省转移批准信息通报：{permit_no(case)}",
        "document": "circular",
    }


def is_informed(n: int, case: CaseView) -> bool:
    """Whether an n-th one is informed."""
    return len(informed(case)) > n


def stands(case: CaseView) -> bool:
    """Whether the permit has not been revoked or cancelled before its case is archived: then nobody hears it is valid."""
    return all(licence.status == "issued" for licence in case.licences)


def archived(case: CaseView) -> Mapping[str, Any]:
    """hazwaste.permit.archived.v1: the permit as its consumers overwrite it by number and version."""
    first, last = term(case)
    reply = reply_of(case)
    plan = case.form.plan
    return {
        "approval_code": case.number,
        "permit_no": permit_no(case),
        "permit_version": FIRST_VERSION,
        "status": "VALID",
        "generator": _archived_generator(case),
        "receiver": _archived_receiver(case),
        "carriers": [
            {
                "carrier_id": row.carrier_id,
                "name": row.carrier_name,
                "uscc": row.uscc,
                "rtl_no": row.rtl_no,
                "vehicles": [vehicle.plate_no for vehicle in row.vehicles],
            }
            for row in case.form.transport.carriers
        ],
        "transfer": {
            "valid_from": first.isoformat(),
            "valid_to": last.isoformat(),
            "route": plan.route_desc or "",
            "transit_provinces": list(plan.transit_provinces),
            "rows": _archived_rows(case),
        },
        "decision_date": decided_on(case).isoformat(),
        "reply_no": str(reply.get("reply_no") or "") if reply else "",
        "archived_at": case.last.at.isoformat(timespec="seconds"),
    }


def _archived_generator(case: CaseView) -> dict[str, Any]:
    generator = case.form.generator
    return {
        "ent_id": generator.generator_ent_id,
        "name": generator_name(case),
        "uscc": case.applicant,
        "adcode": generator.generator_adcode,
        "facility_address": place_of(case, generator.generator_adcode, generator.generator_facility_address),
    }


def _archived_receiver(case: CaseView) -> dict[str, Any]:
    receiver = case.form.receiver
    until = receiver.licence_valid_to
    return {
        "name": receiver.receiver_name,
        "uscc": receiver.receiver_uscc,
        "province": receiver.receiver_province,
        "adcode": receiver.receiver_adcode,
        "licence_no": receiver.receiver_licence_no or "",
        "licence_valid_to": until.isoformat() if until else None,
    }


def _archived_rows(case: CaseView) -> list[dict[str, Any]]:
    """The approved wastes; their form and hazards are those applied for."""
    return [
        {
            "row_no": n,
            "hw": category(case, row),
            "code": row.code,
            "name": row.name,
            "form": asked.physical_form,
            "hazards": list(asked.declared_hazards),
            "approved_t": str(row.approved_t),
            "mode": row.mode,
        }
        for n, row in enumerate(approved(case), start=1)
        if (asked := applied_row(case, row)) is not None
    ]


SHARING = (
    *(
        Tell(
            "mee_hazwaste",
            "consultation_letter",
            on=(act,),
            body=partial(province_letter, document),
            part=part,
        )
        for act, document, part in (
            ("consulted", CONSULTATION, ""),
            ("remind", REMINDER, "reminder"),
            ("withdraw_consulted", WITHDRAWAL, "withdrawal"),
        )
    ),
    Tell("egov", "todo_created", on=("reply_notice",), body=notice_todo, part="reply_notice"),
    Tell(
        "egov",
        "todo_done",
        on=("replied", "closed_withdrawn"),
        body=notice_done,
        when=noticed,
        part="reply_notice",
    ),
    Tell("mee_hazwaste", "permit_decided", on=("granted",), body=granted),
    Tell("mee_hazwaste", "permit_decided", on=("denied",), body=denied, when=consulted, part="denied"),
    *(
        Tell(
            "letters",
            "letter",
            on=("granted",),
            body=partial(circular, n),
            when=partial(is_informed, n),
            part=f"informed_{n}",
        )
        for n in range(MOST_INFORMED)
    ),
    Tell("solid_waste", "permit_archived", on=("archived",), body=archived, when=stands),
    Tell("data_hub", "permit_archived", on=("archived",), body=archived, when=stands),
)
