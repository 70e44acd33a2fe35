"""账号与会话: when and from where one is signed in, what the account did lately at the doors, and leaving everywhere."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luban.faces.signin.account_parts import words_of
from luban.faces.signin.views import left
from luban.kit.refusal import Refused
from luban.people import passwords
from luban.people.access import access
from luban.people.gateway import ISSUER, certificate_of
from luban.people.identity.binding import link
from luban.people.models import Account
from luban.people.proof import proving, require_fresh_proof
from luban.people.requests import ActorRequest
from luban.people.roles import OPERATOR_ROLES, PUBLIC, ROLES
from luban.people.session_rules import end_everywhere
from luban.people.trail import address_of, audit

EVERYBODY = frozenset(ROLES) - PUBLIC


@access(face="public", roles=EVERYBODY, scope="open")
@never_cache
@require_GET
def account(request: ActorRequest) -> HttpResponse:
    """The page."""
    return render(request, "signin/account.html", words_of(request))


@access(face="public", roles=EVERYBODY, scope="open")
@never_cache
@require_POST
def leave_all(request: ActorRequest) -> HttpResponse:
    """Leave here and everywhere else."""
    end_everywhere(account=_own(request))
    audit(actor=request.actor, action="signout.everywhere", ip=address_of(request))
    return left(request)


@access(face="public", roles=EVERYBODY, scope="open")
@never_cache
@require_POST
@proving
def bind(request: ActorRequest) -> HttpResponse:
    """Tie the certificate of this very connection to the account."""
    shown = certificate_of(request)
    if shown is None:
        messages.error(request, "没有读到经网关验证的数字证书，没有绑定。请插好密钥后从安全网关进入。")
        return HttpResponseRedirect(reverse("signin:account"))
    require_fresh_proof(request)
    try:
        with transaction.atomic():
            link(
                issuer=ISSUER,
                subject=shown.key,
                account=_own(request),
                address=address_of(request),
                by=request.actor,
            )
    except IntegrityError:
        messages.error(request, "这张证书或这个账号已有绑定，没有改动。如需更换请联系系统管理员。")
    else:
        messages.success(request, f"已绑定数字证书（序列号 {shown.serial}），以后可以用它登录。")
    return HttpResponseRedirect(reverse("signin:account"))


@access(face="office", roles=OPERATOR_ROLES, scope="open")
@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@proving
def password(request: ActorRequest) -> HttpResponse:
    """An administrator changes the password; other sessions end by it."""
    refused: Refused | None = None
    if request.method == "POST":
        require_fresh_proof(request)
        holder = _own(request)
        try:
            passwords.change(
                account=holder, new=request.POST.get("new", ""), again=request.POST.get("again", "")
            )
        except Refused as wrong:
            refused = wrong
        else:
            audit(
                actor=request.actor,
                action="password.change",
                target=f"account:{holder.username}",
                ip=address_of(request),
            )
            messages.success(request, "密码已修改，请用新密码重新登录。")
            return left(request)
    words = {"refused": refused.message if refused else "", "rule": passwords.Classes().get_help_text()}
    return render(request, "signin/password.html", words, status=refused.status if refused else 200)


def _own(request: ActorRequest) -> Account:
    """The account signed in."""
    found = request.user
    assert isinstance(found, Account)  # noqa: S101  the declaration lets nobody else in
    return found
