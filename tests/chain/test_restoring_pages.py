"""恢复快照 on the pages: compared, proposed, refused to the same person, approved by another; a to-do until then."""

from __future__ import annotations

from typing import NoReturn

import pytest

from luban.cases.models import CaseVersion
from luban.faces.office import explorer_restore
from luban.ledger.models import ChainRecord, ChainRestoration
from luban.ledger.port import ChainUnavailable
from luban.people.models import AuditEntry
from tests.chain.test_index_pages import As, as_, chained, page  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


def away() -> NoReturn:
    raise ChainUnavailable("away")


def test_two_officials_put_back_what_was_altered(
    chained: ChainRecord,  # noqa: F811
    as_: As,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = f"/office/chain/{chained.record_key}/"
    first, second = as_("city_reviewer"), as_("city_reviewer2")
    assert "核验一致，没有要恢复的" in page(first, f"{here}restore/")
    row = CaseVersion.objects.get(case__number=chained.number)
    name = row.payload["receiver"]["receiver_name"]
    row.payload["receiver"]["receiver_name"] = "别家公司"
    row.payload["waste"]["wastes"][0]["physical_form"] = "sludge"
    CaseVersion.objects.filter(pk=row.pk).update(payload=row.payload)
    first.post(f"{here}verify/")
    assert "对照并恢复（须双人）" in page(first, here)
    shown = page(first, f"{here}restore/?version=1")
    for words in ("逐项对照", "别家公司", name, "本地快照", "提出恢复", ">污泥<", "固态"):
        assert words in shown, words
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    told = {"version": "1", "seen": seen, "reason": "数据库被人改动"}
    assert as_("pudong_reviewer").post(f"{here}restore/propose/", told).status_code == 403
    assert first.post(f"{here}restore/propose/", {**told, "reason": ""}).status_code == 422
    assert first.post(f"{here}restore/propose/", {**told, "seen": "x"}).status_code == 409
    assert first.post(f"{here}restore/propose/", told).status_code == 302
    for client, words in ((first, "您提出"), (second, "数据库被人改动")):
        assert "待批准的恢复（1）" in page(client, "/office/chain/")
        assert words in page(client, "/office/chain/")
        assert "恢复待批准" in page(client, "/office/")
    assert "待批准的恢复" not in page(as_("city_window"), "/office/chain/")
    assert "有一项恢复待批准" in page(second, here)
    assert "须由另一人批准" in page(first, f"{here}restore/")
    said = {"restoration": str(ChainRestoration.objects.get().pk), "act": "approve", "reason": "已与企业核对"}
    assert first.post(f"{here}restore/decide/", said).status_code == 409
    assert second.post(f"{here}restore/decide/", {**said, "act": "x"}).status_code == 422
    assert second.post(f"{here}restore/decide/", {**said, "restoration": "9" * 9}).status_code == 409
    assert "批准并写回" in page(second, f"{here}restore/")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(explorer_restore, "connect", away)
        shown = page(second, f"{here}restore/")
        assert "暂不可访问" in shown and "不同意" in shown and "批准并写回" not in shown
    assert second.post(f"{here}restore/decide/", said).status_code == 302
    shown = page(second, here)
    for words in ("核验一致", "已恢复：数据库被人改动", "恢复的经过"):
        assert words in shown, words
    row.refresh_from_db()
    assert row.payload["receiver"]["receiver_name"] == name
    assert row.payload["waste"]["wastes"][0]["physical_form"] == "solid"
    assert second.post(f"{here}restore/decide/", said).status_code == 409
    assert AuditEntry.objects.filter(action="chain.restore_approve", account="city_reviewer2").count() == 1
