"""What each address with something in it names, and what must be sent to it: the part of the matrix no decorator knows.

An address matches the longest beginning of this table. `data` says whose it is, which decides who may open it beside
the roles declared on the view; an address that carries a value and is not here fails the matrix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from luban.people.access import Route
from luban.people.organisations import CITY
from tests.matrix.accounts import ITEM, Visitor
from tests.matrix.world import CHAIN_APP, GRANT, NOTICE, RESTORATION, REVOCATION, SUBSCRIPTION, World, pdf

NOBODYS = "nobody's"
"""A page that shows nothing of one firm or bureau: whoever holds a declared role may open it."""
BATCH = "office/batch/"
"""The one page that names cases in what is posted."""


@dataclass(frozen=True)
class Page:
    """Whose data an address names, the values it carries, and what a well-formed request sends; `public` when
    what it shows is for everybody to see."""

    data: str = NOBODYS
    values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    posted: Mapping[str, Any] = field(default_factory=dict)
    public: bool = False


def table(world: World) -> dict[str, Page]:
    """Beginning of an address → what it names."""
    w = world
    case = {"number": w.number, "paper_id": w.paper, "sm3": w.sm3, "page": "1"}
    upload = _upload()
    draft = {"draft_id": w.draft, "file_id": w.file, "code": w.material, "page": "1"}
    return {
        "signin/oidc/": Page("no_one", {"code": "city"}, posted={"logout_token": "a.b.c"}),
        "v/": Page(values={"token": w.token}, public=True),
        "inbox/": Page(values={"link": "mee_hazwaste", "name": "reply"}),
        "chain-gw/v1/": Page(values={"rest": "utilisation-filings"}),
        "m/up/": Page(values={"token": w.phone}),
        "items/": Page(values={"code": ITEM}),
        "items/<slug:code>/again/": Page("firm_begins", {"code": ITEM}),
        "cases/": Page("case", case),
        "cases/<str:number>/correct/": Page("firm_correction", case),
        "cases/<str:number>/act/": Page("case", case, posted={"action": "withdraw", "request_id": "matrix"}),
        "licences/": Page("case", {"token": w.token}, posted={"item": REVOCATION}),
        "drafts/": Page("firm_drafts", draft),
        "fill/": Page("firm_drafts", draft, posted={"_op": "add", "_path": "waste.wastes"}),
        "fill/<slug:draft_id>/materials/": Page("firm_drafts", draft, posted=upload),
        "fill/books/": Page(values={"code": "waste"}),
        "fill/<slug:draft_id>/sign/online/": Page("firm_seal", draft),
        **office_table(world),
    }


def office_table(world: World) -> dict[str, Page]:
    """The same for the addresses of the office."""
    w = world
    case = {"number": w.number, "paper_id": w.paper, "sm3": w.sm3, "page": "1"}
    upload = _upload()
    office_draft = {"draft_id": w.office_draft, "file_id": w.office_file, "code": "E01"}
    register = Page(values={"code": w.register}, query={"key": w.register_key})
    acted = {"action": "accept", "request_id": "matrix", "seq": str(w.seq)}
    return {
        "office/cases/": Page("case", case),
        "office/cases/<str:number>/unmask/": Page("case", case, posted={"reason": "电话核对"}),
        "office/cases/<str:number>/act/": Page("desk", case, posted=acted),
        "office/cases/<str:number>/correct/": Page("no_one", case),
        BATCH: Page("batch", posted={"case": [w.number], "action": "accept"}),
        "office/batches/": Page("case", {"number": w.batch}),
        "office/batches/<str:number>/retry/": Page(
            "desk", {"number": w.batch}, posted={"line": w.batch_line}
        ),
        "office/licences/": Page("case", {"token": w.token}),
        "office/drafts/": Page("office_drafts", office_draft),
        "office/begin/": Page("issuer", {"code": REVOCATION}, posted={"licence": w.token}),
        "office/fill/": Page("office_drafts", office_draft),
        "office/fill/<slug:draft_id>/materials/": Page("office_drafts", office_draft, posted=upload),
        "office/fill/books/": Page(values={"code": "waste"}),
        "office/registers/": register,
        "office/policy/": Page(
            "city_register",
            {"trial_id": w.trial, "code": "parameters"},
            query={"key": w.trial_key},
            posted={"reason": "试算后的调整"},
        ),
        "office/chain/apps/": Page(
            values={"key": CHAIN_APP, "number": str(GRANT)},
            query={"record": "UF"},
            posted={"reason": "不再需要"},
        ),
        "office/people/account/": Page(
            values={"username": "pudong_reviewer2"},
            query={"way": "disable"},
            posted={"role": ["district_window"], "reason": "岗位调整"},
        ),
        "office/exports/": Page("no_one", {"run_id": w.run}),
        "office/chain/": Page(
            "case", {"key": w.record_key}, posted={"choice": "handled", "reason": "已与业务部门核对"}
        ),
        "office/chain/<slug:key>/restore/": Page(
            "case",
            {"key": w.record_key},
            posted={"version": "1", "restoration": str(RESTORATION), "act": "reject", "reason": "先查清"},
        ),
        "office/chain/subscriptions/": Page(
            values={"subscription_id": SUBSCRIPTION, "notice_id": str(NOTICE)},
            posted={"act": "pause", "reason": "对方系统检修"},
        ),
        "office/deliveries/": Page(
            "case", {"effect_id": str(w.effect)}, posted={"act": "resend", "reason": "对方已恢复"}
        ),
    }


def _upload() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("示例.pdf", pdf(), "application/pdf")}


def page_of(route: Route, world: World) -> Page:
    """The row of the table for an address. Raises LookupError for one that carries a value and has no row."""
    rows = table(world)
    if route.path == BATCH:
        return rows[BATCH]
    if "<" not in route.path:
        return Page()
    fitting = [start for start in rows if route.path.startswith(start)]
    if not fitting:
        raise LookupError(f"{route.path} carries a value: say in tests/matrix/pages.py what it names")
    return rows[max(fitting, key=len)]


def address_of(route: Route, page: Page, other: Mapping[str, str] | None = None) -> str:
    """The address with its values put in. Raises LookupError for a value the table does not give."""

    def value(found: re.Match[str]) -> str:
        try:
            return {**page.values, **(other or {})}[found[1]]
        except KeyError:
            raise LookupError(f"{route.path}: no value for {found[1]} in tests/matrix/pages.py") from None

    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", value, route.path)


def refusals(visitor: Visitor, data: str) -> frozenset[int]:
    """How the visitor is refused: a firm must not learn that anything is there, unless it is refused a right of its own;
    of a batch others' cases are left out, and then nothing is left."""
    own_right = data == "firm_begins" or (data == "firm_seal" and visitor.mine)
    if visitor.is_firm and not own_right:
        return frozenset({404})
    return frozenset({403, 409}) if data == "batch" else frozenset({403})


def may_touch(visitor: Visitor, data: str) -> bool:
    """Whether the data is the visitor's to see or to act on, its role let in."""
    pudong = visitor.organisation == "310115"
    match data:
        case "nobody's":
            return True
        case "case" | "firm_drafts" | "firm_correction":
            return visitor.mine
        case "firm_seal":
            return visitor.mine and visitor.role == "applicant"
        case "firm_begins":
            return visitor.role == "applicant" or ITEM in visitor.items
        case "desk" | "batch" | "office_drafts" | "issuer":
            return pudong and visitor.role == "district_reviewer"
        case "city_register":
            return visitor.organisation == CITY and visitor.role == "register_admin"
        case "no_one":
            return False
    raise LookupError(f"unknown kind of data {data!r}")
