"""The addresses of the house: each face owns its part."""

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path

from luban.people.access import access
from luban.people.roles import PUBLIC


@access(face="public", roles=PUBLIC, scope="open")
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the web process and its database answer, for the launcher and load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"ok": True})


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("luban.faces.signin.urls")),
    path("", include("luban.faces.api.urls")),
    path("office/", include("luban.faces.office.urls")),
    path("m/", include("luban.faces.mobile.urls")),
    path("", include("luban.faces.portal.urls")),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
