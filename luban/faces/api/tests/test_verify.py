"""The verification page says one thing, truly, to anyone who asks politely."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luban.cases import house
from luban.kit.clock import clock
from luban.registers.licences import shelf
from luban.registers.licences.models import Licence
from luban.registers.licences.parts import LicenceFact
from luban.stages.licence import verification
from luban.trust import certificates, pdf_seal
from luban.trust.local_seal import LocalSeal
from luban.trust.typeset import APPLICATION, typeset_sheet
from tests.rows import rewrite

TOKEN = "AbCdEfGhIjKlMnOpQrStUv"
FILE = b"%PDF-1.7 demo"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    cache.clear()
    with clock.at("2026-03-20"):
        yield


def issued(**change: Any) -> LicenceFact:
    values: dict[str, Any] = {
        "number": "GFBA-310115-2026-0001",
        "holder": "91310115MA1TL1A06J",
        "holder_name": "上海示例塑新材料有限公司",
        "valid_from": date(2026, 3, 16),
        "valid_to": date(2026, 12, 31),
        "token": TOKEN,
        "case_id": "c1",
        "case_number": "GFB-310115-20260302-0001",
        "item": "x",
        "document": "receipt",
        "title": "一般固体废物跨省转移利用备案表",
        "office": "310115",
        "office_name": "浦东新区生态环境局",
        "shows": (("移出单位", "上海示例塑新材料有限公司"),),
        "file_sm3": house.objects().put(FILE),
    }
    return shelf.issue(licence=LicenceFact(**{**values, **change}), at=clock.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-03-10", "尚未生效，自2026年3月16日起有效。"),
        ("2026-03-16", "该电子批复证照有效。"),
        ("2026-12-31", "该电子批复证照有效。"),
        ("2027-01-01", "该电子批复证照已失效（有效期至2026年12月31日）"),
    ],
)
def test_it_says_what_the_licence_is_today(client: Client, day: str, words: str) -> None:
    issued()
    with clock.at(day):
        answer = client.get(f"/v/{TOKEN}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert words in page
    assert ("看到还在用这份证照" in page) is ("已失效" in words)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_revocation_shows_at_once(client: Client) -> None:
    issued()
    assert "该电子批复证照有效。" in client.get(f"/v/{TOKEN}").content.decode()
    rewrite(
        Licence.objects.filter(token=TOKEN),
        status="revoked",
        status_on=date(2026, 3, 20),
        status_reason="提供虚假材料",
    )
    page = client.get(f"/v/{TOKEN}").content.decode()
    assert "该电子批复证照已失效（已于2026年3月20日撤销）" in page
    assert "有效。</p>" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["0" * 22, "../../etc/passwd", "'><script>alert(1)</script>", "x" * 3000])
def test_an_unknown_token_finds_nothing_and_echoes_nothing(client: Client, token: str) -> None:
    answer = client.get("/v/" + token)
    assert answer.status_code == 404
    assert b"<script>alert" not in answer.content


@pytest.mark.django_db
def test_a_touched_file_is_told(client: Client) -> None:
    licence = issued()
    stored = next(p for p in house.objects()._path(licence.file_sm3).parent.rglob("*") if p.is_file())
    content = stored.read_bytes()
    stored.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        assert "存档文件核对不一致" in client.get(f"/v/{TOKEN}").content.decode()
    finally:
        stored.unlink()


@pytest.mark.django_db
def test_a_file_in_hand_is_compared(client: Client) -> None:
    issued()
    same = client.post(f"/v/{TOKEN}", {"file": SimpleUploadedFile("a.pdf", FILE)})
    assert "与发证机关签发的原件完全一致" in same.content.decode()
    other = client.post(f"/v/{TOKEN}", {"file": SimpleUploadedFile("a.pdf", FILE + b" ")}).content.decode()
    assert "与发证机关签发的原件不一致。文件上没有电子印章" in other
    assert "该电子批复证照有效。" in other


@pytest.mark.django_db
def test_no_file_or_a_huge_one_is_refused_in_words(client: Client, settings: Any) -> None:
    issued()
    empty = client.post(f"/v/{TOKEN}")
    assert (empty.status_code, "请先选择收到的 PDF 文件" in empty.content.decode()) == (400, True)
    settings.LUBAN_UPLOAD_MAX_BYTES = 4
    huge = client.post(f"/v/{TOKEN}", {"file": SimpleUploadedFile("a.pdf", FILE)})
    assert (huge.status_code, "不会是本平台签发的文书" in huge.content.decode()) == (413, True)


@pytest.mark.django_db
def test_another_sealed_paper_and_a_changed_one_are_told_apart(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued()
    root = certificates.authority(organisation="示例机构", name="示例根证书")
    seal = LocalSeal(folder=tmp_path, issuer=root, organisation="浦东新区生态环境局", name="公章（演示）")
    monkeypatch.setattr(verification.authorities, "known", lambda: (root.certificate,))
    data = {"title": "另一份", "sections": [], "commitment": "示例"}
    sheet = typeset_sheet(template=APPLICATION, data=data, at=clock.now())
    other = pdf_seal.seal(pdf=sheet.pdf, signer=seal, at=clock.now(), reason="另一份", request="1", box=None)
    page = client.post(f"/v/{TOKEN}", {"file": SimpleUploadedFile("b.pdf", other)}).content.decode()
    assert "它是浦东新区生态环境局盖章的另一份文书" in page
    changed = other.replace(b"/Type /Page", b"/Type /Pagf", 1)
    page = client.post(f"/v/{TOKEN}", {"file": SimpleUploadedFile("b.pdf", changed)}).content.decode()
    assert "与发证机关签发的原件不一致" in page
    assert "另一份文书" not in page


@pytest.mark.django_db
def test_a_superseded_version_leads_to_the_one_in_force(client: Client) -> None:
    first = issued()
    second = issued(token="ZbCdEfGhIjKlMnOpQrStUv", version=2)
    page = client.get(f"/v/{first.token}").content.decode()
    assert "已变更" in page
    assert f'href="/v/{second.token}"' in page
    assert "该电子批复证照有效。" in client.get(f"/v/{second.token}").content.decode()


@pytest.mark.django_db
def test_the_sixty_first_question_of_a_minute_waits(client: Client) -> None:
    issued()
    codes = [client.get(f"/v/{TOKEN}").status_code for _ in range(61)]
    assert codes[:60] == [200] * 60
    assert codes[60] == 429


@pytest.mark.django_db
def test_it_costs_two_statements_and_one_that_counts(client: Client) -> None:
    issued()
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/v/{TOKEN}")
    assert len(captured) <= 3
