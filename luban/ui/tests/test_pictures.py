"""Process picture, route picture and QR code: what lies where, what is said to those who cannot see it."""

from decimal import Decimal

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from luban.kit.process import Desk, End, Go, Process, Return, Step
from luban.ui.flow import FlowArc, FlowStep, flow, process_flow
from luban.ui.qr import qr
from luban.ui.route import Leg, route

STEPS = (FlowStep("a", "受理", state="done"), FlowStep("b", "审查", state="now"), FlowStep("c", "决定"))


def test_boxes_stand_side_by_side_and_inside_the_picture():
    picture = flow(steps=STEPS)
    for left, right in zip(picture.boxes, picture.boxes[1:], strict=False):
        assert left.x + left.width < right.x
    assert picture.boxes[-1].x + picture.boxes[-1].width < picture.width


def test_a_long_title_gets_a_wider_box():
    assert (
        flow(steps=(FlowStep("a", "长三角区域联合专家技术评审"),)).boxes[0].width
        > flow(steps=STEPS).boxes[0].width
    )


def test_the_way_walked_is_lit_up_to_the_present_step():
    assert [a.css for a in flow(steps=STEPS).arrows] == ["on", ""]


def test_arcs_back_run_below_and_ahead_above_without_meeting():
    picture = flow(
        steps=STEPS, arcs=(FlowArc("b", "a", "退回"), FlowArc("a", "c", "直接"), FlowArc("c", "a", "重来"))
    )
    back = [a for a in picture.arrows if a.css == "back"]
    assert len({a.text_y for a in back}) == 2
    assert all(a.text_y < picture.height for a in picture.arrows)
    assert all(a.text_y >= 0 for a in picture.arrows)


def test_the_picture_is_also_said_in_words():
    assert flow(steps=STEPS).label == "办理流程：已完成受理；现在是审查；之后是决定"


def test_an_arc_to_nowhere_is_an_error():
    with pytest.raises(KeyError):
        flow(steps=STEPS, arcs=(FlowArc("a", "nowhere"),))


def test_a_declared_process_draws_itself():
    desk = Desk("city_reviewer", at="city")
    process = Process(
        steps=(
            Step("accept", "受理", desk, (Go("accept", "受理", to="review"), Return("correct", "补正"))),
            Step(
                "review",
                "审查",
                desk,
                (Go("agree", "同意", to="decide"), Go("back", "退回受理", to="accept")),
            ),
            Step("decide", "决定", desk, (End("grant", "批准", reaches="closed_granted"),)),
        )
    )
    picture = process_flow(
        process=process, now="review", done=frozenset({"accept"}), notes={"accept": "07-14 完成"}
    )
    assert [b.css for b in picture.boxes] == ["d", "n", ""]
    assert [a.text for a in picture.arrows if a.css == "back"] == ["退回受理"]
    assert picture.boxes[0].step.note == "07-14 完成"


def test_a_route_adds_up_and_names_every_leg():
    drawn = route(
        legs=(Leg("浦东", "外高桥", "road", Decimal("32.5")), Leg("外高桥", "南通", "ship", Decimal("118.0")))
    )
    assert drawn.total == "150.5 千米"
    assert (
        drawn.label
        == "运输路线：第1段公路，从浦东到外高桥，32.5 千米；第2段水路，从外高桥到南通，118 千米；共 150.5 千米"
    )
    assert [p.name for p in drawn.places] == ["浦东", "外高桥", "南通"]


def test_a_gap_between_legs_is_marked():
    drawn = route(legs=(Leg("浦东", "外高桥", "road"), Leg("吴淞", "南通", "ship", Decimal(1))))
    assert drawn.places[1].name == "外高桥 ≠ 吴淞"
    assert not drawn.places[1].joined
    assert drawn.total == ""


def test_an_empty_route_is_an_empty_picture():
    assert route(legs=()).places == ()


def test_a_qr_code_can_be_read_back():
    address = "https://luban.example/v/EXAMPLEexample0123456A"
    code = qr(content=address, text="核验页")
    image = Image.new("L", (code.size * 8, code.size * 8), 255)
    pen = ImageDraw.Draw(image)
    for stroke in code.path.split("M")[1:]:
        place, length = stroke.split("h")
        x, y = (int(float(n)) for n in place.split())
        pen.rectangle((x * 8, y * 8, (x + int(length)) * 8 - 1, y * 8 + 7), fill=0)
    assert zxingcpp.read_barcodes(image)[0].text == address
