"""Every vector of waste-chain §2.3."""

import json
from decimal import Decimal

import pytest

from luban.ledger import digests
from luban.ledger.digests import Attachment
from luban.trust.digest import sm3

SALT = "00112233445566778899aabbccddeeff"
KEY = "606db7cea90639b72c24552981734c1a0f293dffcdcafb606e64d55c8f39711c"
SECTIONS = {
    "s1": '{"generator_name":"上海示例塑新材料有限公司","generator_uscc":"91310115MA1TL1A06J"}',
    "s2": '{"origin_county_code":"310115"}',
    "s3": '{"total_qty_t":"120.000","wastes":[{"planned_qty_t":"120.000","seq":1,"waste_code":"900-003-S17"}]}',
    "s4": '{"receiver_name":"昆山示例再生塑料有限公司","receiver_uscc":"91320583MA2TL5E47U"}',
    "s5": '{"carriers":[{"carrier_uscc":"91310112MA1TL9J804","seq":1}]}',
    "s6": '{"transit_province_codes":[],"transport_mode":"road"}',
    "s7": '{"end_date":"2026-12-31","start_date":"2026-03-16"}',
    "s8": '{"end_use_type":"utilisation","utilisation_method":"UM02"}',
    "s9": '{"truth_commitment":true}',
}
EXPECTED = {
    "s1": "eed5128b49ca329d49e3f584584e6ce3893a0e44d0e87dd24245b8b9eece634f",
    "s2": "e8f9927af8d6a30699242f3bd3b29c9c073adb6eb3c5af97de1c6502f1fc9419",
    "s3": "f708c208f3102488fb8a3cba9e761a24a8bf77e903937a769ea8e20c1787dedf",
    "s4": "e48c15ebba673e4154d13e142c32c8fb93d926ded299c6bf7c5366c26119ceec",
    "s5": "11522c8a35e1799ae600650d1bc60b13dcc01c2f01e92a0d1b8b5d8da30785ff",
    "s6": "13233df99bac181ecc1acbd812c08aca6a46921d333846bebef6782b17465ee0",
    "s7": "b0f70b5d6336e2ff4f12493fb18d71dc44c7fcdd77c994737a21f302d847cc35",
    "s8": "3046ef5c729b38dd8c9a66814b1dcc6521bf15cf91f693f3c509f64af39f5fc9",
    "s9": "54dce331a1ac4f624de3df5c5c856a2ed147ee832cceb6433e966b1e71cce699",
}
FORM = Attachment(material_code="M01", seq=1, size=4, sm3=sm3(b"form"))
CONTRACT = Attachment(material_code="M02", seq=1, size=8, sm3=sm3(b"contract"))
ROOT = "6eec955eab86fd09d2f63494f8bbf9c675e0773e43ad7c0dcfd64ea749f3e88a"


def form_digest(sections: dict[str, str], root: str) -> str:
    return digests.form_digest(
        schema="UF-1.0", key=KEY, version=1, sections=list(sections.values()), root=root
    )


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        ("UF", "GFB-310115-20260302-0001", KEY),
        ("UR", "GFCX-310115-2026-0001", "5f00a5877b0d66e700d3675fdf90bc1f312282f820429ec379f82d9dbbe0f0b0"),
        (
            "DC",
            "GFX-310116-20260302-0001",
            "05752e8e44ea26bc709cd9d9582ab028c469594be397f3b5a874efae6bad86b1",
        ),
        (
            "DF",
            "GFX-310116-20260302-0001",
            "e626c21a42528c275452a07c0d488c15a7aaf2a1b548521d137baebb35868c38",
        ),
    ],
)
def test_record_keys(kind: digests.RecordKind, number: str, expected: str) -> None:
    assert digests.record_key(kind=kind, origin="310000", number=number) == expected


def test_section_salt() -> None:
    expected = "e744da1b45a93cbe40ac6789e26caad88c44595046d6237f9377ae2a4ef0e581"
    assert digests.section_salt(record_salt=SALT, section="s1") == expected


def test_sections_as_text_and_as_values() -> None:
    for name, text in SECTIONS.items():
        salt = digests.section_salt(record_salt=SALT, section=name)
        assert digests.section_digest_of_text(section=name, salt=salt, text=text) == EXPECTED[name]
    values = {name: json.loads(text) for name, text in SECTIONS.items()}
    values["s3"]["total_qty_t"] = values["s3"]["wastes"][0]["planned_qty_t"] = Decimal("120.000")
    assert digests.section_digests(record_salt=SALT, sections=values) == EXPECTED


