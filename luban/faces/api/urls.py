"""Addresses of the public face; the QR codes on our papers point at the first, partners' messages come in at the last."""

from django.urls import path

from luban.faces.api import inbox, views

app_name = "api"

urlpatterns = [
    path("v/", views.ask, name="ask"),
    path("v/<str:token>", views.verify, name="verify"),
    path("v/<str:token>/", views.verify),
    path("inbox/<slug:link>/<slug:name>/", inbox.push, name="inbox"),
]
