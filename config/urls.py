"""The addresses of the house: each face owns its part."""

from django.urls import URLPattern, URLResolver, include, path

from config import probes

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics_page, name="metrics"),
    path("", include("luban.faces.signin.urls")),
    path("", include("luban.faces.api.urls")),
    path("office/", include("luban.faces.office.urls")),
    path("screen/", include("luban.faces.screen.urls")),
    path("m/", include("luban.faces.mobile.urls")),
    path("", include("luban.faces.portal.urls")),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
