"""What each partner is asked and told, as the stand-ins understand it."""

import hashlib
from datetime import date
from typing import Any

import pytest

from luban.links import registry
from luban.links.data_hub.client import legal_person
from luban.links.ecert.client import DEFAULT_STATUS
from luban.links.eseal.client import RemoteSeal, seal
from luban.links.letters.client import Letter, send_letter
from luban.links.outcomes import Rejected, Unavailable
from luban.links.permits_national.client import discharge_permit
from luban.trust import certificates, sm2

SUXIN = "91310115MA1TL1A06J"
WASTE = {"waste_code": "900-003-S17", "name": "废塑料边角料", "quantity_t": "120.000"}


def filing(**more: Any) -> dict[str, Any]:
    return {
        "number": "GFBA-310115-2026-0001",
        "case_no": "GFB-310115-20260302-0001",
        "kind": "utilisation_filing",
        "decided_on": "2026-03-06",
        "issuer": "310115",
        "generator": {"uscc": SUXIN, "name": "上海示例塑新材料有限公司", "adcode": "310115"},
        "receiver": {"uscc": "91320583MA2TL5E47U", "name": "昆山示例再生塑料有限公司", "adcode": "320583"},
        "carriers": [{"uscc": "91310112MA1TL9J804", "name": "上海示例通达物流有限公司", "mode": "road"}],
        "wastes": [WASTE],
        "total_t": "120.000",
        "method": "UM02",
        "route": [{"mode": "road", "from_adcode": "310115", "to_adcode": "320583", "distance_km": "85.0"}],
        "valid_from": "2026-03-16",
        "valid_to": "2026-12-31",
        **more,
    }


def test_every_partner_is_found_by_its_folder() -> None:
    codes = [link.code for link in registry.links()]
    assert codes == sorted(codes)
    assert {
        "one_net",
        "data_hub",
        "permits_national",
        "ecert",
        "eseal",
        "egov",
        "solid_waste",
        "letters",
        "sms",
    } <= {*codes}
    assert registry.title(link="ecert") == "市电子证照库"


def test_an_enterprise_is_looked_up(sandbox: Any) -> None:
    found = legal_person(uscc=SUXIN)
    assert found is not None
    assert (found.name, found.adcode, found.status) == ("上海示例塑新材料有限公司", "310115", "存续")
    assert legal_person(uscc="91310000000000000X") is None
    with pytest.raises(Rejected, match="18位"):
        legal_person(uscc="1")


def test_a_discharge_permit_is_looked_up(sandbox: Any) -> None:
    kunshan = discharge_permit(uscc="91320583MA2TL5E47U")
    assert kunshan is not None
    assert (kunshan.permit_class, kunshan.valid_to) == ("simplified", date(2029, 1, 1))
    carrier = discharge_permit(uscc="91310112MA1TL9J804")
    assert carrier is not None
    assert (carrier.permit_class, carrier.permit_no, carrier.valid_to) == ("none", "", None)


@pytest.mark.parametrize(("code", "signer"), [("310000", ""), ("310115", ""), (SUXIN, "示例经办人")])
def test_a_seal_signs_once_for_a_request_and_says_the_same_again(
    sandbox: Any, code: str, signer: str
) -> None:
    remote = RemoteSeal(code=code, signer=signer)
    assert "演示" in remote.presented.organisation or code == SUXIN
    assert certificates.issued_by(certificate=remote.certificate, issuer=remote.presented.authority)
    digest = hashlib.new("sm3", code.encode()).digest()
    first = remote.sign(digest=digest, request=f"doc-{code}-v1")
    assert sm2.verify_digest(
        public=certificates.public_key(remote.certificate), digest=digest, signature=first
    )
    assert remote.sign(digest=digest, request=f"doc-{code}-v1") == first
    assert remote.sign(digest=digest, request=f"doc-{code}-v2") != first
    with pytest.raises(Rejected):
        remote.sign(digest=bytes(32), request=f"doc-{code}-v1")


def test_a_lost_signature_is_the_same_when_asked_again(sandbox: Any) -> None:
    remote = RemoteSeal(code="310113")
    assert remote.certificate
    sandbox.switch("eseal", "lost_answer", times=1)
    with pytest.raises(Unavailable):
        remote.sign(digest=bytes(32), request="lost-1")
    assert remote.sign(digest=bytes(32), request="lost-1")
    [kept] = [one for one in sandbox.received("eseal") if one["key"] == "lost-1"]
    assert kept["repeats"] == 1


