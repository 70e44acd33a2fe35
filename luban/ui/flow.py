"""The process as a picture: boxes in a row, the case's position lit, arcs for ways back (below) and ahead (above).

Geometry is worked out here in whole pixels; the template only writes it down. The picture keeps its natural
size and scrolls sideways on a narrow screen, with the present step scrolled into view.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from luban.kit.process import APPLICANT_STEP, Process

BOX_H = 46
GAP = 27
LANE = 20
MARGIN = 8
_CHAR = 13


@dataclass(frozen=True)
class FlowStep:
    """A step to draw. `state`: done, now, todo; `paused` marks a step at which clocks stand still."""

    code: str
    title: str
    note: str = ""
    state: str = "todo"
    paused: bool = False


@dataclass(frozen=True)
class FlowArc:
    """A way that skips or returns: from step to step (codes), with what it means."""

    start: str
    end: str
    text: str = ""


@dataclass(frozen=True)
class Box:
    """A drawn step: left edge, top, width, centre."""

    step: FlowStep
    x: int
    y: int
    width: int

    @property
    def middle(self) -> float:
        """Horizontal centre."""
        return self.x + self.width / 2

    @property
    def css(self) -> str:
        """d done, n now, p waits outside, "" ahead."""
        return {"done": "d", "now": "n"}.get(self.step.state, "p" if self.step.paused else "")


@dataclass(frozen=True)
class Arrow:
    """A drawn arrow: SVG path, class (on, back, ""), label and where it stands."""

    path: str
    css: str
    text: str = ""
    text_x: float = 0
    text_y: float = 0

    @property
    def marker(self) -> str:
        """Which arrow head: on, back or plain."""
        return self.css or "plain"


@dataclass(frozen=True)
class Flow:
    """The finished picture. `name` keeps the ids of two pictures on one page apart; `label` says it in words."""

    name: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    label: str
    template: ClassVar[str] = "ui/components/flow.html"
    markers: ClassVar[tuple[str, ...]] = ("plain", "on", "back")


def flow(*, steps: tuple[FlowStep, ...], arcs: tuple[FlowArc, ...] = (), name: str = "flow") -> Flow:
    """Lay out `steps` left to right and `arcs` over or under them. An arc to an unknown step raises KeyError."""
    order = {step.code: i for i, step in enumerate(steps)}
    over = [a for a in arcs if order[a.end] > order[a.start]]
    under = [a for a in arcs if order[a.end] <= order[a.start]]
    top = MARGIN + LANE * len(over) + (10 if over else 0)
    boxes = _boxes(steps, top)
    by_code = {box.step.code: box for box in boxes}
    arrows = [_onward(a, b) for a, b in pairwise(boxes)]
    arrows += [_over(by_code[a.start], by_code[a.end], a.text, i) for i, a in enumerate(over)]
    arrows += [_under(by_code[a.start], by_code[a.end], a.text, i) for i, a in enumerate(under)]
    return Flow(
        name=name,
        width=(boxes[-1].x + boxes[-1].width if boxes else 0) + MARGIN,
        height=top + BOX_H + MARGIN + (LANE * len(under) + 8 if under else 0),
        boxes=tuple(boxes),
        arrows=tuple(arrows),
        label=_words(steps),
    )


def process_flow(
    *,
    process: Process,
    now: str,
    done: frozenset[str] = frozenset(),
    notes: Mapping[str, str] | None = None,
    name: str = "flow",
) -> Flow:
    """The picture of a declared process with `now` lit (a step code; "" once closed) and `done` steps filled.

    `notes`: step code → the small line (“07-14 完成”). While the applicant corrects, the step that returned
    the case stays lit: pass it as `now`. Steps nobody works (sealing) are drawn like the others.
    """
    said = notes or {}
    steps = tuple(
        FlowStep(
            step.code,
            step.title,
            said.get(step.code, "现在这里" if step.code == now else ""),
            "now" if step.code == now else "done" if step.code in done else "todo",
            paused=any(action.resumes for action in step.actions),
        )
        for step in process.steps
    )
    return flow(steps=steps, arcs=_declared_arcs(process), name=name)


def _declared_arcs(process: Process) -> tuple[FlowArc, ...]:
    """Ways between steps that are not simply the next one; several actions between the same two share an arc."""
    codes = [step.code for step in process.steps]
    found: dict[tuple[str, str], list[str]] = {}
    for i, step in enumerate(process.steps):
        for action in step.actions:
            if (
                action.to in codes
                and action.to != APPLICANT_STEP
                and codes.index(action.to) not in (i, i + 1)
            ):
                found.setdefault((step.code, action.to), []).append(action.title)
    return tuple(FlowArc(a, b, "、".join(dict.fromkeys(titles))) for (a, b), titles in found.items())


def _boxes(steps: tuple[FlowStep, ...], top: int) -> list[Box]:
    boxes: list[Box] = []
    x = MARGIN
    for step in steps:
        width = max(112, _CHAR * len(step.title) + 20, 11 * len(step.note) + 16)
        boxes.append(Box(step, x, top, width))
        x += width + GAP
    return boxes


def _onward(a: Box, b: Box) -> Arrow:
    y = a.y + BOX_H // 2
    reached = a.step.state == "done" and b.step.state in ("done", "now")
    return Arrow(f"M{a.x + a.width} {y}H{b.x - 2}", "on" if reached else "")


def _over(a: Box, b: Box, text: str, lane: int) -> Arrow:
    y = a.y - 14 - LANE * lane
    start, end = a.middle + 26, b.middle - 10 * lane
    return Arrow(f"M{start:g} {a.y}V{y}H{end:g}V{a.y - 3}", "", text, (start + end) / 2, y - 5)


def _under(a: Box, b: Box, text: str, lane: int) -> Arrow:
    bottom = a.y + BOX_H
    y = bottom + 16 + LANE * lane
    start, end = a.middle - 26 + 10 * lane, b.middle + 8 * lane
    return Arrow(f"M{start:g} {bottom}V{y}H{end:g}V{bottom + 3}", "back", text, (start + end) / 2, y + 12)


def _words(steps: tuple[FlowStep, ...]) -> str:
    def titles(state: str) -> str:
        return "、".join(step.title for step in steps if step.state == state)

    parts = [
        f"{words}{titles(state)}"
        for state, words in (("done", "已完成"), ("now", "现在是"), ("todo", "之后是"))
        if titles(state)
    ]
    return f"办理流程：{'；'.join(parts)}"
