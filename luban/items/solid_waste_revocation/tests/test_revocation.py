"""A revocation as an official reads it (cases.yaml), the words of its papers, and what partners and the chain hear."""

from collections import Counter
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from luban.cases.shipped import dictionaries, shipped_context
from luban.items.solid_waste_revocation.form import starts_from
from luban.items.solid_waste_revocation.item import ITEM
from luban.kit.item import assemble
from luban.registers.licences.memory import MemoryLicences
from luban.stages.trial import read_cases, try_cases
from luban.trust.scans import pdf_text
from luban.trust.typeset import typeset

CASES = read_cases(Path(__file__).parent / "cases.yaml")
BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    (result,) = try_cases(item=ITEM, cases=[case])
    assert result.differences == []


def test_every_rule_fires_and_is_silent():
    fired = Counter(f["rule"] for result in try_cases(item=ITEM, cases=CASES) for f in result.findings)
    assert set(fired) == {rule.id for rule in ITEM.rules}
    (clean,) = try_cases(item=ITEM, cases=[BY_NAME["同意撤销"]])
    assert clean.findings == []
    assert clean.passed == len(ITEM.rules)


def test_item_fits_together():
    context = shipped_context(today=date(2026, 8, 10))
    assemble(ITEM, laws=context.laws, parameters=context.parameters, dictionaries=dictionaries())


def _granted():
    (result,) = try_cases(item=ITEM, cases=[BY_NAME["同意撤销"]])
    return result


def test_partners_are_told_after_the_filing_fell():
    told = {(m["link"], m["name"]): m["body"] for m in _granted().messages}
    assert told["ecert", "licence_status"]["status"] == "03"
    assert told["ecert", "licence_status"]["cert_no"] == "GFBA-310115-2026-0001"
    assert told["solid_waste", "filing_revoked"]["revoked_on"] == "2026-08-12"
    assert told["one_net", "enterprise_message"]["uscc"] == "91310115MA1TL1A06J"
    assert "2026年8月12日" in told["one_net", "enterprise_message"]["text"]
    assert told["letters", "letter"]["to_adcode"] == "320000"
    assert told["letters", "letter"]["kind"] == "revocation"


def test_a_refused_revocation_tells_no_partner_of_a_revocation():
    (result,) = try_cases(item=ITEM, cases=[BY_NAME["不同意撤销"]])
    assert not {m["link"] for m in result.messages} & {"ecert", "solid_waste", "letters"}


def test_chain_hears_reason_and_three_sections():
    proposed, approved = _granted().evidence
    assert proposed["record_key"] == "5f00a5877b0d66e700d3675fdf90bc1f312282f820429ec379f82d9dbbe0f0b0"
    assert list(proposed["section_digests"]) == ["r1", "r2", "r3"]
    assert proposed["body"]["reason_code"] == 3
    assert proposed["body"]["filing_case_no"] == "GFB-310115-20260302-0001"
    assert approved["body"]["decision"]["result"] == "revoked"
    assert approved["body"]["decision"]["decision_date"] == "2026-08-12"


def test_supplement_is_part_of_the_decision_digest():
    (result,) = try_cases(item=ITEM, cases=[BY_NAME["退回补充后同意"]])
    assert "注销公告" in result.evidence[-1]["body"]["decision"]["supplement"]


def test_notice_says_which_filing_why_and_from_when():
    notice = next(d for d in _granted().documents if d["code"] == "revocation_notice")
    assert notice["sealed_by"] == "上海市生态环境局"
    fields = notice["fields"]
    assert fields["to"] == "上海示例塑新材料有限公司"
    lines = {row["label"]: row["value"] for block in fields["body"] for row in block.get("rows", ())}
    assert lines["原备案号"] == "GFBA-310115-2026-0001"
    assert lines["撤销事由"] == "接收单位资质失效或能力不足"
    assert lines["市局意见"] == "同意撤销"
    assert lines["生效时间"] == "2026年8月12日"


def test_application_paper_is_sealed_by_the_district_and_stays_inside():
    paper = next(d for d in _granted().documents if d["code"] == "revocation_application")
    assert "浦东新区" in paper["sealed_by"]
    assert [s["title"][2:] for s in paper["fields"]["sections"]] == ["原备案", "撤销事由与依据", "区局意见"]
    assert not ITEM.document("revocation_application").to_applicant


@pytest.mark.parametrize("day", [date(2026, 8, 14), date(2026, 8, 15), date(2026, 11, 22)])
def test_no_paper_cites_a_repealed_law(day):
    case = BY_NAME["同意撤销"].model_copy(
        update={
            "today": day,
            "timeline": [line.model_copy(update={"on": day}) for line in BY_NAME["同意撤销"].timeline],
            "look_at": [day],
        }
    )
    (result,) = try_cases(item=ITEM, cases=[case])
    assert result.state == "closed_granted"
    assert "固体废物污染环境防治法" not in str([d["fields"] for d in result.documents])


def test_draft_begun_at_the_licence_passes_the_copy_check():
    case = BY_NAME["同意撤销"]
    licence = MemoryLicences(case.facts["licences"]).find(number="GFBA-310115-2026-0001")
    assert licence is not None
    begun = {path.removeprefix("target."): value for path, value in starts_from(licence).items()}
    assert begun == case.form["target"]


def test_nothing_is_begun_at_another_kind_of_licence():
    licence = MemoryLicences([{**BY_NAME["同意撤销"].facts["licences"][0], "item": "solid_waste_disposal"}])
    assert starts_from(licence.find(number="GFBA-310115-2026-0001")) == {}


def test_asked_by_the_holder_means_reason_r1():
    assert ITEM.proposes == (("grounds.reason_code", "R1"),)


def test_both_papers_can_be_typeset():
    moment = datetime(2026, 8, 12, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    for paper in _granted().documents:
        template = ITEM.folder / "documents" / f"{ITEM.document(paper['code']).template}.typ"
        pdf = typeset(template=template, data=paper["fields"], at=moment)
        assert "GFBA-310115-2026-0001" in pdf_text(pdf)
