"""A form never loses what was typed and says in Chinese what it could not read."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from luban.kit.conditions import any_row, unless, when
from luban.kit.fields import (
    Choice,
    Choices,
    Codes,
    Day,
    Text,
    Tonnes3,
    Uscc,
    Whole,
    YesNo,
    field,
    many,
    table,
)
from luban.kit.form import Form, Row, Section, form_spec, missing_values, section
from luban.kit.reading import dump_form, read_form


class Lorry(Row):
    """A vehicle."""

    plate: Text = field("车牌")
    load_t: Tonnes3 = field("载重", unit="吨", required=False)


class Goods(Section):
    """What is moved."""

    name: Text = field("名称", max_len=10)
    uscc: Uscc = field("统一社会信用代码")
    qty_t: Tonnes3 = field("数量", unit="吨", gt=0)
    batches: Whole = field("批次", ge=1, le=9999)
    mode: Choice = field("方式", options=(("road", "汽车"), ("ship", "轮船")))
    ship_name: Text = field("船名", required=when("mode", "ship"), shown=when("mode", "ship"))
    start: Day = field("开始日期", required=False)
    promised: YesNo = field("承诺", commitment=True)
    lorries: list[Lorry] = table("车辆", min_rows=1, max_rows=3)


class Pledge(Section):
    """Only asked when a lorry carries."""

    note: Text = field("说明", required=any_row("goods.lorries", "plate", "沪A00001"))


class Transfer(Form):
    """A small form."""

    goods: Goods = section("货物", of=Goods, key="s1")
    pledge: Pledge = section("承诺", of=Pledge, key="s2", shown=unless("goods.mode", "ship"))


def messages(payload: dict[str, Any]) -> dict[str, str]:
    return {f.path: f.message for f in read_form(Transfer, payload).faults}


def test_values_are_normalised_and_keep_their_places() -> None:
    form = read_form(
        Transfer, {"goods": {"name": "  废塑料 ", "uscc": "91310115ma1tl1a06j", "qty_t": "1,200.5"}}
    ).form
    assert form.goods.name == "废塑料"
    assert form.goods.uscc == "91310115MA1TL1A06J"
    assert str(form.goods.qty_t) == "1200.500"
    assert dump_form(form)["goods"]["qty_t"] == "1200.500"


def test_each_mistake_is_said_beside_its_field_and_the_rest_survives() -> None:
    payload = {
        "goods": {
            "name": "一二三四五六七八九十十一",
            "qty_t": "很多",
            "batches": "1.5",
            "start": "2026-02-30",
            "lorries": [{"plate": "沪A00001", "load_t": "1.23456"}, {"plate": "沪A00002"}],
        }
    }
    said = messages(payload)
    assert said["goods.name"] == "最多 10 个字，请精简。"
    assert said["goods.qty_t"] == "这里要填数字，例如 12.5。"
    assert said["goods.batches"] == "这里要填整数。"
    assert said["goods.start"].startswith("日期请写成 2026-03-16")
    assert said["goods.lorries[0].load_t"] == "最多保留 3 位小数。"
    form = read_form(Transfer, payload).form
    assert [lorry.plate for lorry in form.goods.lorries] == ["沪A00001", "沪A00002"]
    assert form.goods.lorries[0].load_t is None


def test_bounds_and_row_limits_are_sentences() -> None:
    rows = [{"plate": f"沪A0000{n}"} for n in range(5)]
    said = messages({"goods": {"qty_t": "0", "batches": 10000, "lorries": rows}})
    assert said["goods.qty_t"] == "必须大于 0。"
    assert said["goods.batches"] == "不能大于 9999。"
    assert said["goods.lorries"] == "最多 3 行，请分开申请。"


def test_unknown_names_are_told_apart() -> None:
    reading = read_form(Transfer, {"goods": {"nmae": "错字"}, "extra": {}})
    assert set(reading.unknown) == {"goods.nmae", "extra"}
    assert not reading.faults


def test_missing_values_follow_conditions() -> None:
    empty = dict(missing_values(read_form(Transfer, {}).form))
    assert empty["goods.name"] == "名称"
    assert "goods.ship_name" not in empty
    assert empty["goods.lorries"] == "车辆"
    assert "pledge.note" not in empty
    by_ship = dict(missing_values(read_form(Transfer, {"goods": {"mode": "ship"}}).form))
    assert by_ship["goods.ship_name"] == "船名"
    by_road = dict(
        missing_values(
            read_form(Transfer, {"goods": {"mode": "road", "lorries": [{"plate": "沪A00001"}, {}]}}).form
        )
    )
    assert by_road["goods.lorries[1].plate"] == "第2行车牌"
    assert by_road["pledge.note"] == "说明"


def test_paths_find_their_declaration() -> None:
    spec = form_spec(Transfer)
    assert spec.label("goods.lorries[1].load_t") == "第2行载重"
    assert spec.find("goods.lorries[7].load_t").meta.unit == "吨"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.decimals(allow_nan=True).map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["name", "uscc", "qty_t", "batches", "start", "promised", "lorries", "mode", "zzz"])


@given(
    st.dictionaries(
        st.sampled_from(["goods", "pledge", "zzz"]), json_values | st.dictionaries(names, json_values)
    )
)
def test_reading_never_raises_and_never_invents(payload: dict[str, Any]) -> None:
    reading = read_form(Transfer, payload)
    again = read_form(Transfer, dump_form(reading.form))
    assert again.form == reading.form
    assert not again.faults


def test_quantities_are_exact() -> None:
    assert read_form(Transfer, {"goods": {"qty_t": 120.1}}).form.goods.qty_t == Decimal("120.100")


class Load(Row):
    """Codes of two kinds."""

    scope: Codes = many("范围")
    hazards: Choices = many("危险特性")


class Loads(Section):
    """A section of them."""

    loads: list[Load] = table("货物")


class LoadsForm(Form):
    """A form of one section."""

    load: Loads = section("货物", of=Loads, key="s1")


def test_a_list_of_choices_keeps_the_case_of_its_codes_and_a_list_of_codes_does_not() -> None:
    rows = [{"hazards": "In, T；road", "scope": "hw 6.1"}, {"hazards": [" In ", ""], "scope": ["s5-a"]}]
    loads = read_form(LoadsForm, {"load": {"loads": rows}}).form.load.loads
    assert [row.hazards for row in loads] == [["In", "T", "road"], ["In"]]
    assert [row.scope for row in loads] == [["HW", "6.1"], ["S5-A"]]
    (fault,) = read_form(LoadsForm, {"load": {"loads": [{"hazards": [{"a": 1}]}]}}).faults
    assert fault.message == "这里是代码清单，请逐个填写代码。"
