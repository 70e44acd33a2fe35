"""Reading documents that people upload: text of a PDF, its pages as pictures, red seals on a page, safe previews.

PDFium is not safe for threads, so everything that touches it holds one lock per process.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageFilter, ImageOps

MAX_PIXELS = 100_000_000
"""About 300 MB in memory: an A0 plan at 300 dpi passes, a decompression bomb does not."""

_PDFIUM = Lock()
_SCAN_SIDE = 420
_SMALLEST = 0.065
_LARGEST = 0.5


class Unreadable(ValueError):
    """The bytes cannot be opened; `password` says whether only because they are locked."""

    def __init__(self, reason: str, *, password: bool = False) -> None:
        super().__init__(reason)
        self.password = password


@dataclass(frozen=True)
class Blob:
    """A red shape of a seal's size: its box in fractions of the page, from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def pdf_pages(data: bytes) -> int:
    """Number of pages; raises Unreadable, with `password` for any encrypted file."""
    with _open(data) as document:
        return len(document)


def pdf_text(data: bytes, max_pages: int = 50) -> str:
    """Text of the first pages, pages separated by form feeds; a scan gives blanks. Raises Unreadable."""
    with _open(data) as document:
        texts = []
        for number in range(min(len(document), max_pages)):
            page = document[number]
            text_page = page.get_textpage()
            texts.append(text_page.get_text_bounded())
            text_page.close()
            page.close()
    return "\f".join(texts)


def page_images(data: bytes, *, max_pages: int = 20, longest: int = 1600) -> list[Image.Image]:
    """The first pages as RGB pictures whose longer side has at most `longest` pixels. Raises Unreadable."""
    with _open(data) as document:
        pictures = []
        for number in range(min(len(document), max_pages)):
            page = document[number]
            scale = longest / max(*page.get_size(), 1)
            pictures.append(page.render(scale=min(scale, 4)).to_pil().convert("RGB"))
            page.close()
    return pictures


def open_image(data: bytes) -> Image.Image:
    """A decoded picture, turned upright; raises Unreadable, also for one of too many pixels."""
    try:
        picture = Image.open(io.BytesIO(data))
        if picture.width * picture.height > MAX_PIXELS:
            raise Unreadable("too many pixels")
        picture.load()
        return ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, MemoryError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable(str(error)) from error


def re_encode(data: bytes, *, longest: int = 2000) -> bytes:
    """A JPEG for showing on screen: fresh pixels only, no metadata, at most `longest` pixels a side."""
    picture = open_image(data).convert("RGB")
    picture.thumbnail((longest, longest))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=85)
    return target.getvalue()


def red_blobs(image: Image.Image) -> tuple[Blob, ...]:
    """Red shapes that may be seals: roughly as wide as high, between 6.5 % and half of the page's shorter side.

    Red rules and lines of red text are too flat to count. This finds where a person should look; it proves nothing.
    """
    small = image.convert("RGB")
    small.thumbnail((_SCAN_SIDE, _SCAN_SIDE))
    mask = _red_mask(small)
    shorter = min(small.size)
    found = []
    for left, top, right, bottom, count in _shapes(mask, width=small.width, height=small.height):
        wide, high = right - left + 1, bottom - top + 1
        square = 0.6 <= wide / high <= 1.67
        sized = min(wide, high) / shorter >= _SMALLEST and max(wide, high) / shorter <= _LARGEST
        if square and sized and count >= 0.12 * wide * high:
            found.append(
                Blob(
                    left=left / small.width,
                    top=top / small.height,
                    right=(right + 1) / small.width,
                    bottom=(bottom + 1) / small.height,
                )
            )
    return tuple(sorted(found, key=lambda b: (b.top, b.left)))


def seal_count(*, kind: str, data: bytes, max_pages: int = 20) -> int:
    """How many red shapes of a seal's size a PDF or picture shows; raises Unreadable."""
    pictures = page_images(data, max_pages=max_pages, longest=800) if kind == "pdf" else [open_image(data)]
    return sum(len(red_blobs(picture)) for picture in pictures)


@contextmanager
def _open(data: bytes) -> Iterator[pdfium.PdfDocument]:
    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise Unreadable(str(error), password="password" in str(error).lower()) from error
        try:
            if pdfium.raw.FPDF_GetSecurityHandlerRevision(document) >= 0:
                raise Unreadable("encrypted", password=True)
            yield document
        except pdfium.PdfiumError as error:
            raise Unreadable(str(error)) from error
        finally:
            document.close()


def _red_mask(image: Image.Image) -> bytearray:
    red, green, blue = image.split()
    over_green = ImageChops.subtract(red, green).point(lambda v: 255 if v > 45 else 0)
    over_blue = ImageChops.subtract(red, blue).point(lambda v: 255 if v > 45 else 0)
    bright = red.point(lambda v: 255 if v > 110 else 0)
    mask = ImageChops.darker(ImageChops.darker(over_green, over_blue), bright)
    return bytearray(mask.filter(ImageFilter.MaxFilter(5)).tobytes())


def _shapes(mask: bytearray, *, width: int, height: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Connected shapes of the mask as (left, top, right, bottom, pixels); the mask is used up."""
    start = mask.find(255)
    while start >= 0:
        mask[start] = 0
        heap = [start]
        left = right = start % width
        top = bottom = start // width
        count = 0
        while heap:
            place = heap.pop()
            count += 1
            y, x = divmod(place, width)
            left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
            for near, inside in (
                (place - 1, x > 0),
                (place + 1, x < width - 1),
                (place - width, y > 0),
                (place + width, y < height - 1),
            ):
                if inside and mask[near]:
                    mask[near] = 0
                    heap.append(near)
        yield left, top, right, bottom, count
        start = mask.find(255, start)
