"""Every component renders, says in text what it shows in colour, and writes nothing inline."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from luban.people.actor import Actor
from luban.people.roles import FIRM_ROLES
from luban.ui import gallery, view
from luban.ui.context import ui
from luban.ui.gallery_parts import parts
from luban.ui.view import (
    Button,
    Cell,
    Column,
    CorrectionRow,
    Corrections,
    DataTable,
    Decide,
    DecideOption,
    FindList,
    FindRow,
    Note,
    NoticePanel,
    TableRow,
    Track,
    TrackStep,
)

FIRM_ROLE = sorted(FIRM_ROLES)[0]
HERE = Path(__file__).parents[1]
VOID = {"meta", "link", "input", "br", "img", "hr", "circle", "rect", "line", "path"}


def drawn(thing: object) -> str:
    return Template("{% load lb %}{% draw thing %}").render(Context({"thing": thing, "csrf_token": "t0ken"}))


class Outline(HTMLParser):
    """Ids, label targets, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.pointed: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.note(attrs)

    def handle_startendtag(self, tag, attrs):
        self.note(attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def note(self, attrs):
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value)
            if name in ("for", "aria-labelledby", "aria-describedby"):
                self.pointed += value.split()


@pytest.mark.parametrize("face", ["portal", "office"])
def test_the_whole_gallery_is_sound_html(face):
    outline = Outline(gallery.page(face=face))
    assert not outline.open
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.pointed) <= set(outline.ids)


@pytest.mark.parametrize("face", ["portal", "office"])
def test_nothing_is_inline(face):
    outline = Outline(gallery.page(face=face))
    assert "style" not in outline.attributes
    assert not {a for a in outline.attributes if a.startswith(("on", "hx-on"))}


def test_the_gallery_shows_every_view_object():
    shown = {
        type(thing) for face in ("portal", "office") for _, things in parts(face=face) for thing in things
    }
    drawable = {cls for cls in vars(view).values() if isinstance(cls, type) and hasattr(cls, "template")}
    inside = {view.RuleRow, view.RowForm, view.Said, view.Bar, view.Track}
    assert drawable - shown - inside == set()


def test_icons_are_hidden_and_listed():
    listed = set(
        re.findall(r"^\.ti-([a-z0-9-]+)::before", (HERE / "static/ui/icons/icons.css").read_text(), re.M)
    )
    for face in ("portal", "office"):
        html = gallery.page(face=face)
        tags = re.findall(r'<i class="ti ti-[^>]*>', html)
        assert tags
        assert all('aria-hidden="true"' in tag for tag in tags)
        assert set(re.findall(r'class="ti ti-([a-z0-9-]+)', html)) <= listed


def test_every_icon_named_anywhere_in_the_house_is_in_the_cut_font():
    listed = set(
        re.findall(r"^\.ti-([a-z0-9-]+)::before", (HERE / "static/ui/icons/icons.css").read_text(), re.M)
    )
    used: dict[str, str] = {}
    for path in [*HERE.parent.rglob("*.html"), *HERE.parent.rglob("*.js")]:
        for name in re.findall(
            r"\bti ti-([a-z0-9-]+[a-z0-9])(?![{'\"a-z0-9-]*\{)", path.read_text(encoding="utf-8")
        ):
            used[name] = str(path)
    missing = {name: where for name, where in used.items() if name not in listed}
    assert not missing, "add to luban/ui/icons.txt and run python -m luban.ui.subset_icons"


def test_what_people_typed_is_escaped():
    assert "<script>" not in drawn(Note("<script>alert(1)</script>", title="<b>"))
    table = DataTable("表", (Column("单位"),), (TableRow((Cell("<img src=x onerror=1>"),)),))
    assert "<img" not in drawn(table)


def test_a_correction_list_numbers_and_names_every_way_out():
    html = drawn(
        Corrections((CorrectionRow("缺盖章页", "第 4 页应有公章。", "盖章后重传。", "/fix/1"),), "/fix/")
    )
    assert "请补正 1 处" in html
    assert "怎么改：" in html
    assert '改这一处<span class="lb-sr">：缺盖章页</span>' in html


