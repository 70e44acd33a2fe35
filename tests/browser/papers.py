"""Papers of the browser tests: scans a firm hands in, and what a person sees in a PDF that was downloaded."""

from __future__ import annotations

import io
import re

import pypdfium2
import segno
import zxingcpp
from PIL import Image, ImageDraw


def scanned(title: str) -> bytes:
    """A page as a scanner gives it, a picture in a PDF; no two titles give the same page."""
    sheet = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((40, 40, 580, 837), outline="black")
    draw.text((60, 60), "demonstration paper", fill="black")
    code = io.BytesIO()
    segno.make(title).save(code, kind="png", scale=4)
    sheet.paste(Image.open(code).convert("RGB"), (60, 120))
    out = io.BytesIO()
    sheet.save(out, "PDF")
    return out.getvalue()


def words_of(pdf: bytes) -> str:
    """The text of a PDF, without blanks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


def codes_of(pdf: bytes) -> list[str]:
    """What the QR codes on its last page say to a camera."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[len(document) - 1].render(scale=200 / 72).to_pil()
    finally:
        document.close()
    return [code.text for code in zxingcpp.read_barcodes(picture)]
