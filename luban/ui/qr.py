"""QR codes as one SVG path (strict CSP: no data URLs, no styles)."""

from __future__ import annotations

import segno

from luban.ui.view.data import Qr

QUIET = 4


def qr(*, content: str, text: str) -> Qr:
    """The QR code of `content` (level M) with a quiet zone of four modules; `text` is read to those who cannot see it."""
    rows = [list(row) for row in segno.make(content, error="m", micro=False).matrix_iter(border=QUIET)]
    return Qr(path="".join(_row_path(row, y) for y, row in enumerate(rows)), size=len(rows), text=text)


def _row_path(row: list[int], y: int) -> str:
    """Strokes of one row: `M x y.5 h n` for every run of dark modules."""
    out: list[str] = []
    start: int | None = None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            out.append(f"M{start} {y}.5h{x - start}")
            start = None
    return "".join(out)
