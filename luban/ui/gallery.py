"""Every component on one page, to look at without a database: `python -m luban.ui.gallery OUT.html [office]`.

The file refers to the style sheets in this checkout, so it opens straight from disk. Firms, persons and numbers
are invented.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import django
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory

from luban.ui import gallery_parts
from luban.ui.context import ui
from luban.ui.face import Face, NavItem, Who

HERE = Path(__file__).parent
STATIC = HERE / "static"
VENDOR = HERE.parents[1] / "node_modules"

PORTAL_NAV = (
    NavItem("首页", "/"),
    NavItem("办事大厅", "/items/"),
    NavItem("我的办件", "/cases/", badge="1"),
    NavItem("我的证照", "/licences/"),
    NavItem("查询核验", "/verify/"),
)
OFFICE_NAV = (NavItem("待办", "/", badge="23"), NavItem("办件", "/cases/"), NavItem("台账", "/registers/"))
FACES = {
    "portal": Face(
        nav=PORTAL_NAV,
        messages_url="/messages/",
        message_count="3",
        who=Who("上海示例微电子有限公司", "经办人 林** · 法人授权"),
    ),
    "office": Face(
        code="office",
        nav=OFFICE_NAV,
        search_url="/search/",
        messages_url="/messages/",
        message_count="6",
        who=Who("", "固废处 · 审查岗　周**", "上海市生态环境局"),
    ),
}


def configure() -> None:
    """Django with this app and templates only, unless settings are already in force."""
    if settings.configured:
        return
    settings.configure(
        INSTALLED_APPS=["django.contrib.staticfiles", "luban.ui"],
        STATIC_URL="/static/",
        LUBAN_DEMO=True,
        LANGUAGE_CODE="zh-hans",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    )
    django.setup()


def page(*, face: str = "portal") -> str:
    """The gallery as HTML, with links under `/static/`, in the frame of `portal` or `office`."""
    request = RequestFactory().get("/")
    request.face = FACES[face]  # type: ignore[attr-defined]
    parts = [(title, list(things)) for title, things in gallery_parts.parts(face=face)]
    context = {**ui(request), "parts": parts, "layout": f"ui/{face}.html"}
    return render_to_string("ui/gallery.html", context)


def standalone(html: str) -> str:
    """The page with `/static/…` links turned into file addresses of this checkout."""
    html = re.sub(r'"/static/vendor/', f'"{VENDOR.as_uri()}/', html)
    return html.replace('"/static/', f'"{STATIC.as_uri()}/')


def main(arguments: list[str]) -> int:
    """Write the gallery to the file named first; the second argument is the face."""
    if not arguments:
        sys.stderr.write("usage: python -m luban.ui.gallery OUT.html [portal|office]\n")
        return 2
    configure()
    face = arguments[1] if len(arguments) > 1 else "portal"
    Path(arguments[0]).write_text(standalone(page(face=face)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