def test_the_present_step_is_marked_for_everyone():
    html = drawn(Track((TrackStep("受理", "done"), TrackStep("审查", "now", hold="hold"))))
    assert 'aria-current="step"' in html
    assert "，已完成" in html
    assert "is-hold" in html


def test_findings_come_gravest_first_and_lead_to_their_field():
    html = drawn(
        FindList((FindRow("warn", "提醒一条", "二", "#b"), FindRow("block", "须改一条", "一", "#a")), 3)
    )
    assert html.index("须改一条") < html.index("提醒一条")
    assert 'href="#a"' in html
    assert "清零后才能提交" in html


def test_a_clean_precheck_says_it_can_be_submitted():
    assert "都通过了，可以提交" in drawn(FindList((), 12))


def test_a_closed_option_cannot_be_chosen_and_says_why():
    panel = Decide(
        "/act/",
        (DecideOption("agree", "同意", on=True, why_not="CR-07 不通过"), DecideOption("deny", "不同意")),
        "r-1",
    )
    html = drawn(panel)
    closed = re.findall(r'<input[^>]*value="agree"[^>]*>', html)[0]
    assert "disabled" in closed
    assert "checked" not in closed
    assert "现在不能选：CR-07 不通过" in html
    assert 'name="csrfmiddlewaretoken" value="t0ken"' in html
    assert 'name="request_id" value="r-1"' in html


def test_the_notice_says_how_long_and_its_button_posts_without_a_script():
    html = drawn(NoticePanel(("未经批准不得转移。",), 10, "/notice/"))
    assert "阅读 10 秒后可以勾选" in html
    assert 'method="post"' in html
    assert "disabled" not in html


def test_a_disabled_button_stands_beside_its_reason():
    assert "读完须知才能继续" in drawn(Button("继续", "primary", disabled=True, why="读完须知才能继续"))


def test_a_row_of_the_wrong_length_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        drawn(DataTable("表", (Column("一"), Column("二")), (TableRow((Cell("只有一格"),)),)))


def test_a_chart_always_comes_with_its_figures():
    charts = [t for _, things in parts(face="portal") for t in things if isinstance(t, view.Chart)]
    html = drawn(charts[0])
    assert "data-chart=" in html
    assert '<th scope="row">4 月</th>' in html
    assert "—" in html


@pytest.mark.parametrize("code", [400, 403, 404, 409, 411, 413, 429, 500])
def test_error_pages_render_without_any_context(code):
    from_nothing = Template(f'{{% include "ui/errors/{code}.html" %}}').render(Context())
    assert f"错误 {code}" in from_nothing
    assert "返回上一页" in from_nothing
    assert "非法" not in from_nothing
    assert "系统异常" not in from_nothing


def test_an_error_page_shows_its_own_sentence():
    html = Template('{% include "ui/errors/403.html" %}').render(Context({"message": "本件不在您的岗位。"}))
    assert "本件不在您的岗位。" in html


@pytest.mark.parametrize("layout", ["portal", "office", "bare", "mobile"])
def test_layouts_have_a_skip_link_one_main_and_the_demo_band(layout):
    context = Context(
        {"demo": True, "size": "large", "layout": f"ui/{layout}.html", "face": gallery.FACES["portal"]}
    )
    html = Template("{% extends layout %}{% block title %}页{% endblock %}").render(context)
    assert html.index("跳到正文") < html.index("<main")
    assert html.count("<main") == 1
    assert "演示环境" in html
    assert 'data-size="large"' in html
    assert "<title>页 · 绿办</title>" in html


def test_large_type_comes_from_the_cookie():
    request = RequestFactory().get("/")
    request.COOKIES["lb_size"] = "large"
    assert ui(request)["size"] == "large"
    request.COOKIES["lb_size"] = '"><script>'
    assert ui(request)["size"] == ""


def test_the_signed_in_are_shown_with_masked_names():
    request = RequestFactory().get("/")
    request.__dict__["actor"] = Actor(
        "lin", "林晓", FIRM_ROLE, "91310115MA7CPU0172", "上海示例有限公司", "310115"
    )
    who = ui(request)["who"]
    assert who.first == "上海示例有限公司"
    assert who.second.endswith("林**")
    request.__dict__["actor"] = Actor.public()
    assert ui(request)["who"] is None
