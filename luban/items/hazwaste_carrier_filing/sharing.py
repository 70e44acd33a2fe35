"""Whom a filing tells: the firm itself, when its entry changed. Nodes and to-dos are told by the house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.items.hazwaste_carrier_filing.documents import EFFECTS, carrier_id_of
from luban.kit.sharing import Tell
from luban.kit.view import CaseView


def _message(case: CaseView, title: str, text: str) -> Mapping[str, Any]:
    return {
        "uscc": case.applicant,
        "event": "LICENCE_CHANGED",
        "title": title,
        "text": text,
        "at": case.last.at.isoformat(timespec="seconds"),
        "case_no": case.number,
    }


def passed(case: CaseView) -> Mapping[str, Any]:
    """The entry is as filed, under which number."""
    effect = EFFECTS[case.form.filing.kind or "add"]
    return _message(
        case,
        "运输单位信息备案已通过",
        f"{effect}运输单位编号{carrier_id_of(case)}，办件编号{case.number}，备案确认书可登录下载。",
    )


def suspended(case: CaseView) -> Mapping[str, Any]:
    """The entry may not be chosen any more, and why."""
    reason = str(case.last.data.get("reason", "")).rstrip("。")
    return _message(
        case, "运输单位备案已暂停", f"你单位的运输单位信息备案已暂停，原因：{reason}。整改后可以申请恢复。"
    )


SHARING = (
    Tell("one_net", "enterprise_message", on=("recorded",), body=passed, part="passed"),
    Tell("one_net", "enterprise_message", on=("suspend",), body=suspended, part="suspended"),
)
