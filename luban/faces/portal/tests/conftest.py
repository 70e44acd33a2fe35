"""A house with the items in it, two firms signed in, officials, and the written cases to file."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import django
import pytest

django.setup()  # this file is read before pytest-django gets to it

from django.test import Client  # noqa: E402

from config.discovery import discover  # noqa: E402
from luban.cases import house  # noqa: E402
from luban.cases.models import Case  # noqa: E402
from luban.kit import registry  # noqa: E402
from luban.kit.clock import ZONE, Clock, clock  # noqa: E402
from luban.kit.item import Item  # noqa: E402
from luban.links.data_hub import client as data_hub  # noqa: E402
from luban.links.outcomes import Unavailable  # noqa: E402
from luban.links.permits_national import client as permits_national  # noqa: E402
from luban.people import demo  # noqa: E402
from luban.people.actor import Actor  # noqa: E402
from luban.people.models import Account  # noqa: E402
from luban.people.signing import SEEN_KEY  # noqa: E402
from luban.registers.licences import shelf  # noqa: E402
from luban.registers.licences.parts import LicenceFact  # noqa: E402
from luban.stages.trial.book import CaseEntry, read_cases  # noqa: E402
from luban.stages.trial.house import context_for  # noqa: E402
from luban.stages.trial.play import play  # noqa: E402
from luban.stages.trial.registers import in_memory  # noqa: E402

FIRM, OTHER = "suxin", "redian"
FIRM_USCC = "91310115MA1TL1A06J"
CASES = Path(house.__file__).parents[1] / "items" / "solid_waste_utilisation" / "tests" / "cases.yaml"
REVIEWER = Actor("pudong_reviewer", "示例浦东审查甲", "district_reviewer", "310115", "", "310115")
VERDICTS = ("source_verdict", "process_verdict", "end_verdict")
TOKEN = "AbCdEfGhIjKlMnOpQrStUv"
LEADER = Actor("pudong_leader", "示例浦东负责人", "district_leader", "310115", "", "310115")


@pytest.fixture(scope="session", autouse=True)
def _items_stand() -> None:
    discover()


@pytest.fixture(autouse=True)
def now() -> Iterator[Clock]:
    house.forget()
    with clock.at("2026-03-02T10:00") as held:
        yield held
    house.forget()


@pytest.fixture(autouse=True)
def partners_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """No partner answers; what they would fill in stays blank."""

    def out(**_: Any) -> Any:
        raise Unavailable("无法连接对方系统。")

    monkeypatch.setattr(data_hub, "legal_person", out)
    monkeypatch.setattr(permits_national, "discharge_permit", out)


@pytest.fixture
def item() -> Item:
    return registry.get("solid_waste_utilisation")


@pytest.fixture
def accounts(db: None) -> None:
    demo.load()


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=name))
    session = client.session
    session[SEEN_KEY] = clock.now().timestamp()
    session.save()
    return client


@pytest.fixture
def firm(accounts: None) -> Client:
    return signed_in(FIRM)


@pytest.fixture
def other_firm(accounts: None) -> Client:
    return signed_in(OTHER)


@pytest.fixture
def official(accounts: None) -> Client:
    return signed_in("pudong_reviewer")


@pytest.fixture(scope="session")
def written() -> CaseEntry:
    """A complete filing of FIRM by road."""
    return read_cases(CASES)[0]


@pytest.fixture
def example(item: Item, monkeypatch: pytest.MonkeyPatch) -> Iterator[CaseEntry]:
    """The item's first written case, told of this firm; registers answer what it says they know."""
    text = (item.folder / "tests" / "cases.yaml").read_text("utf-8")
    entry = read_cases(text.replace(read_cases(text)[0].applicant.uscc, FIRM_USCC))[0]
    if entry.facts:
        known = context_for(item=item, entry=entry, registers=in_memory(item=item, entry=entry)).providers
        providers, commands = house.offers()
        monkeypatch.setattr(house, "offers", lambda: ({**providers, **known}, commands))
        house.forget()
    yield entry
    house.forget()


@pytest.fixture
def today(example: CaseEntry) -> Iterator[None]:
    """The day of the item's example."""
    with clock.at(datetime.combine(example.today, time(10), ZONE)):
        yield


@pytest.fixture
def filed(item: Item, written: CaseEntry, accounts: None) -> Callable[[], Case]:
    """File the written case (nothing decided yet)."""

    def file() -> Case:
        entry = written.model_copy(update={"timeline": [], "form": copy.deepcopy(written.form)})
        return Case.objects.get(pk=play(item=item, entry=entry).case_id)

    return file


@pytest.fixture
def acted() -> Callable[..., Case]:
    """Take an act of an official; the case as it stands afterwards."""

    def take(case: Case, action: str, by: Actor = REVIEWER, **data: Any) -> Case:
        request_id = f"{action}-{case.seq}"
        house.take(case_id=str(case.pk), action=action, by=by, data=data, request_id=request_id)
        return Case.objects.get(pk=case.pk)

    return take


@pytest.fixture
def granted(filed: Callable[[], Case], acted: Callable[..., Case]) -> Callable[[], Case]:
    """A case that went well, its licence in force since 16 March, without the workers."""

    def grant() -> Case:
        case = acted(filed(), "accept")
        case = acted(case, "submit_review", **dict.fromkeys(VERDICTS, "pass"))
        case = acted(case, "confirm", LEADER)
        case = acted(case, "issue", Actor.system())
        shelf.issue(licence=licence_of(case), at=clock.now())
        return case

    return grant


def licence_of(case: Case) -> LicenceFact:
    return LicenceFact(
        number="GFBA-310115-2026-0001",
        holder=case.applicant,
        holder_name=case.applicant_name,
        valid_from=date(2026, 3, 2),
        valid_to=date(2026, 12, 31),
        token=TOKEN,
        case_id=str(case.pk),
        case_number=case.number,
        item=case.item,
        document="filing_receipt",
        title="一般固体废物跨省转移利用备案表",
        office="310115",
        office_name="上海市浦东新区生态环境局",
        shows=(("移出单位", case.applicant_name),),
        file_sm3=house.objects().put(b"%PDF-1.7 licence"),
    )
