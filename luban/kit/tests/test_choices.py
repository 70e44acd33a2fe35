"""A choice that is not in its list is said, whichever item asks."""

from datetime import date
from typing import Any

import pytest

from luban.kit.book import Book, Entry
from luban.kit.choices import unlisted_choices
from luban.kit.conditions import when
from luban.kit.fields import Choice, Choices, Text, field, many, table
from luban.kit.form import Form, Row, Section, section
from luban.kit.reading import read_form


class Drum(Row):
    """A container."""

    kind: Choice = field("容器", dictionary="container")


class Load(Section):
    """What is moved."""

    mode: Choice = field("方式", options=(("road", "汽车"), ("ship", "轮船")))
    ship: Choice = field("船型", options=(("tanker", "油船"),), shown=when("mode", "ship"))
    way: Choice = field("去向", dictionary="container", listed_by="X-1")
    marks: Choices = many("标识", dictionary="mark")
    note: Text = field("说明")
    drums: list[Drum] = table("容器")


class Transfer(Form):
    """A small form."""

    load: Load = section("货物", of=Load)


TERMS = Book(
    "terms",
    [
        Entry("container|drum", {"enabled": True}),
        Entry("container|sack", {"enabled": False}),
        Entry("mark|toxic", {"enabled": True}),
        Entry("mark|acid", {"enabled": True}, to=date(2026, 1, 1)),
    ],
).at(date(2026, 3, 2))


def said(**load: Any) -> list[tuple[str, str]]:
    form = read_form(Transfer, {"load": load}).form
    return [(f.path, f.message) for f in unlisted_choices(form, TERMS)]


@pytest.mark.parametrize(
    ("load", "path", "words"),
    [
        ({"mode": "rail"}, "load.mode", "方式“rail”"),
        ({"drums": [{"kind": "drum"}, {"kind": "box"}]}, "load.drums[1].kind", "第2行容器“box”"),
        ({"drums": [{"kind": "sack"}]}, "load.drums[0].kind", "第1行容器“sack”"),
        ({"marks": ["toxic", "acid"]}, "load.marks", "标识“acid”"),
        ({"mode": "ship", "ship": "raft"}, "load.ship", "船型“raft”"),
    ],
)
def test_what_is_in_no_list_is_said(load: dict[str, Any], path: str, words: str) -> None:
    assert said(**load) == [(path, f"{words}不在可选范围内，请重新选择。")]


@pytest.mark.parametrize(
    "load",
    [
        {},
        {"mode": "road", "marks": ["toxic"], "drums": [{"kind": "drum"}], "note": "随意"},
        {"mode": "road", "ship": "raft"},
        {"way": "nowhere"},
    ],
    ids=["blank", "listed", "not asked", "a rule's own"],
)
def test_everything_else_is_left_alone(load: dict[str, Any]) -> None:
    assert said(**load) == []
