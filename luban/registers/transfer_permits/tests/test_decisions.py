"""What is approved, for how long, and when a permit may change: pure."""

from datetime import date
from decimal import Decimal

import pytest

from luban.kit.refusal import Refused
from luban.registers.transfer_permits import decisions, rooms
from luban.registers.transfer_permits.memory import MEMORY
from luban.registers.transfer_permits.parts import Pending
from luban.registers.transfer_permits.tests.samples import (
    NOW,
    books,
    licence,
    record,
    scope,
    view,
    waste,
)

DAY = NOW.date()
TWO = [waste(), waste("398-051-22", apply_t="120")]


def tonnes(rows):
    return {row.code: row.approved_t for row in rows}


def test_without_a_word_to_the_contrary_what_was_applied_for_is_approved():
    rows = decisions.approved(view(wastes=TWO))
    assert tonnes(rows) == {"398-004-22": Decimal(300), "398-051-22": Decimal(120)}
    assert {row.name for row in rows} == {"含铜蚀刻废液"}


def test_a_partial_reply_lowers_what_is_approved_and_leaves_out_what_is_nothing():
    reply = {"approved": [{"waste_code": "398-004-22", "disposal_mode": "R4", "approved_t": "250.5"},
                          {"waste_code": "398-051-22", "approved_t": "0"}]}  # fmt: skip
    rows = decisions.approved(view(wastes=TWO, acts=[("accept", {}), ("reply", reply)]))
    assert tonnes(rows) == {"398-004-22": Decimal("250.5")}


def test_the_latest_word_counts_and_takes_the_rest_from_the_application():
    acts = [("reply", {"approved": [{"code": "398-004-22", "approved_t": "250"}]}),
            ("decide", {"approved": [{"code": "398-004-22", "approved_t": "200"}]}), ("seal", {})]  # fmt: skip
    (row,) = decisions.approved(view(wastes=[waste(p2p_no="P2P-示例-1")], acts=acts))
    assert (row.approved_t, row.mode, row.p2p_no) == (Decimal(200), "R4", "P2P-示例-1")


def test_nobody_is_granted_more_than_was_applied_for():
    stated = [{"code": "398-004-22", "approved_t": "301"}, {"code": "900-039-49", "approved_t": "1"}]
    assert tonnes(decisions.approved(view(acts=[("reply", {"approved": stated})]))) == {
        "398-004-22": Decimal(300)
    }


def test_a_later_reply_that_names_nothing_agrees_to_all_of_it():
    less = {"approved": [{"code": "398-004-22", "approved_t": "250"}]}
    assert tonnes(decisions.approved(view(acts=[("reply", less), ("reply", {"approved": []})]))) == {
        "398-004-22": Decimal(300)
    }


def test_tonnes_stated_for_a_code_cover_its_rows_in_their_order():
    two = [waste(apply_t="100"), waste(mode="R5", apply_t="200")]
    rows = decisions.approved(view(wastes=two, acts=[("reply", {"approved": [{"code": "398-004-22", "approved_t": "150"}]})]))  # fmt: skip
    assert [(row.mode, row.approved_t) for row in rows] == [("R4", Decimal(100)), ("R5", Decimal(50))]
    only = [{"code": "398-004-22", "mode": "R5", "approved_t": "150"}]
    (row,) = decisions.approved(view(wastes=two, acts=[("reply", {"approved": only})]))
    assert (row.mode, row.approved_t) == ("R5", Decimal(150))


def test_the_term_is_as_decided_else_as_applied_for_and_never_begins_in_the_past():
    assert decisions.term(view(), DAY) == (date(2026, 8, 1), date(2027, 7, 31))
    assert decisions.term(view(), date(2026, 8, 9))[0] == date(2026, 8, 9)
    decided = view(acts=[("decide", {"valid_from": "2026-08-05", "valid_to": date(2026, 10, 20)})])
    assert decisions.term(decided, DAY) == (date(2026, 8, 5), date(2026, 10, 20))
    assert decisions.term(view(licences=[licence(last=date(2026, 9, 30))]), DAY)[1] == date(2026, 9, 30)


