"""Addresses opened on a phone; mounted at ``m/``."""

from django.urls import path

from luban.faces.mobile import views

app_name = "mobile"

urlpatterns = [
    path("up/<str:token>/", views.upload, name="upload"),
]
