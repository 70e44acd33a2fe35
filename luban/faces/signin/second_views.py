"""The second half of an administrator's sign-in, and coming in by a certificate."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from luban.faces.signin.doors import FIRM_DOOR, OFFICE_DOOR, draw, safe_next
from luban.kit.refusal import Refused
from luban.people import totp
from luban.people.access import access
from luban.people.gateway import certificate_of, holder, note_pretence
from luban.people.models import Account
from luban.people.requests import ActorRequest
from luban.people.roles import PUBLIC
from luban.people.second import CODE, ENROL, NEW_PASSWORD, go_on, held, renew_password, stage
from luban.people.session_rules import CERTIFICATE, begin
from luban.people.signing import check_usable
from luban.people.trail import address_of
from luban.ui.qr import qr


@access(face="office", roles=PUBLIC, scope="open")
@never_cache
@sensitive_post_parameters("code", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: ActorRequest) -> HttpResponse:
    """What is asked for after an administrator's password."""
    after = safe_next(request, door=OFFICE_DOOR)
    try:
        account = held(request)
    except Refused as refused:
        if request.method != "POST":
            return HttpResponseRedirect(reverse("signin:office"))
        return draw(request, door=OFFICE_DOOR, after=after, refused=refused)
    asked, refusal = stage(request, account=account), None
    if request.method == "POST":
        try:
            if asked == NEW_PASSWORD:
                renew_password(request, new=request.POST.get("new", ""), again=request.POST.get("again", ""))
                return HttpResponseRedirect(after)
            if go_on(request, code=request.POST.get("code", "")) is not None:
                return HttpResponseRedirect(after)
            asked = NEW_PASSWORD
        except Refused as refused:
            refusal = refused
    return render(
        request,
        "signin/second.html",
        _words(account, asked, after, refusal),
        status=refusal.status if refusal else 200,
    )


def _words(account: Account, asked: str, after: str, refused: Refused | None) -> dict[str, Any]:
    words: dict[str, Any] = {
        "asked": asked,
        "account": account.username,
        "next": after,
        "refused": refused.message if refused else "",
        "shown": "",
    }
    if asked == ENROL:
        words["key"] = totp.key_of(account=account)
        words["qr"] = qr(content=totp.address_of_key(account=account), text="动态口令的二维码，用验证器扫描")
    if asked in (CODE, ENROL) and account.demo and settings.LUBAN_DEMO:
        words["shown"] = totp.code_now(account=account)
    return words


@access(face="public", roles=PUBLIC, scope="open")
@never_cache
@require_POST
def certificate(request: ActorRequest) -> HttpResponse:
    """Come in by the certificate that the gateway has checked."""
    door = OFFICE_DOOR if request.POST.get("door") == OFFICE_DOOR.face else FIRM_DOOR
    after = safe_next(request, door=door)
    note_pretence(request)
    try:
        shown = certificate_of(request)
        if shown is None:
            raise Refused(
                "CERTIFICATE_NONE", "没有读到经网关验证的数字证书，请插好密钥后从安全网关进入。", status=400
            )
        account = holder(shown)
        if account is None:
            raise Refused(
                "CERTIFICATE_UNKNOWN",
                "这张数字证书还没有绑定账号：请先用其他方式登录，在“账号与会话”里绑定本证书。",
                status=403,
            )
        check_usable(account, kinds=door.kinds)
        begin(request, account=account, way=CERTIFICATE, address=address_of(request))
    except Refused as refused:
        return draw(request, door=door, after=after, refused=refused)
    return HttpResponseRedirect(after)