def test_a_term_without_a_day_is_refused():
    with pytest.raises(Refused, match="批准期限为空，请申请人调整转移日期。"):
        decisions.term(view(acts=[("decide", {"valid_to": "2026-07-01"})]), DAY)
    with pytest.raises(Refused, match="没有批准任何废物"):
        decisions.granted(view(wastes=[]), DAY)


def test_a_permit_is_reserved_until_the_case_is_decided():
    assert decisions.granted(view(), DAY).status == "reserved"
    out = decisions.granted(view(state="closed_granted", licences=[licence()]), DAY)
    assert (out.status, out.permit_no, out.token) == ("issued", "沪环危转许〔2026〕0001号", "T" * 22)


def test_another_application_for_the_same_receiver_and_code_is_named():
    asked = decisions.applied(view(wastes=TWO))
    same = Pending(case_no="WZC-2", receiver_uscc=asked.receiver_uscc, codes=("398-051-22",))
    with pytest.raises(Refused) as refused:
        decisions.refuse_repeated(asked, [same])
    assert (refused.value.status, refused.value.message) == (409, "已有在办申请（WZC-2），不可重复提交。")
    decisions.refuse_repeated(asked, [asked])
    decisions.refuse_repeated(asked, [Pending(case_no="WZC-2", receiver_uscc="X", codes=asked.codes)])
    decisions.refuse_repeated(
        asked, [Pending(case_no="WZC-2", receiver_uscc=asked.receiver_uscc, codes=("1",))]
    )


def judged(permit, *scopes, records=()):
    found = {name: book.at(DAY) for name, book in books(*scopes, records=records).items()}
    return rooms.taken(asked=permit, others=(), books=found, day=DAY)


def test_the_first_example_fits_and_one_gram_more_than_the_capacity_does_not():
    asked = decisions.granted(view(wastes=TWO), DAY)
    judged(asked, scope(capacity="20000", received="9800"))
    judged(asked, scope(capacity="10220", received="9800"))
    with pytest.raises(Refused) as refused:
        judged(asked, scope(capacity="10219.9999", received="9800"))
    assert refused.value.message == (
        "接收单位许可证浙危废经第示例1号（HW22）能力不足：已接收9800.0000＋已批未收0.0000＋本次420.0000＝10220.0000吨，"
        "超过核准10219.9999吨，多出0.0001吨，请核减批准数量后再决定。"
    )


def test_each_row_draws_on_the_line_that_names_its_mode_or_is_of_its_family():
    lines = [
        scope(1, capacity="500", mode_codes=(), mode_family="D"),
        scope(2, capacity="900", mode_codes=(), mode_family="R", capacity_group="金属"),
        scope(3, category="HW17", capacity="900", capacity_group="金属"),
        scope(4, category="HW49", match_type="EXCEPT", codes=("900-039-49",)),
        scope(5, category="HW48", match_type="INCLUDE", codes=("321-026-48",)),
    ]
    rows = [waste(), waste(mode="D10"), waste("336-064-17"), waste("900-039-49"), waste("900-041-49"), waste("321-026-48"), waste("321-024-48")]  # fmt: skip
    found = judged(decisions.granted(view(wastes=rows), DAY), *lines)
    assert [row.capacity_group for row in found.rows] == ["金属", "1", "金属", "", "4", "5", ""]
    with pytest.raises(
        Refused, match=r"（HW22、HW17）能力不足：已接收0\.0000＋已批未收0\.0000＋本次900\.0001"
    ):
        judged(
            decisions.granted(view(wastes=[waste(), waste("336-064-17", apply_t="600.0001")]), DAY), *lines
        )


def test_what_other_provinces_have_committed_takes_room_too():
    asked = decisions.granted(view(wastes=TWO), DAY)
    judged(asked, scope(capacity="20000", received="17480", committed_t=Decimal(2100)))
    with pytest.raises(Refused, match=r"已批未收2100\.0000＋本次420\.0000＝20000\.0001吨"):
        judged(asked, scope(capacity="20000", received="17480.0001", committed_t=Decimal(2100)))


