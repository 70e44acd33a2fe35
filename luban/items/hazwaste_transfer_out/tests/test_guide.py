"""The guide leads here, elsewhere or to a reason why not; the notice cites laws that are registered."""

from __future__ import annotations

from datetime import date

from luban.items.hazwaste_transfer_out.guide import GUIDE
from luban.items.hazwaste_transfer_out.notice import NOTICE
from luban.items.hazwaste_transfer_out.rules import RULES
from luban.items.hazwaste_transfer_out.tests.applications import FOLDER
from luban.kit.book import Book, read_csv
from luban.kit.laws import Laws
from luban.registers.book.shipped import shipped, spec_of

STRAIGHT: dict[str, str | list[str]] = {
    "G1": "yes",
    "G2": "no",
    "G3": "no",
    "G4": "no",
    "G5": "licence",
    "G6": "yes",
    "G7": "no",
    "G8": ["road"],
}


def test_the_straight_way_leads_to_the_form() -> None:
    state = GUIDE.state(STRAIGHT)
    assert state.ready
    assert state.sets == {"receiver.qualification_kind": "licence"}


def test_each_dead_end_says_why() -> None:
    ends = {
        ("G1", "no"): "不属危险废物，请办理一般固体废物跨省转移（备案/审批）。",
        ("G1", "unknown"): "请先开展危险废物鉴别。",
        ("G2", "yes"): "市内转移无需跨省许可，请直接运行电子联单。",
        ("G4", "yes"): "全过程不按危险废物管理，无需办理。",
        ("G5", "none"): "接收单位不具备条件，不能申请。",
    }
    for (question, answer), says in ends.items():
        assert GUIDE.state({**STRAIGHT, question: answer}).stopped == says


def test_a_change_of_carriers_leads_to_its_own_item() -> None:
    assert GUIDE.state({**STRAIGHT, "G3": "yes"}).leads_to == "hazwaste_carrier_change"


def test_renewal_and_exemption_preset_the_form_and_a_missing_plan_is_a_hint() -> None:
    state = GUIDE.state({**STRAIGHT, "G5": "exempt_p2p", "G6": "no", "G7": "yes", "G8": ["ship"]})
    assert state.ready
    assert state.sets == {"receiver.qualification_kind": "exempt_p2p", "generator.apply_kind": "renew"}
    assert any("M13" in hint for hint in state.hints)
    assert any("不能提交" in hint for hint in state.hints)
    assert any("码头" in hint for hint in state.hints)


def test_every_law_cited_is_registered() -> None:
    own = read_csv(spec=spec_of("laws"), text=(FOLDER / "laws.csv").read_text(encoding="utf-8"))
    known = {entry.key for entry in own} | set(shipped("laws").keys())
    cited = {law for rule in RULES for law in rule.law}
    cited |= {part.split("}")[0] for point in NOTICE.points for part in point.split("{law:")[1:]}
    assert cited <= known
    assert all(entry.source.startswith("危险废物跨省转移业务说明") for entry in own)


def test_the_notice_has_its_six_points() -> None:
    assert len(NOTICE.points) == 6
    assert NOTICE.seconds.key == "notice.seconds"


def test_the_notice_prints_no_repealed_law_after_the_code() -> None:
    own = read_csv(spec=spec_of("laws"), text=(FOLDER / "laws.csv").read_text(encoding="utf-8"))
    held = [row for row in shipped("laws").rows if row.key not in {entry.key for entry in own}]
    laws = Laws.from_book(Book("laws", (*held, *own)).at(date(2026, 7, 1)))
    before = NOTICE.printed(laws=laws, day=date(2026, 7, 1))
    after = NOTICE.printed(laws=laws, day=date(2026, 8, 15))
    assert "《中华人民共和国固体废物污染环境防治法》第八十二条" in before[0]
    assert not any("固体废物污染环境防治法" in point for point in after)
    assert "《危险废物转移管理办法》第二十六条" in after[1]
