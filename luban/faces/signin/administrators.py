"""管理员的动态口令: who has one, and giving a lost one back (who may whose: ``people.recovery``)."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from luban.kit.refusal import Refused
from luban.people.access import access
from luban.people.proof import proving, require_fresh_proof
from luban.people.recovery import administrators, reset_codes
from luban.people.requests import ActorRequest
from luban.people.trail import address_of

RESETTERS = frozenset({"sys_admin", "security_admin"})


@access(face="office", roles=RESETTERS, scope="open")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@proving
def page(request: ActorRequest) -> HttpResponse:
    """The list; a reset."""
    refused: Refused | None = None
    if request.method == "POST":
        require_fresh_proof(request)
        username = request.POST.get("account", "")
        try:
            reset_codes(
                username=username,
                by=request.actor,
                reason=request.POST.get("reason", "").strip(),
                ip=address_of(request),
            )
        except Refused as wrong:
            refused = wrong
        else:
            messages.success(request, f"已重置“{username}”的动态口令，请本人用密码登录后重新绑定。")
            return HttpResponseRedirect(reverse("signin:administrators"))
    words = {
        "lines": administrators(reader=request.actor),
        "refused": refused.message if refused else "",
    }
    status = 422 if refused else 200  # who may not, or no such person: the list is below the words
    return render(request, "signin/administrators.html", words, status=status)
