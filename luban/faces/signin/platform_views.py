"""To an identity platform and back; and what the platform itself tells the house: that somebody has signed out there."""

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from luban.faces.signin.doors import DONE, door_of, draw, own_address, platform_or_404, safe_next
from luban.kit.refusal import Refused
from luban.people.access import access
from luban.people.identity.flow import PROOF, SIGN_IN, arrive, start
from luban.people.identity.leaving import told_to_end
from luban.people.identity.tokens import TokenRefused
from luban.people.requests import ActorRequest
from luban.people.roles import PUBLIC


@access(face="public", roles=PUBLIC, scope="open")
@never_cache
@require_GET
def go(request: ActorRequest, code: str) -> HttpResponse:
    """Send the visitor to the platform, to sign in or (``purpose=proof``) to prove anew who it is."""
    of = platform_or_404(code)
    door = door_of(of)
    proof = request.GET.get("purpose") == PROOF and request.actor.signed_in
    after = DONE if proof else safe_next(request, door=door)
    back = own_address(request, reverse("signin:oidc_back", args=[of.code]))
    try:
        there = start(request, of=of, back=back, after=after, purpose=PROOF if proof else SIGN_IN)
    except Refused as refused:
        return draw(request, door=door, after=after, refused=refused)
    return HttpResponseRedirect(there)


@access(face="public", roles=PUBLIC, scope="open")
@never_cache
@require_GET
def back(request: ActorRequest, code: str) -> HttpResponse:
    """The visitor comes back with what the platform gave."""
    of = platform_or_404(code)
    try:
        arrived = arrive(request, of=of)
    except Refused as refused:
        door = door_of(of)
        return draw(request, door=door, after=door.home, refused=refused)
    return HttpResponseRedirect(arrived.after)


@csrf_exempt
@access(face="public", roles=PUBLIC, scope="open")
@never_cache
@require_POST
def ended(request: ActorRequest, code: str) -> HttpResponse:
    """The platform says that somebody has signed out there (OpenID Connect Back-Channel Logout)."""
    of = platform_or_404(code)
    try:
        told_to_end(request, of=of, token=request.POST.get("logout_token", ""))
    except TokenRefused as refused:
        said = {"error": "invalid_request", "message": f"退出通知未通过验证（{refused.why}）。"}
        return JsonResponse(said, status=400)
    except Refused as refused:
        return JsonResponse({"error": "unavailable", "message": refused.message}, status=refused.status)
    return HttpResponse(status=200)
