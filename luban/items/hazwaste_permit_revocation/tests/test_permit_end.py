"""The end of a permit as an official reads it (cases.yaml), the words of its papers, what partners hear."""

from collections import Counter
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from luban.cases.shipped import dictionaries, shipped_context
from luban.items.hazwaste_permit_revocation.form import starts_from
from luban.items.hazwaste_permit_revocation.item import ITEM
from luban.kit.item import assemble
from luban.kit.reading import SHAPE_RULE
from luban.links.letters.client import Letter
from luban.links.mee_hazwaste.client import PermitDecided
from luban.links.solid_waste.permits import PermitRevoked
from luban.registers.licences.memory import MemoryLicences
from luban.stages.trial import read_cases, try_cases
from luban.trust.scans import pdf_text
from luban.trust.typeset import LETTER, typeset

CASES = read_cases(Path(__file__).parent / "cases.yaml")
BY_NAME = {case.name: case for case in CASES}
NUMBER = "沪环危转许〔2026〕0001号"


def tried(name):
    (result,) = try_cases(item=ITEM, cases=[BY_NAME[name]])
    return result


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    (result,) = try_cases(item=ITEM, cases=[case])
    assert result.differences == []


def test_every_rule_fires_and_is_silent():
    fired = Counter(f["rule"] for result in try_cases(item=ITEM, cases=CASES) for f in result.findings)
    assert set(fired) - {SHAPE_RULE} == {rule.id for rule in ITEM.rules}
    assert tried("撤销").passed == len(ITEM.rules)


def test_item_fits_together():
    context = shipped_context(today=date(2026, 9, 1))
    assemble(ITEM, laws=context.laws, parameters=context.parameters, dictionaries=dictionaries())


@pytest.mark.parametrize(
    ("name", "status", "code"), [("撤销", "REVOKED", "03"), ("申请人申请注销", "CANCELLED", "02")]
)
def test_partners_are_told_once_the_permit_has_fallen(name, status, code):
    told = {(m["link"], m["name"]): m["body"] for m in tried(name).messages}
    assert (told["ecert", "licence_status"]["status"], told["ecert", "licence_status"]["cert_no"]) == (
        code,
        NUMBER,
    )
    for link in ("solid_waste", "data_hub"):
        body = PermitRevoked.model_validate(told[link, "permit_revoked"])
        assert (body.status, body.permit_no, body.approval_code) == (
            status,
            NUMBER,
            "WZC-310115-20260701-0001",
        )
    national = PermitDecided.model_validate(told["mee_hazwaste", "permit_decided"])
    assert (national.result, national.copies_to) == (status.lower(), ("34",))
    assert told["one_net", "enterprise_message"]["uscc"] == "91310115MA7K3Q2X8Y"


def test_letters_go_to_the_receiving_province_and_those_on_the_way():
    letters = [m["body"] for m in tried("撤销").messages if m["link"] == "letters"]
    assert [(one["to_adcode"], one["kind"]) for one in letters] == [
        ("330000", "revocation"),
        ("340000", "revocation"),
    ]
    assert {one["letter_no"] for one in letters} == {"沪环危转撤〔2026〕0001号"}
    for one in letters:
        body = {key: value for key, value in one.items() if key != "document"}
        Letter.model_validate(body | {"file_sm3": "0" * 64, "verify_url": "https://example.cn/v/x"})


@pytest.mark.parametrize("name", ["局领导不同意", "处长不同意", "撤回", "处长不能单独撤销"])
def test_nobody_is_told_of_a_permit_that_stands(name):
    links = {m["link"] for m in tried(name).messages}
    assert not links & {"ecert", "mee_hazwaste", "solid_waste", "data_hub", "letters", "one_net"}


def test_messages_name_no_person():
    told = str([m["body"] for m in tried("撤销").messages if m["link"] != "egov"])
    assert not any(word in told for word in ("phone", "unit_price", "sh-ding", "sh-jia"))


@pytest.mark.parametrize(
    ("name", "word", "law"), [("撤销", "撤销", "六十九"), ("申请人申请注销", "注销", "七十")]
)
def test_the_decision_says_which_permit_why_and_from_when(name, word, law):
    paper = next(d for d in tried(name).documents if d["code"] == "end_decision")
    fields = paper["fields"]
    assert fields["title"] == f"危险废物跨省级行政区域转移许可{word}决定书"
    assert (fields["to"], paper["sealed_by"]) == ("上海拾穗微电子有限公司", "上海市生态环境局")
    lines = {row["label"]: row["value"] for block in fields["body"] for row in block.get("rows", ())}
    assert lines["原许可文号"] == NUMBER
    assert lines["生效日期"] == ("2026年9月3日" if word == "撤销" else "2026年9月2日")
    assert f"中华人民共和国行政许可法》第{law}条" in fields["body"][0]["text"]
    assert "行政复议" in fields["body"][-1]["text"]


def test_the_sheet_stays_inside_and_names_every_desk():
    sheet = next(d for d in tried("撤销").documents if d["code"] == "approval_sheet")
    assert sheet["sealed_by"] == ""
    assert not ITEM.document("approval_sheet").to_applicant
    said = [row["label"] for row in sheet["fields"]["sections"][2]["fields"]]
    assert [label.partition("（")[0] for label in said] == ["提请审批", "报局领导审批", "同意撤销"]


def test_the_decision_can_be_typeset():
    moment = datetime(2026, 9, 3, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    paper = next(d for d in tried("撤销").documents if d["code"] == "end_decision")
    assert "撤销决定书" in pdf_text(typeset(template=LETTER, data=paper["fields"], at=moment))


def test_the_register_of_permits_lets_its_room_go():
    assert tried("撤销").registers["transfer_permits"][NUMBER]["status"] == "revoked"
    assert tried("申请人申请注销").registers["transfer_permits"][NUMBER]["status"] == "cancelled"
    assert tried("撤回").registers["transfer_permits"][NUMBER]["status"] == "issued"


def test_a_draft_begun_at_the_permit_passes_the_copy_check():
    case = BY_NAME["撤销"]
    licence = MemoryLicences(case.facts["licences"]).find(number=NUMBER)
    begun = {path.removeprefix("target."): value for path, value in starts_from(licence).items()}
    assert begun == case.form["target"]
    other = MemoryLicences([{**case.facts["licences"][0], "item": "solid_waste_utilisation"}])
    assert starts_from(other.find(number=NUMBER)) == {}


def test_what_the_holder_asks_for_is_a_cancellation():
    assert ITEM.proposes == (("grounds.reason_code", "C1"),)
