"""The table of waste-chain §6.3 as far as it is ours: name, address, scope, what is done.

Subscriptions, events, notices and the dashboard are added by their own packages where the faces put the tables together.
"""

from __future__ import annotations

from collections.abc import Callable

from luban.stages.gateway import (
    administering,
    disposals,
    filings,
    finding,
    reads,
    receipts,
    revocations,
    verification,
)
from luban.stages.gateway.call import Answer, Call, Operation
from luban.stages.gateway.scopes import READS

_UF, _DF = ("write:utilisation",), ("write:disposal",)
_UR, _DECIDE = ("write:revocation",), ("approve:revocation",)
_HANDLE, _REPLY = ("handle:disposal",), ("reply:disposal", "handle:disposal")
_VERIFY, _ADMIN = ("verify",), ("admin",)
_Run = Callable[[Call], Answer]


def _write(name: str, path: str, scopes: tuple[str, ...], run: _Run, title: str) -> Operation:
    return Operation(name, "POST", path, scopes, run, writes=True, queues=True, title=title)


def _read(name: str, path: str, run: _Run, title: str, *query: str) -> Operation:
    return Operation(name, "GET", path, READS, run, title=title, query=query)


_FIND = ("filing_no", "case_no", "generator_uscc", "receiver_uscc", "dest_province", "status", "page", "size")

OPERATIONS: tuple[Operation, ...] = (
    _write("create_filing", "utilisation-filings", _UF, filings.create_filing, "备案申请表存证"),
    _write(
        "append_filing_version",
        "utilisation-filings/{key}/versions",
        _UF,
        filings.append_filing,
        "备案申请表新版本",
    ),
    _write("decide_filing", "utilisation-filings/{key}/decision", _UF, filings.decide_filing, "备案决定"),
    _write("withdraw_filing", "utilisation-filings/{key}/withdraw", _UF, filings.withdraw_filing, "撤回备案"),
    _read(
        "get_filing",
        "utilisation-filings/{key}",
        reads.get_filing,
        "按主键（及备案号）查询备案",
        "version",
        "filing_no",
    ),
    _read("find_filings", "utilisation-filings", finding.find_filings, "查询备案", *_FIND),
    Operation(
        "verify_filing",
        "POST",
        "utilisation-filings/{key}/verify",
        _VERIFY,
        verification.verify_filing,
        title="核验备案",
    ),
    _write("propose_revocation", "utilisation-revocations", _UR, revocations.propose, "提出备案撤销"),
    _write(
        "approve_revocation",
        "utilisation-revocations/{key}/approve",
        _DECIDE,
        revocations.approve,
        "同意撤销",
    ),
    _write(
        "reject_revocation",
        "utilisation-revocations/{key}/reject",
        _DECIDE,
        revocations.reject,
        "不同意撤销",
    ),
    _write(
        "withdraw_revocation",
        "utilisation-revocations/{key}/withdraw",
        _UR,
        revocations.withdraw,
        "撤回撤销申请",
    ),
    _read(
        "get_revocation", "utilisation-revocations/{key}", reads.get_revocation, "查询撤销记录", "filing_no"
    ),
    _read(
        "find_revocations",
        "utilisation-revocations",
        reads.find_revocations,
        "按备案号查询撤销记录",
        "filing_no",
    ),
    Operation(
        "verify_revocation",
        "POST",
        "utilisation-revocations/{key}/verify",
        _VERIFY,
        verification.verify_revocation,
        title="核验撤销记录",
    ),
    _write("create_form", "disposal-forms", _DF, filings.create_form, "贮存、处置申请表存证"),
    _write(
        "update_form", "disposal-forms/{key}/versions", _DF, filings.update_form, "贮存、处置申请表新版本"
    ),
    _read("get_form", "disposal-forms/{key}", reads.get_form, "查询申请表", "version"),
    _read("get_form_history", "disposal-forms/{key}/history", reads.get_history, "申请表各版本"),
    Operation(
        "verify_form",
        "POST",
        "disposal-forms/{key}/verify",
        _VERIFY,
        verification.verify_form,
        title="核验申请表",
    ),
    _write("create_case", "disposal-cases", _DF, disposals.create_case, "贮存、处置业务上链"),
    _write("update_case", "disposal-cases/{key}/versions", _DF, disposals.update_case, "补正后重新提交"),
    _write(
        "transition_case",
        "disposal-cases/{key}/transitions",
        _HANDLE,
        disposals.transition,
        "办理",
    ),
    _write("reply_case", "disposal-cases/{key}/reply", _REPLY, disposals.reply, "接收地复函"),
    _read("get_case", "disposal-cases/{key}", reads.get_case, "查询业务状态"),
    _read(
        "get_case_entries", "disposal-cases/{key}/entries", reads.get_entries, "业务链条", "from_seq", "count"
    ),
    Operation(
        "verify_case",
        "POST",
        "disposal-cases/{key}/verify",
        _VERIFY,
        verification.verify_case,
        title="核验业务链条",
    ),
    Operation("get_receipt", "GET", "receipts/{request_id}", (), receipts.get_receipt, title="上链回执"),
    _read(
        "get_attachment",
        "attachments/{key}/{code}/{seq}",
        reads.get_attachment,
        "下载附件（网关保存的）",
    ),
    Operation("create_app", "POST", "apps", _ADMIN, administering.create_app, writes=True, title="发放应用"),
    Operation(
        "rotate_secret",
        "POST",
        "apps/{app}/secret:rotate",
        _ADMIN,
        administering.rotate_secret,
        writes=True,
        title="轮换密钥",
    ),
    Operation(
        "change_app", "PUT", "apps/{app}", _ADMIN, administering.change_app, writes=True, title="修改应用"
    ),
    Operation(
        "create_grant", "POST", "grants", _ADMIN, administering.create_grant, writes=True, title="授权取数"
    ),
    Operation(
        "withdraw_grant",
        "DELETE",
        "grants/{id}",
        _ADMIN,
        administering.withdraw_grant,
        writes=True,
        title="收回授权",
    ),
    Operation(
        "enter_organisation",
        "POST",
        "orgs",
        _ADMIN,
        administering.enter_organisation,
        writes=True,
        title="组织上链登记",
    ),
)
