"""Addresses of the public face; the QR codes on our papers point at the first."""

from django.urls import path

from luban.faces.api import views

app_name = "api"

urlpatterns = [
    path("v/", views.ask, name="ask"),
    path("v/<str:token>", views.verify, name="verify"),
    path("v/<str:token>/", views.verify),
]
