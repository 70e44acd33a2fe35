"""Tables, charts with the same figures as a table, the verification page, QR codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from luban.ui.face import Link


@dataclass(frozen=True)
class Column:
    """A column: title, right-aligned figures, `sort` "" / "ascending" / "descending" with the link that re-sorts."""

    title: str
    right: bool = False
    nowrap: bool = False
    sort: str = ""
    href: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell: a text (a link with `href`), or a view object, and a small line under it; `tag` behind it."""

    text: str = ""
    small: str = ""
    href: str = ""
    view: Any = None
    tag: str = ""


@dataclass(frozen=True)
class TableRow:
    """A row; `key` is what a ticked box sends, `about` names the row for a screen reader."""

    cells: tuple[Cell, ...]
    key: str = ""
    about: str = ""


@dataclass(frozen=True)
class DataTable:
    """A table with caption; with `select` (a field name) rows can be ticked and walked with J, K, X, Enter."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    select: str = ""
    caption_shown: bool = False
    template: ClassVar[str] = "ui/components/table.html"

    @property
    def lines(self) -> list[tuple[TableRow, list[tuple[Column, Cell]]]]:
        """Rows with each cell beside its column; a row of another length is an error."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]


@dataclass(frozen=True)
class Series:
    """Figures of one name, as many as the chart has categories; None where there is none."""

    name: str
    values: tuple[float | int | None, ...]


@dataclass(frozen=True)
class Chart:
    """A chart and the table of the same figures. `kind`: bar, hbar, line, stack, pie; `unit` after every figure."""

    title: str
    kind: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    label: str = "项目"
    template: ClassVar[str] = "ui/components/chart.html"

    @property
    def json(self) -> str:
        """What `charts.js` reads from `data-chart`."""
        return json.dumps(
            {
                "kind": self.kind,
                "unit": self.unit,
                "categories": self.categories,
                "series": [{"name": s.name, "values": s.values} for s in self.series],
            },
            ensure_ascii=False,
        )

    @property
    def lines(self) -> list[tuple[str, list[float | int | None]]]:
        """Table rows: category, then a figure per series."""
        return [(name, [s.values[i] for s in self.series]) for i, name in enumerate(self.categories)]


@dataclass(frozen=True)
class Verdict:
    """The verification page's one sentence. `kind`: ok, void (must not be used), old (was good), none (no such)."""

    kind: str
    title: str
    text: str
    template: ClassVar[str] = "ui/components/verdict.html"

    @property
    def css(self) -> str:
        """Colour class."""
        return {"ok": "", "void": "is-void", "old": "is-old", "none": "is-void"}[self.kind]

    @property
    def icon(self) -> str:
        """Icon name."""
        return {"ok": "circle-check", "void": "circle-x", "old": "clock-off", "none": "search-off"}[self.kind]


@dataclass(frozen=True)
class ProofLine:
    """One thing checked: `state` ok, bad or wait, what it means in everyday words."""

    title: str
    text: str
    state: str = "ok"

    @property
    def icon(self) -> tuple[str, str]:
        """Icon and colour class."""
        return {
            "ok": ("circle-check", "is-c-ok"),
            "bad": ("circle-x", "is-c-bad"),
            "wait": ("clock", "is-c-dim"),
        }[self.state]


@dataclass(frozen=True)
class Proof:
    """“这份证照可信吗？”: the checks; digest and block folded away for those who want to check themselves."""

    lines: tuple[ProofLine, ...]
    digest: str = ""
    block: str = ""
    links: tuple[Link, ...] = ()
    template: ClassVar[str] = "ui/components/proof.html"

    @property
    def good(self) -> bool:
        """Whether everything checked out."""
        return all(line.state == "ok" for line in self.lines)

    @property
    def waiting(self) -> bool:
        """Nothing is wrong, something is not known yet."""
        return not self.good and all(line.state != "bad" for line in self.lines)

    @property
    def spaced(self) -> str:
        """The digest in groups of four."""
        return " ".join(self.digest[i : i + 4] for i in range(0, len(self.digest), 4))


@dataclass(frozen=True)
class Qr:
    """A QR code as one SVG path, `size` modules wide with its quiet zone; `text` says what it opens."""

    path: str
    size: int
    text: str
    template: ClassVar[str] = "ui/components/qr.html"
