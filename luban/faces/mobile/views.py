"""Handing in materials from a phone: the computer shows a code, the phone opens one slot, photographs go in.

Nobody signs in here: the token in the address is the right to this one slot, for a quarter of an hour. Pages show no
answers of the form and are never cached.
"""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from luban.kit.refusal import Refused
from luban.people.access import access
from luban.people.requests import ActorRequest
from luban.people.roles import PUBLIC
from luban.stages.fill import phone
from luban.stages.fill.views import FileView, PhoneSlot
from luban.ui.face import Face

MEGABYTE = 1024 * 1024
MEDIA = {"pdf": ".pdf", "jpg": ".jpg,.jpeg", "png": ".png", "heic": ".heic"}
PHOTOS = frozenset({"jpg", "png", "heic"})
CHECKS = {
    "pass": ("ok", "circle-check", "识别内容与表单一致"),
    "mismatch": ("warn", "alert-triangle", "识别内容与表单不一致，请在电脑上核对"),
    "unreadable": ("info", "info-circle", "未能自动识别，由工作人员核对"),
    "pending": ("info", "info-circle", "由工作人员核对"),
}


@dataclass(frozen=True)
class FileLine:
    """A file in the slot as the phone shows it."""

    name: str
    about: str
    icon: str
    kind: str
    mark: str
    words: str


@access(face="mobile", roles=PUBLIC, scope="open")
@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: ActorRequest, token: str) -> HttpResponse:
    """Show the slot; take a file for it."""
    request.face = Face(code="mobile", home_url="")  # type: ignore[attr-defined]
    try:
        return _take(request, token) if request.method == "POST" else _page(request, token)
    except Refused as refused:
        return _refusal(request, token, refused)


def _page(request: ActorRequest, token: str, message: str = "", status: int = 200) -> HttpResponse:
    slot = phone.opened(token=token)
    return render(
        request, "mobile/upload.html", {**_words(request, token, slot), "message": message}, status=status
    )


def _take(request: ActorRequest, token: str) -> HttpResponse:
    file = request.FILES.get("file") or request.FILES.get("photo")
    if file is None:
        raise Refused("NO_FILE", "没有收到文件，请重新选择后再传。", status=422)
    phone.hand_in(token=token, filename=file.name or "", data=file.read())
    if not _by_script(request):
        return HttpResponseRedirect(reverse("mobile:upload", args=[token]))
    return render(request, "mobile/slot.html", _words(request, token, phone.opened(token=token)))


def _refusal(request: ActorRequest, token: str, refused: Refused) -> HttpResponse:
    """What was wrong, in the slot where that is possible, otherwise on a page of its own."""
    if _by_script(request):
        return JsonResponse({"error": refused.code, "message": refused.message}, status=refused.status)
    if request.method == "POST":
        try:
            return _page(request, token, message=refused.message, status=refused.status)
        except Refused as closed:
            refused = closed
    return render(request, "mobile/closed.html", {"message": refused.message}, status=refused.status)


def _by_script(request: ActorRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _words(request: ActorRequest, token: str, slot: PhoneSlot) -> dict[str, object]:
    kinds = [kind for kind in slot.kinds if kind in MEDIA]
    return {
        "slot": slot,
        "here": reverse("mobile:upload", args=[token]),
        "accept": ",".join(MEDIA[kind] for kind in kinds),
        "takes_photos": bool(PHOTOS & set(kinds)),
        "kinds": "、".join(kind.upper() for kind in slot.kinds),
        "max_bytes": slot.max_mb * MEGABYTE,
        "lines": [_line(file) for file in slot.files],
        "full": len(slot.files) >= slot.max_count,
    }


def _line(file: FileView) -> FileLine:
    kind, mark, words = CHECKS.get(file.check, ("ok", "circle-check", "已收到"))
    size = f"{file.size / MEGABYTE:.1f} MB" if file.size >= MEGABYTE else f"{max(1, file.size // 1024)} KB"
    icon = "photo" if file.kind in PHOTOS else "file-type-pdf"
    about = f"{size} · {file.pages} 页" if file.kind == "pdf" else size
    return FileLine(file.filename, about, icon, kind, mark, file.note or words)
