"""个人数据: what the platform holds about a person, for the security administrator, with a reason, and noted.

The number that is searched for is kept masked in the trail; the answer is a file, nothing of it is shown on a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from luban.cases.secrets import mask
from luban.faces.office.download import headers_of
from luban.faces.office.frame import office_page
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.export.person import held_about

LEAST_VALUE, LEAST_REASON, LONGEST = 5, 4, 200


@office_page(right="person.export")
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: ActorRequest) -> HttpResponse | StreamingHttpResponse:
    """The form; posted, the file."""
    if request.method != "POST":
        return render(request, "office/audit_person.html", {})
    value, reason = checked(request.POST.get("value", ""), request.POST.get("reason", ""))
    found = list(held_about(value=value))
    audit(
        actor=request.actor,
        action="person.export",
        target=f"person:{mask(value)}",
        detail={"reason": reason, "found": len(found)},
        ip=address_of(request),
    )
    answer = StreamingHttpResponse(lines(found), content_type="application/json; charset=utf-8")
    for name, said in headers_of(f"个人数据_{clock.today():%Y%m%d}.json").items():
        answer[name] = said
    return answer


def checked(value: str, reason: str) -> tuple[str, str]:
    """The number and the reason as they are used. Raises Refused (422)."""
    value, reason = value.replace("\x00", "").strip()[:LONGEST], reason.replace("\x00", "").strip()[:LONGEST]
    if len(value) < LEAST_VALUE:
        raise Refused("PERSON", f"请填写完整的手机号或证件号（不少于{LEAST_VALUE}位）。", status=422)
    if len(reason) < LEAST_REASON:
        raise Refused("PERSON", f"请写明理由（不少于{LEAST_REASON}个字），理由会记入审计日志。", status=422)
    return value, reason


def lines(found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A JSON array, an element a line."""
    yield "[\n"
    for n, one in enumerate(found):
        yield ("" if n == 0 else ",\n") + json.dumps(one, ensure_ascii=False, default=str)
    yield "\n]\n"