def test_what_no_book_knows_has_no_limit():
    asked = decisions.granted(view(wastes=[waste(apply_t="99999", p2p_no="P2P-示例-9")]), DAY)
    assert judged(asked).rows[0].capacity_group == ""
    judged(asked, scope(capacity=""))
    judged(decisions.granted(view(licence_no="另一证"), DAY), scope(capacity="1"))


def test_the_quota_of_the_fifth_example_is_not_enough_with_its_figures():
    asked = decisions.granted(view(wastes=[waste("398-007-34", "R5", "800", "P2P-示例-1")]), DAY)
    judged(asked, records=[record(used="200")])
    with pytest.raises(
        Refused, match=r"点对点豁免剩余额度750\.0000吨不足：P2P-示例-1许可总量1000\.0000吨，已用250\.0000吨"
    ):
        judged(asked, records=[record(used="250")])


def trial(*known):
    register = MEMORY(known)
    return register, register.commands(), register.providers()


def test_in_memory_a_case_goes_from_application_to_permit_and_to_revocation():
    register, commands, providers = trial()
    asked = {"day": DAY, "applicant": type("A", (), {"uscc": view().applicant}), "number": ""}
    commands["transfer_permits.apply"](view=view(), at=NOW)
    assert [one.case_no for one in providers["transfer_permits.pending"](**asked)] == [view().number]
    assert providers["transfer_permits.pending"](**{**asked, "number": view().number}) == ()
    commands["transfer_permits.grant"](view=view(), at=NOW)
    assert providers["transfer_permits.pending"](**asked) != ()
    commands["transfer_permits.grant"](view=view(state="closed_granted", licences=[licence()]), at=NOW)
    assert providers["transfer_permits.pending"](**asked) == ()
    (held,) = providers["transfer_permits.of_generator"](**asked)
    assert providers["transfer_permits.of_receiver"](**asked, receiver=held.receiver_uscc) == (held,)
    assert (held.status, held.permit_no) == ("issued", licence().number)
    commands["transfer_permits.revoke"](view=view("WZCX-1", target=licence().number), at=NOW)
    assert register.shown()[licence().number]["status"] == "revoked"
    with pytest.raises(Refused, match="该许可已于2026-07-21撤销，不能再注销。"):
        commands["transfer_permits.cancel"](view=view(), at=NOW)
    with pytest.raises(Refused, match="许可台账中没有“不存在”"):
        commands["transfer_permits.revoke"](view=view("WZCX-1", target="不存在"), at=NOW)


def test_in_memory_a_case_that_ends_otherwise_leaves_nothing():
    register, commands, _ = trial()
    commands["transfer_permits.apply"](view=view(), at=NOW)
    commands["transfer_permits.grant"](view=view(), at=NOW)
    commands["transfer_permits.drop"](view=view(), at=NOW)
    assert [one["status"] for one in register.shown().values()] == ["cancelled"]
    commands["transfer_permits.grant"](view=view(), at=NOW)
    assert [one["status"] for one in register.shown().values()] == ["reserved"]


def test_a_case_file_gives_permits_and_applications_and_misspelt_ones_are_named():
    row = {"permit_no": "旧", "generator_uscc": "G", "receiver_uscc": "R", "valid_from": "2025-01-01", "valid_to": "2025-12-31",
           "rows": [{"code": "398-004-22", "mode": "R4", "approved_t": "100.5"}]}  # fmt: skip
    register, _, _ = trial(row, {"generator_uscc": "G", "case_no": "WZC-9", "codes": ["398-004-22"]})
    assert register.shown()["旧"]["approved"] == {"398-004-22": "100.5"}
    assert register.shown()["pending WZC-9"]["codes"] == ["398-004-22"]
    with pytest.raises(ValueError, match="unknown tonnes"):
        MEMORY([{**row, "rows": [{"tonnes": 1}]}])
    with pytest.raises(ValueError, match="valid_from"):
        MEMORY([{**row, "valid_from": "soon"}])
