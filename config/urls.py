"""The addresses of the house: each face owns its part."""

from importlib.util import find_spec

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path


def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the web process and its database answer, for the launcher and load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"ok": True})


def _face(prefix: str, package: str) -> list[URLPattern | URLResolver]:
    """The addresses of one face, nothing while the face is not there."""
    present = find_spec("luban.faces") and find_spec(package) and find_spec(f"{package}.urls")
    return [path(prefix, include(f"{package}.urls"))] if present else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    *_face("", "luban.faces.signin"),
    *_face("", "luban.faces.api"),
    *_face("office/", "luban.faces.office"),
    *_face("m/", "luban.faces.mobile"),
    *_face("screen/", "luban.faces.screen"),
    *_face("", "luban.faces.portal"),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
