"""What anyone may know of a licence or a paper by its token: its standing now, and whether our copy is what we sealed.

Nothing is cached: the standing is computed at the moment of asking, from the register. The proof looks at the stored
file itself: its content against its digest, its seal against the authorities we trust.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from luban.cases import house
from luban.cases.models import Document as Paper
from luban.kit.clock import ZONE
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact, is_token
from luban.registers.licences.status import Standing, status_on
from luban.stages.licence import authorities
from luban.trust.digest import sm3
from luban.trust.objects import ObjectMissing, ObjectTouched
from luban.trust.pdf_seal import NotSealable, SealReport, inspect_seal


@dataclass(frozen=True)
class PaperView:
    """A sealed paper that is not a licence (a notice, a letter), as the public may know it."""

    title: str
    number: str
    sealed_on: date
    sm3: str


@dataclass(frozen=True)
class Found:
    """What a token leads to. `whole`: the stored file is what was sealed; `seal` what its seal says (None: no seal)."""

    standing: Standing | None
    licence: LicenceFact | None = None
    paper: PaperView | None = None
    whole: bool = False
    seal: SealReport | None = None
    digest: str = ""


@dataclass(frozen=True)
class Compared:
    """Whether a file someone holds is one we issued."""

    same: bool
    sentence: str


def find(*, token: str, day: date) -> Found:
    """Look a token up. An unknown or malformed token finds nothing, in the same words."""
    licence = shelf.find(token=token) if is_token(token) else None
    if licence is not None:
        return _proved(Found(status_on(licence, day), licence=licence, digest=licence.file_sm3))
    paper = Paper.objects.filter(token=token, state="sealed").first() if is_token(token) else None
    if paper is None or paper.sealed_at is None:
        return Found(status_on(None, day))
    seen = PaperView(paper.title, paper.number, paper.sealed_at.astimezone(ZONE).date(), paper.sm3)
    return _proved(Found(None, paper=seen, digest=paper.sm3))


def _proved(found: Found) -> Found:
    try:
        content = house.objects().get(found.digest)
        seal: SealReport | None = inspect_seal(pdf=content, roots=authorities.known())
    except (ObjectMissing, ObjectTouched):
        return found
    except NotSealable:
        seal = None
    return Found(found.standing, found.licence, found.paper, True, seal, found.digest)


def compare(*, token: str, content: bytes) -> Compared:
    """Whether these bytes are the file behind the token, and if not, in what they differ."""
    digest = _digest_of(token)
    if not digest:
        return Compared(False, "查无此证，无法比对。请核对二维码是否完整。")
    if sm3(content) == digest:
        return Compared(True, "这份文件与发证机关签发的原件完全一致。")
    return Compared(False, f"这份文件与发证机关签发的原件不一致。{_why(content)}请以本页查询结果为准。")


def _digest_of(token: str) -> str:
    licence = shelf.find(token=token)
    if licence is not None:
        return licence.file_sm3
    paper = Paper.objects.filter(token=token, state="sealed").first() if is_token(token) else None
    return paper.sm3 if paper else ""


def _why(content: bytes) -> str:
    """What the seal on the other file tells."""
    try:
        report = inspect_seal(pdf=content, roots=authorities.known())
    except NotSealable:
        return "文件上没有电子印章，可能是打印后扫描或另存的。"
    if not report.intact:
        return "盖章之后文件内容被改动过。"
    if not report.bottom_line:
        return "".join(report.problems)
    return f"它是{report.organisation}盖章的另一份文书，请扫它自己的二维码核验。"