def test_a_firm_cannot_use_the_seal_of_an_office(sandbox: Any) -> None:
    office = RemoteSeal(code="310115", signer="示例经办人")
    with pytest.raises(Rejected, match="不能用于"):
        office.sign(digest=bytes(32), request="wrong-kind")
    with pytest.raises(Rejected):
        seal(code="999999")


@pytest.mark.parametrize(("province", "channel"), [("320000", "online"), ("440000", "manual")])
def test_a_letter_says_how_it_travels(sandbox: Any, province: str, channel: str) -> None:
    letter = Letter(
        letter_no=f"示例〔2026〕1号-{province}",
        case_no="GFX-310116-20260302-0001",
        kind="consultation",
        to_adcode=province,
        to_name="示例省生态环境厅",
        subject="关于商请函复跨省转移意见的函",
        file_sm3="0" * 64,
        verify_url="/v/abc",
        reply_within_days=10,
    )
    assert send_letter(letter=letter, key=f"letter-{province}").channel == channel


def test_a_licence_is_filed_and_then_revoked(sandbox: Any) -> None:
    body = {
        "cert_no": "GFBA-310115-2026-0009",
        "cert_type": "一般固体废物跨省转移利用备案表",
        "case_no": "GFB-310115-20260302-0009",
        "item_code": "solid_waste_utilisation",
        "holder_uscc": SUXIN,
        "holder_name": "上海示例塑新材料有限公司",
        "valid_from": "2026-03-16",
        "valid_to": "2026-12-31",
        "issuer": "310115",
        "issuer_name": "上海市浦东新区生态环境局",
        "issued_on": "2026-03-06",
        "status": DEFAULT_STATUS["issued"],
        "file_sm3": "a" * 64,
        "token": "A" * 22,
    }
    status = {
        "cert_no": body["cert_no"],
        "status": DEFAULT_STATUS["revoked"],
        "at": "2026-08-12T09:00:00+08:00",
        "reason": "接收单位资质失效",
    }
    with pytest.raises(Rejected, match="没有"):
        registry.deliver(link="ecert", name="licence_status", body=status, key="ecert-0")
    registry.deliver(link="ecert", name="licence_issued", body=body, key="ecert-1")
    told = registry.deliver(link="ecert", name="licence_status", body=status, key="ecert-2")
    assert told.data["status_title"] == "撤销"


def test_a_filing_flows_back_in_full_and_is_revoked(sandbox: Any) -> None:
    with pytest.raises(Rejected, match="不一致"):
        registry.deliver(link="solid_waste", name="filing_decided", body=filing(total_t="121"), key="sw-0")
    registry.deliver(link="solid_waste", name="filing_decided", body=filing(), key="sw-1")
    revoked = {
        "number": "GFBA-310115-2026-0001",
        "case_no": "GFCX-310115-2026-0001",
        "revoked_on": "2026-08-12",
        "reason": "接收单位资质失效",
    }
    registry.deliver(link="solid_waste", name="filing_revoked", body=revoked, key="sw-2")
    told = [one for one in sandbox.received("solid_waste") if one["key"].startswith("sw-")]
    assert [one["accepted"] for one in told] == [False, True, True]


def test_a_task_appears_on_the_officials_list_and_goes(sandbox: Any) -> None:
    task = {
        "todo_id": "T1",
        "case_no": "C1",
        "title": "受理",
        "org": "310115",
        "role": "district_reviewer",
        "created_at": "2026-03-02T10:00:00+08:00",
    }
    done = {"todo_id": "T1", "case_no": "C1", "done_at": "2026-03-03T10:00:00+08:00"}
    with pytest.raises(Rejected):
        registry.deliver(link="egov", name="todo_done", body=done | {"todo_id": "T0"}, key="egov-0")
    registry.deliver(link="egov", name="todo_created", body=task, key="egov-1")
    assert registry.deliver(link="egov", name="todo_done", body=done, key="egov-2").reference == "DB-T1"


def test_a_text_message_goes_out(sandbox: Any) -> None:
    body = {"mobile": "13800000000", "template": "accepted", "values": {"case_no": "C1"}}
    assert registry.deliver(link="sms", name="sms", body=body, key="sms-1").reference
