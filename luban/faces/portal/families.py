"""The catalogue: what firms may come for, by theme, and found by the words people use for it.

An item belongs to the theme its `family` names; a family without a row here is a theme under its own name, so that a
new item needs no change of this face.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from luban.cases.rows import grams
from luban.kit import registry
from luban.kit.item import Item

OWN = "own"
MOST_SAYS, MOST_EXAMPLES = 2, 3


@dataclass(frozen=True)
class Theme:
    """A theme with its items; `icon` is a name of `icons.txt`, `says` is how people ask for what stands in it."""

    code: str
    title: str
    icon: str
    about: str
    says: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


THEMES = (
    Theme(
        "bundle",
        "集成办",
        "stack-2",
        "几件相关的事，一次填报、并联审批。",
        ("新建项目，环评和排污许可一起办",),
    ),
    Theme(
        "solid_waste",
        "一般固废跨省转移",
        "recycle",
        "把一般固体废物转到外省利用、贮存或处置前办理。",
        ("把废塑料转到江苏利用", "一般固废跨省备案"),
    ),
    Theme(
        "hazardous_waste",
        "危险废物跨省转移",
        "biohazard",
        "把危险废物转到外省前办理，外省意见线上回。",
        ("把危险废物转到浙江处置",),
    ),
    Theme(
        "radiation", "辐射安全", "radioactive", "放射性同位素与射线装置的许可和评估。", ("射线装置年度评估",)
    ),
    Theme("permit", "环评与排污许可", "building-factory-2", "建设项目环评和排污许可。", ("排污许可延续",)),
    Theme("carbon", "绿色低碳", "leaf", "碳普惠和绿色项目。", ("屋顶光伏碳普惠",)),
)


def offered() -> tuple[Item, ...]:
    """The items a firm may begin."""
    return tuple(item for item in registry.all_items() if item.begun_by.at == OWN)


def themes(items: tuple[Item, ...]) -> tuple[Theme, ...]:
    """These items by theme; themes without any are left out."""
    known = {theme.code: theme for theme in THEMES}
    order = [*known, *(item.family for item in items)]
    found = []
    for code in dict.fromkeys(order):
        mine = tuple(item for item in items if item.family == code)
        if mine:
            theme = known.get(code) or Theme(code, code if not code.isascii() else "其他事项", "files", "")
            found.append(replace(theme, items=mine))
    return tuple(found)


def examples(found: tuple[Theme, ...]) -> tuple[str, ...]:
    """A few ways to ask for what is there, of each theme before a second of any."""
    turns = (theme.says[turn] for turn in range(MOST_SAYS) for theme in found if len(theme.says) > turn)
    return tuple(turns)[:MOST_EXAMPLES]


def theme_title(item: Item) -> str:
    """The theme an item stands under."""
    return themes((item,))[0].title


def search(text: str) -> tuple[Item, ...]:
    """The items that share word parts with the text, best first; all of them for an empty text."""
    wanted = set(grams(text))
    if not text.strip():
        return offered()
    if not wanted:
        return tuple(item for item in offered() if text.strip() in item.title)
    scored = [(_score(item, wanted), item) for item in offered()]
    return tuple(item for score, item in sorted(scored, key=lambda s: -s[0]) if score > 0)


def _score(item: Item, wanted: set[str]) -> float:
    """How much of the wanted words an item's own words hold; its title counts most."""
    title = len(wanted & set(grams(item.title, item.short, item.result)))
    told = item.notice.points if item.notice else ()
    asked = [o.label for q in (item.guide.questions if item.guide else ()) for o in q.options]
    return title + len(wanted & set(grams(item.applicants, *told, *asked))) / 10
