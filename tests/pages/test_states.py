"""Pages in the states that matter most: something to correct, findings, a desk, a licence at its end, nothing at all,
a refusal, large type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from luban.cases import house
from luban.cases.models import Case
from luban.people import pace
from luban.registers.licences.models import Licence
from tests.browsing import tick
from tests.faults.applications import REVIEWER
from tests.matrix.accounts import ITEM, VISITORS
from tests.matrix.world import World
from tests.pages.looking import Eyes
from tests.rows import rewrite

pytestmark = [pytest.mark.full, pytest.mark.browser]
POINTS = {
    "items": [
        {"path": "end_use.product_usage", "problem": "产品用途写得太笼统，请写明具体用在什么制品上。"},
        {"path": "materials.M02", "problem": "合同缺第 3 页，请重新扫描上传。", "basis": "合同应当完整"},
    ],
    "note": "请在期限内一次改好。",
}


@dataclass(frozen=True)
class State:
    """A page in a state: who opens which address, what happened before, what is clicked on it."""

    name: str
    who: str
    address: str
    status: int = 200
    large: bool = False
    before: Callable[[World], Any] | None = None
    then: Callable[[Page], Any] | None = None


def returned(world: World) -> None:
    case = Case.objects.get(number=world.number)
    house.take(case_id=str(case.pk), action="correct", by=REVIEWER, data=POINTS, request_id="page-correct")


def accepted(world: World) -> None:
    case = Case.objects.get(number=world.number)
    house.take(case_id=str(case.pk), action="accept", by=REVIEWER, data={}, request_id="page-accept")


def ending(world: World) -> None:
    rewrite(Licence.objects.filter(token=world.token), valid_to=date(2026, 3, 20))


def revoked(world: World) -> None:
    rewrite(
        Licence.objects.filter(token=world.token),
        status="revoked",
        status_on=date(2026, 3, 2),
        status_reason="实际转移与备案不符",
        changed_by="示例撤〔2026〕1号",
    )


def asking_too_much(world: World) -> None:
    verify = pace.pace_of("verify")
    while not pace.wait_for(pace=verify, who="127.0.0.1"):
        pass


def choose_correction(page: Page) -> None:
    tick(page.get_by_role("radio", name="补正"))
    page.get_by_role("button", name="要求补正").first.click()


STATES = (
    State("home-correcting", "suxin", "/", before=returned),
    State("home-ending", "suxin", "/", before=ending),
    State("home-large", "suxin", "/", large=True, before=returned),
    State("home-nothing", "redian", "/"),
    State("cases-nothing", "redian", "/cases/"),
    State("cases-none-fits", "suxin", "/cases/?q=没有这样的办件"),
    State("drafts-nothing", "redian", "/drafts/"),
    State("licences-nothing", "redian", "/licences/"),
    State("messages-nothing", "redian", "/messages/"),
    State("hall-nothing", "", "/items/?q=qqqq"),
    State("item-firm", "suxin", f"/items/{ITEM}/"),
    State("item-large", "", f"/items/{ITEM}/", large=True),
    State("case-correcting", "suxin", "/cases/{number}/", before=returned),
    State("case-granted", "suxin", "/cases/{granted}/"),
    State("form-findings", "suxin", "/fill/{draft}/?check=1"),
    State("form-large", "suxin", "/fill/{draft}/", large=True),
    State("desk", "pudong_reviewer", "/office/"),
    State("desk-nothing", "baoshan_reviewer", "/office/"),
    State("desk-large", "pudong_reviewer", "/office/", large=True),
    State("desk-none-fits", "pudong_reviewer", "/office/cases/?q=没有这样的办件"),
    State("office-case-desk", "pudong_reviewer", "/office/cases/{number}/"),
    State("office-case-correction", "pudong_reviewer", "/office/cases/{number}/", then=choose_correction),
    State("office-case-review", "pudong_reviewer", "/office/cases/{number}/", before=accepted),
    State("office-case-granted", "pudong_leader", "/office/cases/{granted}/"),
    State("office-figures", "city_leader", "/office/figures/"),
    State("office-sent", "pudong_reviewer", "/office/cases/{number}/#sent"),
    State("verify-revoked", "", "/v/{token}/", before=revoked),
    State("verify-unknown", "", "/v/ZzZzZzZzZzZzZzZzZzZzZz/", status=404),
    State("verify-large", "", "/v/{token}/", large=True),
    State("refused-403", "baoshan_reviewer", "/office/cases/{number}/", status=403),
    State("refused-429", "", "/v/{token}/", status=429, before=asking_too_much),
    State("refused-404", "suxin", "/cases/NO-SUCH-CASE/", status=404),
)


@pytest.mark.parametrize("state", [pytest.param(s, id=s.name) for s in STATES])
def test_a_state_is_fit_to_be_seen(state: State, world: World, eyes: Eyes) -> None:
    if state.before:
        state.before(world)
    visitor = next(v for v in VISITORS if v.username == state.who)
    address = state.address.format_map(vars(world))
    with eyes.at(address, visitor=visitor, status=state.status, large=state.large) as page:
        if state.then:
            state.then(page)
        wrong = eyes.findings(page, f"state-{state.name}")
    assert not wrong, "\n".join(wrong)