def test_attachments_and_form() -> None:
    first = "6fab49bcacf784ae6bf5583212b44f80fb055e6add35319466de6c6ed9f42a11"
    assert FORM.sm3 == "55a1003c7e1572655ff2e745d66c8b80d888917da9146b25c8f247b28b008191"
    assert digests.attachment_digest(FORM) == first
    assert CONTRACT.sm3 == "b4465e2bbd1958bf783e1f96d439ab35113334ab80d5e2f49661d67f7e602500"
    second = "9e097d1c441818c6213d3f269fcc4a876a4589bc85fe21349dd395a2ffe84bb9"
    assert digests.attachment_digest(CONTRACT) == second
    assert digests.attachments_root([CONTRACT, FORM]) == ROOT
    empty = "41a3a69f72828c4291be9e4810c27f21577672e7b8733532b2a7458f5a230bd3"
    assert digests.attachments_root([]) == empty
    assert form_digest(EXPECTED, ROOT) == "2603a3f0ea95c803e88d27865703b6f2a36aaec8069d9d456d731e3410b0c159"


def test_tampering_a_with_a_quantity() -> None:
    salt = digests.section_salt(record_salt=SALT, section="s3")
    text = SECTIONS["s3"].replace("120.000", "150.000")
    touched = digests.section_digest_of_text(section="s3", salt=salt, text=text)
    assert touched == "b59f0b922799dac53ad55b025b5f27bad24e04910885a38100229569f5de031e"
    expected = "ce968eb5b497e23f8cf6f314028352f0c98ec625217d3dde8b81012914107e4c"
    assert form_digest({**EXPECTED, "s3": touched}, ROOT) == expected


def test_tampering_b_with_an_attachment() -> None:
    touched = Attachment(material_code="M02", seq=1, size=8, sm3=sm3(b"contracT"))
    expected = "34ffdf08fde497fffb96975e3d99a4d306211c7de83ab8ac33ad362b61c17206"
    assert digests.attachment_digest(touched) == expected
    root = digests.attachments_root([FORM, touched])
    assert root == "f47e5c8b19d56bd8a62fdbfe441f4e2e0b0ac0d45db5980cefae3bb9eb5fc54f"
    assert form_digest(EXPECTED, root) == "f8e8619d0ae5ca9ae9c6406337ec90d3e1f5fdfa820ef573ffa1e1caee576d66"


def test_decision_and_operator() -> None:
    decision = {"result": "filed", "filing_no": "GFBA-310115-2026-0001", "decision_date": "2026-03-06"}
    expected = "6e6125049800a5e20fbcdaed52f4e6ea66dfa98d5f2d5693ac077f7429e8af77"
    assert digests.decision_digest(record_salt=SALT, content=decision) == expected
    operator = "0fe108bb4a6a9a56ca736646ccc59156ce52879fd05716127e10f07711f7c288"
    assert digests.operator_hash(pepper="pepper-demo", account="u1001") == operator


def test_what_is_no_digest_is_refused() -> None:
    with pytest.raises(ValueError, match="SM3"):
        digests.attachment_digest(Attachment(material_code="M01", seq=1, size=1, sm3="x|y"))
    with pytest.raises(ValueError, match="9"):
        form_digest({"s1": EXPECTED["s1"]}, ROOT)


def test_each_step_hangs_on_the_one_before() -> None:
    def step(previous: str) -> digests.Entry:
        return digests.Entry(
            key=KEY,
            seq=2,
            from_state=1,
            to_state=2,
            form_version=1,
            opinion_digest=digests.EMPTY,
            document_digest=digests.EMPTY,
            document_no="",
            approved_kg=0,
            valid_from=0,
            valid_to=0,
            reply_result=0,
            occurred_at=1772762400000,
            operator_hash=EXPECTED["s1"],
            previous=previous,
        )

    assert digests.entry_hash(step(digests.EMPTY)) != digests.entry_hash(step(EXPECTED["s1"]))
    text = f"SWC1|ent|{KEY}|2|1|2|1|{'0' * 64}|{'0' * 64}||0|0|0|0|1772762400000|{EXPECTED['s1']}|{'0' * 64}"
    assert digests.entry_hash(step(digests.EMPTY)) == sm3(text.encode())


def test_salts_are_fresh() -> None:
    assert len(digests.new_record_salt()) == 32
    assert digests.new_record_salt() != digests.new_record_salt()
