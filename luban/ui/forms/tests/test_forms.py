"""Drawing a form from its declaration: what applies is there, codes have names, secrets stay secret, changes are seen."""

from __future__ import annotations

from datetime import date
from typing import Any

import django
import pytest

django.setup()  # this file is read before pytest-django gets to it

from luban.cases.shipped import shipped_context  # noqa: E402
from luban.kit.acts import Correction  # noqa: E402
from luban.kit.conditions import when  # noqa: E402
from luban.kit.fields import (  # noqa: E402
    Adcode,
    Choice,
    Codes,
    LongText,
    Mobile,
    Text,
    Tonnes3,
    YesNo,
    field,
    many,
    table,
)
from luban.kit.findings import Finding, Severity  # noqa: E402
from luban.kit.form import Form, Row, Section, section  # noqa: E402
from luban.kit.reading import read_form  # noqa: E402
from luban.ui.forms.boxes import (  # noqa: E402
    AddressBox,
    FieldBox,
    PlacePick,
    TableBox,
    Wiring,
    field_id,
)
from luban.ui.forms.build import form_box  # noqa: E402
from luban.ui.forms.choices import Choices  # noqa: E402
from luban.ui.forms.data import read_posted  # noqa: E402
from luban.ui.forms.read import read_sections  # noqa: E402
from luban.ui.forms.render import render_data_form, render_section_read  # noqa: E402

DAY = date(2026, 3, 2)


class Lorry(Row):
    plate: Text = field("车牌号")
    load: Tonnes3 = field("载质量", unit="吨", required=False)


class Carrier(Row):
    name: Text = field("名称")
    mode: Choice = field("方式", options=(("road", "汽车"), ("ship", "轮船")))
    story: LongText = field("说明", required=False)
    lorries: list[Lorry] = table("车辆", shown=when("mode", "road"))


class Firm(Section):
    title: Text = field("单位名称", locked=True)
    kind: Choice = field("申请主体类型", dictionary="applicant_type")
    note: Text = field("收集说明", shown=when("kind", "collector"))
    origin_county_code: Adcode = field("区县", part_of="origin")
    origin_road: Text = field("路", part_of="origin", help="写到弄号。")
    mobile: Mobile = field("手机", secret=True)
    goods: Codes = many("途经省份", required=False)
    true: YesNo = field("内容真实", commitment=True)
    total: Tonnes3 = field("合计", unit="吨", derived=True)
    carriers: list[Carrier] = table("运输单位", min_rows=1)


class Sample(Form):
    firm: Firm = section("单位", of=Firm)

    def compute(self) -> None:
        self.firm.total = None


@pytest.fixture(scope="module")
def choices() -> Choices:
    return Choices(shipped_context(today=DAY), DAY)


PAYLOAD: dict[str, Any] = {
    "firm": {
        "title": "上海示例<b>公司",
        "kind": "producer",
        "origin_county_code": "310115",
        "mobile": "13800001234",
        "carriers": [{"name": "示例物流", "mode": "road", "lorries": [{"plate": "沪A12345", "load": "3x"}]}],
    }
}


def boxes(payload: dict[str, Any], choices: Choices, **more: Any) -> list[Any]:
    form = read_form(Sample, payload).form
    given = {"wiring": Wiring(rows="/rows/", places="/places/"), **more}
    return list(form_box(form=form, payload=payload, choices=choices, **given).sections[0].parts)


def by_path(parts: list[Any]) -> dict[str, Any]:
    return {part.path: part for part in parts}


def test_only_what_applies_is_drawn_with_names_for_codes(choices: Choices) -> None:
    found = by_path(boxes(PAYLOAD, choices))
    assert "firm.note" not in found
    kind = found["firm.kind"]
    assert (kind.control, kind.shown) == ("select", "产生单位")
    assert [o.text for o in kind.options if o.on] == ["产生单位"]
    collector = {"firm": {**PAYLOAD["firm"], "kind": "collector"}}
    assert "firm.note" in by_path(boxes(collector, choices))


