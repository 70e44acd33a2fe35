"""Which addresses are limited, and by whom they are counted: one table for the whole house, one middleware.

Signing in has its own guard (`people.guards`: it locks names), the chain gateway its own rate for each application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse

from config import errors
from luban.people.actor import Actor
from luban.people.pace import Pace, pace_of, wait_for
from luban.people.trail import address_of

UPLOAD, QUERY, EXPORT, VERIFY, API = "upload", "query", "export", "verify", "api"
TITLES: Mapping[str, str] = {
    UPLOAD: "上传",
    QUERY: "查询",
    EXPORT: "导出",
    VERIFY: "核验",
    API: "接口调用",
}
PACED: Mapping[str, str] = {
    "v/<str:token>": VERIFY,
    "v/<str:token>/": VERIFY,
    "v/<str:token>/proof.json": VERIFY,
    "inbox/<slug:link>/<slug:name>/": API,
    "m/up/<str:token>/": UPLOAD,
    "fill/<slug:draft_id>/materials/<slug:code>/": UPLOAD,
    "fill/<slug:draft_id>/sign/upload/": UPLOAD,
    "office/fill/<slug:draft_id>/materials/<slug:code>/": UPLOAD,
    "office/registers/<slug:code>/import/": UPLOAD,
    "cases/": QUERY,
    "office/": QUERY,
    "office/cases/": QUERY,
    "office/licences/": QUERY,
    "office/figures/": QUERY,
    "office/registers/<slug:code>/": QUERY,
    "office/audit/": QUERY,
    "office/deliveries/": QUERY,
    "office/people/": QUERY,
    "cases/export.xlsx": EXPORT,
    "office/export.xlsx": EXPORT,
    "office/audit/export.csv": EXPORT,
    "office/audit/person/": EXPORT,
    "office/batches/<str:number>/export.xlsx": EXPORT,
    "office/cases/<str:number>/dossier/": EXPORT,
    "office/people/export.xlsx": EXPORT,
    "office/permissions/export.xlsx": EXPORT,
    "office/policy/<uuid:trial_id>/export.xlsx": EXPORT,
    "office/registers/<slug:code>/export.xlsx": EXPORT,
}
"""Address as the URLconf writes it → what it counts as. Uploads count when posted, queries when they ask something."""


class Pacing:
    """Answers 429 with Retry-After to whoever asks too often; costs one statement on the addresses of the table."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; the counting is done once the address is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Count, and refuse one too many."""
        match = request.resolver_match
        code = PACED.get(match.route, "") if match else ""
        if not code or not _counts(request, code):
            return None
        pace = pace_of(code)
        wait = wait_for(pace=pace, who=_who(request, code))
        return _refused(request, pace, wait) if wait else None


def _counts(request: HttpRequest, code: str) -> bool:
    if code == UPLOAD:
        return request.method == "POST"
    return code != QUERY or bool(request.GET)


def _who(request: HttpRequest, code: str) -> str:
    """The account, or the address of somebody who is not signed in; a partner by its link and its address."""
    match = request.resolver_match
    if code == API and match is not None:
        return f"{match.kwargs.get('link', '')}@{address_of(request)}"
    actor: Actor = getattr(request, "actor", Actor.public())
    return actor.account if actor.signed_in and code != VERIFY else address_of(request)


def _refused(request: HttpRequest, pace: Pace, wait: int) -> HttpResponse:
    span = "每分钟" if pace.seconds == 60 else f"每{pace.seconds}秒"
    message = (
        f"{TITLES[pace.code]}过于频繁，{span}最多{pace.most}次，请{wait}秒后再试；已保存的内容不受影响。"
    )
    response: HttpResponse
    if pace.code == API:
        told = {"code": "TOO_MANY", "message": message, "data": {}, "repeated": False}
        response = JsonResponse(told, status=429)
    elif pace.code == UPLOAD or request.headers.get("HX-Request") == "true":
        response = JsonResponse({"error": 429, "message": message}, status=429)
    else:
        response = errors.page(request, status=429, message=message)
    response.headers["Retry-After"] = str(wait)
    response.headers["Cache-Control"] = "no-store"
    return response
