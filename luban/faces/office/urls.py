"""Addresses of the officials' face; mounted at ``office/``."""

from django.urls import path

from luban.faces.office import (
    audit,
    audit_person,
    batch,
    batches,
    books,
    case,
    case_files,
    deliveries,
    drafting,
    exports,
    figures,
    licences,
    policy,
    policy_cases,
    policy_rows,
    settings,
    worklist,
)
from luban.faces.office.filling import FILLING

app_name = "office"

_CASE = "cases/<str:number>/"
_FILE = f"{_CASE}files/<str:sm3>/"
_REGISTER = "registers/<slug:code>/"
_TRIAL = "policy/<uuid:trial_id>/"

urlpatterns = [
    path("", worklist.home, name="home"),
    path("cases/", worklist.cases, name="cases"),
    path("batch/", batch.batch, name="batch"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<str:number>/", batches.batch, name="batch_kept"),
    path("batches/<str:number>/retry/", batches.again, name="batch_retry"),
    path("batches/<str:number>/export.xlsx", batches.export, name="batch_export"),
    path(_CASE, case.case, name="case"),
    path(f"{_CASE}act/", case.act, name="act"),
    path(f"{_CASE}correct/", drafting.correct, name="correct"),
    path(f"{_CASE}dossier/", case.dossier, name="dossier"),
    path(f"{_CASE}sent/", case.sent, name="sent"),
    path(f"{_CASE}unmask/", case.unmask, name="unmask"),
    path(f"{_CASE}papers/<uuid:paper_id>/", case.paper, name="paper"),
    path(_FILE, case_files.look, name="file"),
    path(f"{_FILE}pages/<int:page>.png", case_files.page_picture, name="file_page"),
    path(f"{_FILE}fetch/", case_files.fetch, name="file_fetch"),
    path("drafts/", drafting.drafts, name="drafts"),
    path("drafts/<str:draft_id>/discard/", drafting.discard, name="discard"),
    path("begin/<slug:code>/", drafting.begin, name="begin"),
    *FILLING,
    path("registers/", books.registers, name="registers"),
    path("registers/waiting/", books.waiting, name="register_waiting"),
    path("registers/waiting/settle/", books.settle, name="register_settle"),
    path(_REGISTER, books.register, name="register"),
    path(f"{_REGISTER}row/", books.row, name="register_row"),
    path(f"{_REGISTER}edit/", books.edit, name="register_edit"),
    path(f"{_REGISTER}remove/", books.remove, name="register_remove"),
    path(f"{_REGISTER}import/", books.import_sheet, name="register_import"),
    path(f"{_REGISTER}export.xlsx", books.export, name="register_export"),
    path("policy/", policy.trials, name="policy"),
    path(_TRIAL, policy.trial, name="policy_trial"),
    path(f"{_TRIAL}start/", policy.start, name="policy_start"),
    path(f"{_TRIAL}cancel/", policy.cancel, name="policy_cancel"),
    path(f"{_TRIAL}copy/", policy.copy, name="policy_copy"),
    path(f"{_TRIAL}discard/", policy.discard, name="policy_discard"),
    path(f"{_TRIAL}propose/", policy.propose, name="policy_propose"),
    path(f"{_TRIAL}rows/<slug:code>/", policy_rows.rows, name="policy_rows"),
    path(f"{_TRIAL}rows/<slug:code>/edit/", policy_rows.row, name="policy_row"),
    path(f"{_TRIAL}cases/", policy_cases.cases, name="policy_cases"),
    path(f"{_TRIAL}export.xlsx", policy_cases.export, name="policy_export"),
    path("licences/", licences.licences, name="licences"),
    path("licences/<str:token>/", licences.licence, name="licence"),
    path("figures/", figures.figures, name="figures"),
    path("export.xlsx", exports.export, name="export"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<uuid:run_id>/", exports.fetch, name="export_file"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:effect_id>/", deliveries.settle, name="delivery"),
    path("audit/", audit.audit_trail, name="audit"),
    path("audit/export.csv", audit.audit_export, name="audit_export"),
    path("audit/person/", audit_person.person, name="audit_person"),
    path("settings/", settings.settings, name="settings"),
    path("views/new/", settings.view_new, name="view_new"),
    path("views/delete/", settings.view_delete, name="view_delete"),
]
