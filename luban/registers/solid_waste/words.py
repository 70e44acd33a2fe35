"""What letters and notices of solid waste say alike: the letter around a text, points to correct, remedies.

Shapes are those of the shared typst functions; see `papers` for the tables and the printed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from luban.kit.form import Form, form_spec
from luban.kit.materials import Material
from luban.kit.view import CaseView
from luban.registers.divisions.places import MUNICIPALITIES
from luban.registers.licences.status import chinese_day


def acted_on(case: CaseView, *actions: str) -> date:
    """The day of the latest of some actions; today before any was taken."""
    found = next((act for act in reversed(case.acts) if act.action in actions), None)
    return found.at.date() if found else case.today


def said_in(case: CaseView, action: str, name: str) -> str:
    """A word of the latest act of a kind, as text."""
    found = case.latest(action)
    return str(found.data.get(name) or "") if found else ""


def paragraph(text: str) -> dict[str, Any]:
    """A paragraph of a letter."""
    return {"kind": "p", "text": text}


def notice(case: CaseView, title: str, body: list[dict[str, Any]], day: date) -> dict[str, Any]:
    """A paper of the office that handles the case, to the applicant."""
    return {
        "form": "文书",
        "org": case.office.name,
        "number": case.document_number or case.number,
        "title": title,
        "to": case.applicant_name or case.form.generator.generator_name or "",
        "body": body,
        "signer": case.office.name,
        "date": chinese_day(day),
    }


def filed(case: CaseView, matter: str) -> str:
    """Which application a paper is about, in the second person."""
    return f"你单位于{chinese_day(case.submitted_on)}提交的{matter}申请（办件编号{case.number}）"


def remedies(case: CaseView) -> dict[str, Any]:
    """How the applicant may have a decision looked at again."""
    return paragraph(
        f"如不服本决定，可以自知道之日起六十日内依据{case.cite('ARL')}申请行政复议，"
        f"也可以自知道之日起六个月内依据{case.cite('ADL')}提起行政诉讼。"
    )


def place_of_point(path: str, *, form: type[Form], materials: Sequence[Material]) -> str:
    """Where to correct, as the applicant knows it: a field's label, a material's title, else the words themselves."""
    titles = {material.code: material.title for material in materials}
    code = path.removeprefix("materials.").split("[")[0]
    if code in titles:
        return titles[code]
    try:
        return form_spec(form).label(path)
    except (KeyError, IndexError):
        return path


def points(case: CaseView, action: str, *, form: type[Form], materials: Sequence[Material]) -> dict[str, Any]:
    """What has to be corrected, point by point: where, what, on what basis."""
    said = case.latest(action)
    rows = [
        {
            "text": f"{place_of_point(item.get('path', ''), form=form, materials=materials)}："
            f"{item.get('problem', '')}",
            "law": item.get("basis") or None,
        }
        for item in (said.data.get("items", ()) if said else ())
    ]
    return {"kind": "points", "rows": rows}


def province_authority(case: CaseView, adcode: str | None) -> str:
    """The provincial authority as a letter addresses it."""
    if not adcode:
        return ""
    known = case.offices.get(adcode)
    if known is not None and known.name:
        return known.name
    kind = "局" if adcode[:2] in MUNICIPALITIES else "厅"
    return f"{case.place(adcode)}生态环境{kind}"
