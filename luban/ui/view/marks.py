"""Small marks and notes: deadline lamp, source, evidence, note, message, empty state, button, key–value list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

SOON_DAYS = 2


@dataclass(frozen=True)
class Lamp:
    """Deadline lamp (`lb-lamp`): round easy, triangle ≤ 2 days, diamond overdue, bars paused, ring not timed."""

    text: str
    css: str = ""
    small: str = ""
    template: ClassVar[str] = "ui/components/lamp.html"


def lamp(
    *,
    days_left: int | None,
    due: date | None = None,
    paused: bool = False,
    unit: str = "个工作日",
    used: int | None = None,
) -> Lamp:
    """The lamp of a clock. `days_left` in `unit` (negative: overdue; None: not timed); `due` adds “07-15 前”.

    `used`: days the clock has stood still, shown while paused.
    """
    small = f"{due:%m-%d} 前" if due else ""
    if paused:
        return Lamp(
            "已停表" if used is None else f"停表 {used} {unit.removeprefix('个工作')}", "is-pause", small
        )
    if days_left is None:
        return Lamp("不计时", "is-none", small)
    if days_left < 0:
        return Lamp(f"超期 {-days_left} {unit}", "is-over", small)
    if days_left == 0:
        return Lamp("今日到期", "is-soon", small)
    return Lamp(f"剩 {days_left} {unit}", "is-soon" if days_left <= SOON_DAYS else "", small)


@dataclass(frozen=True)
class Source:
    """Where a value comes from (`lb-src`). `kind`: prefill, self, calc, ocr; `text` e.g. 法人库 (a default per kind)."""

    kind: str
    text: str = ""
    template: ClassVar[str] = "ui/components/source.html"
    KINDS: ClassVar[dict[str, tuple[str, str, str]]] = {
        "prefill": ("", "database", "自动预填"),
        "self": ("is-self", "user", "本人填写"),
        "calc": ("is-calc", "calculator", "系统计算"),
        "ocr": ("is-ocr", "scan", "识别"),
    }

    @property
    def css(self) -> str:
        """Colour class."""
        return self.KINDS[self.kind][0]

    @property
    def icon(self) -> str:
        """Icon name."""
        return self.KINDS[self.kind][1]

    @property
    def words(self) -> str:
        """The text shown."""
        return self.text or self.KINDS[self.kind][2]


@dataclass(frozen=True)
class Proofmark:
    """Evidence mark: `state` anchored, waiting, stuck or mismatch; `block` the block number once anchored."""

    state: str
    block: int | None = None
    href: str = ""
    template: ClassVar[str] = "ui/components/proofmark.html"
    STATES: ClassVar[dict[str, tuple[str, str, str]]] = {
        "anchored": ("", "link", "已存证"),
        "waiting": ("is-wait", "clock", "待上链"),
        "stuck": ("is-bad", "alert-triangle", "上链受阻，待处理"),
        "mismatch": ("is-bad", "unlink", "与链上不一致，已派查"),
    }

    @property
    def css(self) -> str:
        """Colour class."""
        return self.STATES[self.state][0]

    @property
    def icon(self) -> str:
        """Icon name."""
        return self.STATES[self.state][1]

    @property
    def words(self) -> str:
        """The text shown."""
        text = self.STATES[self.state][2]
        return f"{text}，区块 {self.block:,}" if self.block is not None and self.state == "anchored" else text


@dataclass(frozen=True)
class Note:
    """A block note (`lb-note`). `kind`: info, warn, bad, ok, plain, white; `title` in bold, then `text`, then a link."""

    text: str
    title: str = ""
    kind: str = "info"
    icon: str = ""
    href: str = ""
    link: str = ""
    template: ClassVar[str] = "ui/components/note.html"
    ICONS: ClassVar[dict[str, str]] = {
        "info": "info-circle",
        "warn": "alert-triangle",
        "bad": "circle-x",
        "ok": "circle-check",
        "plain": "info-circle",
        "white": "calendar-event",
    }

    @property
    def icon_name(self) -> str:
        """The icon given, else the kind's own."""
        return self.icon or self.ICONS[self.kind]


@dataclass(frozen=True)
class Fix:
    """A button that corrects a field: “改为 2027-08-16” writes `value` into the field of id `field`."""

    text: str
    field: str
    value: str


@dataclass(frozen=True)
class Message:
    """A message beside a field (`lb-msg`). `kind`: bad, warn, ok; `id` is what the field's aria-describedby names."""

    text: str
    kind: str = "bad"
    id: str = ""
    fix: Fix | None = None
    href: str = ""
    link: str = ""
    template: ClassVar[str] = "ui/components/message.html"

    @property
    def icon(self) -> str:
        """Icon name."""
        return {"bad": "circle-x", "warn": "alert-triangle", "ok": "circle-check"}[self.kind]


@dataclass(frozen=True)
class Button:
    """A button or (with `href`) a link that looks like one. `kind`: primary, line, plain, link.

    `dialog`: id of the `<dialog>` it opens; `confirm`: a sentence asked first. A `disabled` button must say `why`.
    """

    text: str
    kind: str = "plain"
    href: str = ""
    name: str = ""
    value: str = ""
    type: str = "submit"
    icon: str = ""
    form: str = ""
    dialog: str = ""
    confirm: str = ""
    disabled: bool = False
    why: str = ""
    small: bool = False
    template: ClassVar[str] = "ui/components/button.html"
    CSS: ClassVar[dict[str, str]] = {
        "primary": "btn btn-primary",
        "line": "btn lb-btn is-line",
        "plain": "btn lb-btn",
        "link": "lb-link",
        "ghost": "btn is-ghost",
    }

    def __post_init__(self) -> None:
        """A dead button without a reason is refused."""
        if self.disabled and not self.why:
            raise ValueError(f"button {self.text!r} is disabled without saying why")

    @property
    def css(self) -> str:
        """Classes; a dead primary button loses its colour."""
        css = "btn" if self.disabled and self.kind == "primary" else self.CSS[self.kind]
        return f"{css} is-small" if self.small else css


@dataclass(frozen=True)
class Empty:
    """An empty state: what is so, why, one thing to do."""

    title: str
    text: str
    icon: str = "inbox"
    action: Button | None = None
    template: ClassVar[str] = "ui/components/empty.html"


@dataclass(frozen=True)
class Pair:
    """One line of a description list; `href` makes the value a link."""

    term: str
    value: str
    href: str = ""


@dataclass(frozen=True)
class Pairs:
    """A description list. `kind`: kv (small, value right), left (value left), facts (wide), cert (certificate)."""

    pairs: tuple[Pair, ...]
    kind: str = "kv"
    template: ClassVar[str] = "ui/components/pairs.html"


@dataclass(frozen=True)
class Crumbs:
    """The way here; the last one is the page itself and has no href."""

    links: tuple[tuple[str, str], ...]
    here: str
    template: ClassVar[str] = "ui/components/crumbs.html"
