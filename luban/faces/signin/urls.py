"""Addresses of signing in and out; included at the root, before ``office/``."""

from django.urls import path

from luban.faces.signin import account, administrators, platform_views, second_views, views

app_name = "signin"

urlpatterns = [
    path("signin/", views.firm, name="firm"),
    path("office/signin/", views.office, name="office"),
    path("office/signin/second/", second_views.second, name="second"),
    path("signin/certificate/", second_views.certificate, name="certificate"),
    path("signin/oidc/<slug:code>/", platform_views.go, name="oidc"),
    path("signin/oidc/<slug:code>/back/", platform_views.back, name="oidc_back"),
    path("signin/oidc/<slug:code>/ended/", platform_views.ended, name="oidc_ended"),
    path("signin/done/", views.done, name="done"),
    path("signin/role/", views.role, name="role"),
    path("signout/", views.leave, name="signout"),
    path("account/", account.account, name="account"),
    path("account/leave-all/", account.leave_all, name="leave_all"),
    path("account/certificate/", account.bind, name="bind"),
    path("account/password/", account.password, name="password"),
    path("office/administrators/", administrators.page, name="administrators"),
]