def test_what_a_source_locked_cannot_be_typed_over_and_says_why(choices: Choices) -> None:
    more: dict[str, Any] = {"sources": {"firm.title": "data_hub"}, "title_of": lambda _: "法人库"}
    title = by_path(boxes(PAYLOAD, choices, **more))["firm.title"]
    assert title.readonly
    assert "法人库" in title.why
    assert not by_path(boxes(PAYLOAD, choices, sources={"firm.title": "self"}))["firm.title"].readonly


def test_a_county_is_picked_from_the_province_down(choices: Choices) -> None:
    address = by_path(boxes(PAYLOAD, choices))["firm.origin"]
    assert isinstance(address, AddressBox)
    place = address.parts[0]
    assert isinstance(place, PlacePick)
    assert [box.value for box in place.levels] == ["310000", "310100", "310115"]
    assert place.levels[2].path == "firm.origin_county_code"
    assert all(box.path.rpartition(".")[2].startswith("_") for box in place.levels[:2])


def test_long_rows_are_blocks_and_short_ones_lines(choices: Choices) -> None:
    carriers = by_path(boxes(PAYLOAD, choices))["firm.carriers"]
    assert isinstance(carriers, TableBox)
    assert not carriers.grid
    inner = next(p for p in carriers.rows[0].parts if isinstance(p, TableBox))
    assert inner.grid
    cell = inner.rows[0].parts[1]
    assert isinstance(cell, FieldBox)
    assert (cell.value, cell.spoken) == ("3x", "第 1 行载质量")


def test_blanks_are_said_beside_fields_only_when_asked(choices: Choices) -> None:
    finding = Finding("R-01", Severity.BLOCK, "firm.kind", "请选择主体类型。")
    empty: dict[str, Any] = {"firm": {}}
    assert by_path(boxes(empty, choices, findings=(finding,)))["firm.kind"].message is None
    said = by_path(boxes(empty, choices, findings=(finding,), strict=True))["firm.kind"]
    assert said.message.text == "请选择主体类型。"
    assert by_path(boxes(PAYLOAD, choices, findings=(finding,)))["firm.kind"].css == "is-bad"


def test_the_shape_turns_with_the_controls_and_not_with_what_is_typed(choices: Choices) -> None:
    def shape(payload: dict[str, Any]) -> tuple[str, str]:
        form = read_form(Sample, payload).form
        box = form_box(form=form, payload=payload, choices=choices).sections[0]
        return box.shape, box.values

    first = shape(PAYLOAD)
    typed = shape({"firm": {**PAYLOAD["firm"], "mobile": "13900001234"}})
    turned = shape({"firm": {**PAYLOAD["firm"], "kind": "collector"}})
    assert typed[0] == first[0] != turned[0]
    assert typed[1] != first[1]


def test_read_only_masks_secrets_and_marks_changes(choices: Choices) -> None:
    form = read_form(Sample, PAYLOAD).form
    before = {"firm": {**PAYLOAD["firm"], "kind": "collector"}}
    read = read_sections(form=form, payload=PAYLOAD, choices=choices, before=before)[0]
    lines = {line.label: line for line in read.lines}
    assert lines["手机"].text == "138****1234"
    assert (lines["申请主体类型"].changed, lines["申请主体类型"].before) == (True, "集中收集单位")
    assert read.changes == 1
    html = render_section_read(form=form, payload=PAYLOAD, choices=choices)
    assert "13800001234" not in html
    assert "<b>公司" not in html
    assert "沪A12345" in html
    assert "13800001234" in render_section_read(
        form=form, payload=PAYLOAD, choices=choices, open_secrets=True
    )


def test_a_data_form_comes_back_as_typed(choices: Choices) -> None:
    values, faults = read_posted(section=Correction, posted={}, prefix="data")
    assert faults
    html = render_data_form(Correction, values, faults, "data", choices=choices)
    assert 'name="data.' in html
    assert "data-row-template" in html


@pytest.mark.parametrize(
    ("path", "expected"),
    [("waste.wastes[0].qty", "f-waste-wastes-0-qty"), ("a.b", "f-a-b"), ("x.y[__n__].z", "f-x-y-__n__-z")],
)
def test_ids_hold_nothing_a_selector_minds(path: str, expected: str) -> None:
    assert field_id(path) == expected
