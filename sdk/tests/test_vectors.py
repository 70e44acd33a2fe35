"""The brief's own vectors (waste-chain §2.3, §6.1, §8.3): what a province computes with nothing but this package."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from luban_chain import (
    Attachment,
    NotCanonical,
    callback_signature,
    canonical,
    decision_digest,
    form_digests,
    organisation_id,
    record_key,
    signature,
    tonnes,
    verify_sections,
)
from luban_chain.digests import EMPTY, attachments_root, entry_hash, section_salt, sm3
from luban_chain.signing import query_text

SALT = "00112233445566778899aabbccddeeff"
NUMBER = "GFB-310115-20260302-0001"
SECTIONS: dict[str, Any] = {
    "s1": {"generator_name": "上海示例塑新材料有限公司", "generator_uscc": "91310115MA1TL1A06J"},
    "s2": {"origin_county_code": "310115"},
    "s3": {
        "total_qty_t": tonnes(120),
        "wastes": [{"planned_qty_t": Decimal("120.000"), "seq": 1, "waste_code": "900-003-S17"}],
    },
    "s4": {"receiver_name": "昆山示例再生塑料有限公司", "receiver_uscc": "91320583MA2TL5E47U"},
    "s5": {"carriers": [{"carrier_uscc": "91310112MA1TL9J804", "seq": 1}]},
    "s6": {"transit_province_codes": [], "transport_mode": "road"},
    "s7": {"end_date": "2026-12-31", "start_date": "2026-03-16"},
    "s8": {"end_use_type": "utilisation", "utilisation_method": "UM02"},
    "s9": {"truth_commitment": True},
}
FILES = (
    Attachment("M02", 1, 8, sm3(b"contract")),
    Attachment("M01", 1, 4, sm3(b"form")),
)


def whole(sections: dict[str, Any], files: tuple[Attachment, ...] = FILES) -> Any:
    return form_digests(
        kind="UF",
        origin="310000",
        number=NUMBER,
        version=1,
        record_salt=SALT,
        sections=sections,
        attachments=files,
    )


def test_sm3_of_abc_and_of_nothing() -> None:
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"") == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"


def test_keys_of_all_four_kinds() -> None:
    assert record_key("UF", "310000", NUMBER).startswith("606db7cea90639b7")
    assert record_key("UR", "310000", "GFCX-310115-2026-0001").startswith("5f00a5877b0d66e7")
    assert record_key("DC", "310000", "GFX-310116-20260302-0001").startswith("05752e8e44ea26bc")
    assert record_key("DF", "310000", "GFX-310116-20260302-0001").startswith("e626c21a42528c27")
    assert organisation_id("320000").startswith("dd5d70c30140972c")


def test_sections_attachments_and_form() -> None:
    found = whole(SECTIONS)
    assert section_salt(SALT, "s1") == "e744da1b45a93cbe40ac6789e26caad88c44595046d6237f9377ae2a4ef0e581"
    assert found.sections["s1"] == "eed5128b49ca329d49e3f584584e6ce3893a0e44d0e87dd24245b8b9eece634f"
    assert found.sections["s3"] == "f708c208f3102488fb8a3cba9e761a24a8bf77e903937a769ea8e20c1787dedf"
    assert found.sections["s9"] == "54dce331a1ac4f624de3df5c5c856a2ed147ee832cceb6433e966b1e71cce699"
    assert found.attachments[0] == "6fab49bcacf784ae6bf5583212b44f80fb055e6add35319466de6c6ed9f42a11"
    assert found.attachments_root == "6eec955eab86fd09d2f63494f8bbf9c675e0773e43ad7c0dcfd64ea749f3e88a"
    assert found.form_digest == "2603a3f0ea95c803e88d27865703b6f2a36aaec8069d9d456d731e3410b0c159"
    assert attachments_root(()) == "41a3a69f72828c4291be9e4810c27f21577672e7b8733532b2a7458f5a230bd3"


def test_what_was_touched_has_another_digest() -> None:
    more = {**SECTIONS["s3"], "total_qty_t": "150.000"}
    more["wastes"] = [{**SECTIONS["s3"]["wastes"][0], "planned_qty_t": "150.000"}]
    assert whole({**SECTIONS, "s3": more}).form_digest.startswith("ce968eb5b497e23f")
    files = (Attachment("M02", 1, 8, sm3(b"contracT")), FILES[1])
    assert whole(SECTIONS, files).form_digest.startswith("f8e8619d0ae5ca9a")


def test_a_decision_and_the_entries_of_a_case() -> None:
    decision = {"decision_date": "2026-03-06", "filing_no": "GFBA-310115-2026-0001", "result": "filed"}
    assert decision_digest(SALT, decision).startswith("6e6125049800a5e2")
    key = record_key("DC", "310000", "GFX-310116-20260302-0001")
    first = "0fe108bb4a6a9a56ca736646ccc59156ce52879fd05716127e10f07711f7c288"
    one = entry_hash(key, 1, 0, 1, 1, EMPTY, EMPTY, "", 0, 0, 0, 0, 1772416800000, first, EMPTY)
    assert one == "489b8391fe8a808ea4539ffbf299694398c140baed744246d45e39e8e65adee1"


def test_the_two_signatures_of_the_brief() -> None:
    key = "606db7cea90639b72c24552981734c1a0f293dffcdcafb606e64d55c8f39711c"
    common = {"secret": "s3cr3t-demo-0001", "app_key": "ak_sh_demo", "timestamp": 1772416800000}
    made = signature(
        method="POST",
        path=f"/chain-gw/v1/utilisation-filings/{key}/verify",
        query="",
        body=b'{"version":1}',
        nonce="n-0001",
        **common,
    )
    assert made == "5259f8f95e24117c6a205f5721f4ee2f582a83e305046a214e1364c6f148e297"
    made = signature(
        method="GET",
        path="/chain-gw/v1/utilisation-filings",
        query=query_text({"page": "1", "filing_no": "GFBA-310115-2026-0001"}),
        body=b"",
        nonce="n-0002",
        **common,
    )
    assert made == "086f8874a4f78d7bcb3ea5c58e1365b15d4e299dc9f1eb9797f6d26ec7d1a88d"


def test_the_signature_of_a_callback() -> None:
    body = b'{"event_id":"demo","event_type":"FilingCreated"}'
    made = callback_signature(secret="cb-secret-demo", timestamp="1772416801000", nonce="c-0001", body=body)
    assert made == "5f4bc409f348914276a9aeafb4b322b6c28bbbf4829f451e974589d36a4eb8de"


def test_canonical_text_leaves_out_what_is_blank_and_refuses_what_is_vague() -> None:
    assert canonical({"b": " 甲 ", "a": None, "c": "", "d": [], "e": True}) == '{"b":"甲","d":[],"e":true}'
    with pytest.raises(NotCanonical):
        canonical({"a": 1.5})
    with pytest.raises(NotCanonical):
        canonical([None])


def test_disclosed_sections_are_checked_without_the_gateway() -> None:
    digests = whole(SECTIONS).sections
    told = {
        "sections": {
            "s6": {"data": SECTIONS["s6"], "section_salt": section_salt(SALT, "s6"), "partial": False},
            "s5": {"data": {}, "section_salt": "", "partial": True},
        },
        "evidence": {"sectionDigests": list(digests.values())},
    }
    assert verify_sections(told) == {"s6": True}
    told["sections"]["s6"]["data"] = {"transport_mode": "ship"}
    assert verify_sections(told) == {"s6": False}
