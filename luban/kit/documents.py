"""Documents an item issues: what they say, who seals them, how they are numbered, whether they are a licence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from luban.kit.view import Act, CaseView


@dataclass(frozen=True)
class Number:
    """A number of its own: a template (`GFBA-{adcode}-{year}-{4}`, see registers/numbering), its parts as text, and
    the sequence it runs through when several templates share one."""

    template: str
    parts: Callable[[CaseView], Mapping[str, str]]
    sequence: str = ""


@dataclass(frozen=True)
class Licence:
    """What makes a document a licence: its term and what the public verification page shows (label, value).

    `number`: the licence's own number (a code for machines), where it is not the number of the paper.
    """

    title: str
    term: Callable[[CaseView], tuple[date, date | None]]
    shows: Callable[[CaseView], tuple[tuple[str, str], ...]]
    quantity: Callable[[CaseView], Mapping[str, Any]] | None = None
    number: Number | None = None


@dataclass(frozen=True)
class Letter:
    """What makes a document a letter: it goes to somebody, leaves as a message, is answered case by case.

    `to` is whom a case's letter goes to (key, name); `message` the link, name and part of the message that carries it;
    `answer` what acts taken after it say (replied_agree, replied_partial, replied_disagree, replied_supplement, or ""
    while nobody answered); `clock` the limit by which an answer is due. With `together` the letters of one batch to one
    addressee may be merged: one paper, one number, worded from all its cases.
    """

    to: Callable[[CaseView], tuple[str, str]]
    message: tuple[str, str, str]
    answer: Callable[[Sequence[Act]], str]
    clock: str = ""
    together: Callable[[Sequence[CaseView]], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Document:
    """A document. `template` is a typst file of the item (`documents/…\u200b.typ`) or a shared one (`official`).

    `seal` is handling (the organisation that handles the case), city, the code of another organisation, or none; `decides`: once it is sealed and
    filed the system takes `issue`; `to_applicant`: the applicant may download it.
    """

    code: str
    title: str
    fields: Callable[[CaseView], Mapping[str, Any]]
    template: str = "official"
    seal: str = "handling"
    number: Number | None = None
    licence: Licence | None = None
    letter: Letter | None = None
    decides: bool = False
    to_applicant: bool = True
