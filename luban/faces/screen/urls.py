"""Addresses of the big screen; mounted at ``screen/``."""

from django.urls import path

from luban.faces.screen import views

app_name = "screen"

urlpatterns = [
    path("", views.screen, name="screen"),
    path("body/", views.body, name="body"),
]
