"""Citing the law of the day: the old article before 2026-08-15, never afterwards."""

from datetime import date

import pytest

from luban.kit.laws import Law, Laws, NoLawInForce, UnknownLaw

BEFORE, SINCE = date(2026, 8, 14), date(2026, 8, 15)
OLD, NEW = "中华人民共和国固体废物污染环境防治法", "中华人民共和国生态环境法典"


def law(
    law_id: str, article: str = "", *successor: str, name: str = OLD, verified: bool = True, **dates: date
) -> Law:
    return Law(
        id=law_id,
        name=name,
        article=article,
        text="",
        in_force_from=dates.get("since"),
        in_force_to=dates.get("until"),
        successor=successor,
        verified=verified,
        source="测试",
    )


LAWS = Laws(
    [
        law("SWPL.22.2", "第二十二条第二款", "EEC", until=SINCE),
        law("SWPL.80", "第八十条", "EEC.534", until=SINCE),
        law("MEPL.47", "第四十七条", "EEC.348", "EEC.349", until=SINCE, name="某法"),
        law("SWPL.99", "第九十九条", until=SINCE),
        law("EEC", name=NEW, verified=False, since=SINCE),
        law("EEC.534", "第五百三十四条", name=NEW, since=SINCE),
        law("EEC.348", "第三百四十八条", name=NEW, since=SINCE),
        law("EEC.349", "第三百四十九条", name=NEW, since=SINCE),
        law("ALL.44", "第四十四条", name="中华人民共和国行政许可法"),
        law("OLD.1", "第一条", name="旧规定", until=date(2000, 1, 1)),
    ]
)


def test_before_the_code_the_old_article_is_printed() -> None:
    cited = LAWS.at("SWPL.22.2", BEFORE)
    assert cited.printed == f"《{OLD}》第二十二条第二款"
    assert (cited.article, cited.verified, cited.warning) == ("第二十二条第二款", True, None)


def test_since_the_code_without_a_number_only_its_name_is_printed_and_the_drafter_warned() -> None:
    cited = LAWS.at("SWPL.22.2", SINCE)
    assert cited.printed == f"《{NEW}》有关规定"
    assert (cited.name, cited.article, cited.verified, cited.warning) == (NEW, None, False, "LAW-01")


def test_a_verified_successor_is_printed_with_its_number_and_two_together() -> None:
    assert LAWS.at("SWPL.80", SINCE).printed == f"《{NEW}》第五百三十四条"
    assert LAWS.at("MEPL.47", SINCE).printed == f"《{NEW}》第三百四十八条、第三百四十九条"


def test_a_repealed_article_without_successor_falls_to_the_name_of_the_code() -> None:
    assert LAWS.at("SWPL.99", SINCE).ids == ("EEC",)


def test_a_law_that_stays_is_the_same_on_both_days() -> None:
    assert LAWS.at("ALL.44", BEFORE) == LAWS.at("ALL.44", SINCE)


def test_citing_the_code_for_an_earlier_day_walks_back() -> None:
    assert LAWS.at("EEC.534", BEFORE).printed == f"《{OLD}》第八十条"


def test_unknown_and_dead_ids_are_named() -> None:
    with pytest.raises(UnknownLaw, match=r"SWPL\.404"):
        LAWS.at("SWPL.404", BEFORE)
    with pytest.raises(NoLawInForce):
        LAWS.at("OLD.1", BEFORE)
    with pytest.raises(NoLawInForce):
        LAWS.at("EEC", BEFORE)
    with pytest.raises(UnknownLaw, match=r"EEC\.1"):
        Laws([law("SWPL.1", "第一条", "EEC.1")])


def test_a_circle_of_successors_ends() -> None:
    circle = Laws([law("A", "第一条", "B", until=BEFORE), law("B", "第二条", "A", until=BEFORE)])
    with pytest.raises(NoLawInForce):
        circle.at("A", SINCE)
