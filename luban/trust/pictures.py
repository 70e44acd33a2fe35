"""Pictures that documents carry: the round official seal and the QR code, both as SVG text.

The seal follows GB/T 9704 and the rules for state organs' seals in look only: red, round, a five-pointed star, the
organ's name on the arc. With `demo` it says so in the middle and cannot be mistaken for a real one.
"""

import io
import math
from html import escape

import segno

SEAL_RED = "#d7000f"
_CENTRE = 100.0
_FAMILY = "Noto Serif SC, SimSun, serif"


def seal_svg(*, organisation: str, purpose: str = "", demo: bool) -> str:
    """A square SVG (200 units) of the seal; `purpose` is the line below the star, e.g. 行政许可专用章."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="200" height="200" role="img">',
        f"<title>{escape(organisation)}{escape(purpose)}{'（演示）' if demo else ''}</title>",
        f'<g fill="{SEAL_RED}" font-family="{_FAMILY}" font-weight="700" text-anchor="middle">',
        f'<circle cx="100" cy="100" r="95.5" fill="none" stroke="{SEAL_RED}" stroke-width="5"/>',
        _star(radius=28, middle=98),
        *_arc(organisation, widest=215.0 if purpose or demo else 245.0),
    ]
    if purpose:
        parts.append(_line(text=purpose, y=157, size=min(16.0, 96 / len(purpose))))
    if demo:
        parts.append(_line(text="演示　无法律效力", y=176, size=12))
    return "".join((*parts, "</g></svg>"))


def qr_svg(text: str) -> str:
    """QR code of `text`, error correction M, as SVG without a quiet zone (the page leaves it)."""
    target = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        target, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return target.getvalue().decode()


def _star(*, radius: float, middle: float) -> str:
    points = []
    for n in range(10):
        reach = radius if n % 2 == 0 else radius * 0.382
        angle = math.pi * n / 5
        points.append(f"{_CENTRE + reach * math.sin(angle):.2f},{middle - reach * math.cos(angle):.2f}")
    return f'<polygon points="{" ".join(points)}"/>'


def _arc(name: str, *, widest: float) -> list[str]:
    """Each glyph stands on the circle by itself, narrowed when the name is long, so that names stay on the arc."""
    count = max(len(name), 2)
    span = min(widest, 25.0 * (count - 1))
    step = span / (count - 1)
    size = 26.0
    narrow = min(1.0, 66 * math.radians(step) / (size * 1.02))
    glyphs = []
    for n, glyph in enumerate(name):
        angle = -span / 2 + n * step
        place = f"rotate({angle:.2f} 100 100) translate(100 36) scale({narrow:.3f} 1.06)"
        glyphs.append(f'<text transform="{place}" font-size="{size}">{escape(glyph)}</text>')
    return glyphs


def _line(*, text: str, y: float, size: float) -> str:
    return f'<text x="100" y="{y}" font-size="{size:.1f}">{escape(text)}</text>'
