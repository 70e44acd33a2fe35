"""A firm's licences: listed, shown with their QR code, downloaded, given back through the bureau that issued them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from luban.cases.models import Case, Draft
from luban.kit.clock import Clock
from luban.kit.item import Item
from luban.people.models import Account

TOKEN = "AbCdEfGhIjKlMnOpQrStUv"
Granted = Callable[[], Case]
HERE = f"/licences/{TOKEN}/"


def sign_in() -> Client:
    """The firm again, its earlier session being over by then."""
    client = Client()
    client.force_login(Account.objects.get(username="suxin"))
    return client


@pytest.mark.django_db
def test_a_licence_is_listed_shown_and_downloaded(firm: Client, granted: Granted) -> None:
    case = granted()
    assert "GFBA-310115-2026-0001" in firm.get("/licences/").content.decode()
    shown = firm.get(HERE).content.decode()
    for words in ("有效", "lb-qrcode", f"/v/{TOKEN}", "下载证照", case.number):
        assert words in shown, words
    file = firm.get(f"{HERE}file/")
    assert file.content == b"%PDF-1.7 licence"
    assert file["Content-Disposition"].startswith("attachment;")
    on_case = firm.get(reverse("portal:case", args=[case.number])).content.decode()
    assert "已批准" in on_case
    assert "lb-qrcode" in on_case
    assert "再来一单" in on_case
    assert "现在这一步" not in on_case


@pytest.mark.django_db
def test_a_licence_that_has_ended_says_so(firm: Client, granted: Granted, now: Clock) -> None:
    granted()
    assert "快到期了" not in firm.get("/").content.decode()
    now.set("2026-12-20T10:00")
    assert "快到期了" in sign_in().get("/").content.decode()
    now.set("2027-01-01T10:00")
    assert "已到期" in sign_in().get(HERE).content.decode()


@pytest.mark.django_db
def test_strangers_are_told_there_is_no_licence(
    other_firm: Client, official: Client, granted: Granted
) -> None:
    granted()
    for address in (HERE, f"{HERE}file/"):
        assert other_firm.get(address).status_code == 404
        assert official.get(address).status_code == 403
    assert other_firm.post(f"{HERE}propose/", {"item": "solid_waste_revocation"}).status_code == 404
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_the_holder_asks_the_bureau_to_revoke_once(firm: Client, granted: Granted) -> None:
    granted()
    assert "请求备案撤销" in firm.get(HERE).content.decode()
    assert firm.post(f"{HERE}propose/", {"item": "solid_waste_revocation"}).status_code == 302
    draft = Draft.objects.get()
    assert (draft.item, draft.owner) == ("solid_waste_revocation", "310115")
    assert "仍然有效" in firm.get(HERE).content.decode()
    again = firm.post(f"{HERE}propose/", {"item": "solid_waste_revocation"})
    assert again.status_code == 409
    assert "您已提出过请求" in again.content.decode()
    assert firm.post(f"{HERE}propose/", {"item": "nothing"}).status_code == 404


@pytest.mark.django_db
def test_one_more_like_the_last_begins_a_draft(firm: Client, granted: Granted, item: Item) -> None:
    case = granted()
    begun = firm.post(reverse("portal:again", args=[item.code]), {"number": case.number})
    draft = Draft.objects.get()
    assert begun.headers["Location"] == reverse("portal:fill", args=[str(draft.pk)])
    assert draft.copied_from == case.number


@pytest.mark.django_db
def test_licence_pages_stay_within_their_queries(firm: Client, granted: Granted, item: Item) -> None:
    case = granted()
    pages = (HERE, "/licences/", "/", reverse("portal:case", args=[case.number]), f"/items/{item.code}/")
    for address in pages:
        firm.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert firm.get(address).status_code == 200
        assert len(seen) <= 15, address
