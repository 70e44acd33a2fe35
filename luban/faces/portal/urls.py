"""Addresses of the firms' face; mounted at the root."""

from django.urls import path

from luban.faces.portal import case, cases, catalogue, drafting, home, items, licences, news
from luban.faces.portal.filling import FILLING

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("items/", catalogue.catalogue, name="catalogue"),
    path("items/<slug:code>/", items.item_page, name="item"),
    path("items/<slug:code>/notice/", items.read_notice, name="read_notice"),
    path("items/<slug:code>/answer/", items.answer, name="answer"),
    path("items/<slug:code>/start/", items.start, name="start"),
    path("items/<slug:code>/again/", items.again, name="again"),
    path("drafts/", drafting.drafts, name="drafts"),
    path("drafts/<str:draft_id>/discard/", drafting.discard, name="discard"),
    path("cases/", cases.cases, name="cases"),
    path("cases/export.xlsx", cases.export, name="cases_export"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/correct/", case.correct, name="correct"),
    path("cases/<str:number>/act/", case.act, name="act"),
    path("cases/<str:number>/papers/<uuid:paper_id>/", case.paper, name="paper"),
    path("cases/<str:number>/files/<str:sm3>/", case.file, name="file"),
    path("licences/", licences.licences, name="licences"),
    path("licences/<str:token>/", licences.licence, name="licence"),
    path("licences/<str:token>/file/", licences.licence_file, name="licence_file"),
    path("licences/<str:token>/propose/", case.propose, name="propose"),
    path("messages/", news.news, name="news"),
    *FILLING,
]
