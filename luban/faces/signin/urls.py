"""Addresses of signing in and out; included at the root, before ``office/``."""

from django.urls import path

from luban.faces.signin import views

app_name = "signin"

urlpatterns = [
    path("signin/", views.firm, name="firm"),
    path("office/signin/", views.office, name="office"),
    path("signin/done/", views.done, name="done"),
    path("signin/role/", views.role, name="role"),
    path("signout/", views.leave, name="signout"),
]
