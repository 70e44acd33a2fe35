"""A draft as a page: its sections, materials, findings and navigation, all from one precheck.

The office uses the same sheet for the drafts it begins itself; who talks to which address is the caller's `Wiring` and
`Desk`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.findings import Severity
from luban.kit.form import Form, form_spec, missing_values
from luban.kit.item import Item
from luban.kit.materials import expected
from luban.people.actor import Actor
from luban.stages.fill import drafts, files, filing
from luban.stages.fill.paper import seal_mode_paths
from luban.stages.fill.views import DraftView
from luban.stages.precheck.check import Checked
from luban.ui.forms.boxes import FormBox, SectionBox, Wiring, field_id, section_id, slot_id
from luban.ui.forms.build import form_box
from luban.ui.forms.choices import Choices
from luban.ui.forms.papers import Desk, PapersBox, SlotBox, finding_of_slot, slot_boxes
from luban.ui.forms.render import choices_today
from luban.ui.templatetags.lb import ordinal
from luban.ui.view import CorrectionRow, Corrections, FindList, FindRow, SectionLink, SectionNav

MATERIALS = "materials"


@dataclass(frozen=True)
class Sheet:
    """Everything a form page shows of a draft."""

    draft: DraftView
    item: Item
    checked: Checked
    form: FormBox
    papers: PapersBox
    finds: FindList
    nav: SectionNav

    @property
    def corrections(self) -> Corrections | None:
        """What was asked to be corrected, each with the way to its field."""
        return corrections_of(self.draft, self.item)


def sheet_of(*, draft: DraftView, actor: Actor, wiring: Wiring, desk: Desk, strict: bool = False) -> Sheet:
    """Check a draft and lay it out. `strict`: blanks are said beside their fields and one by one in the list.

    The way of signing is not asked here: it is written into the form by signing.
    """
    item = registry.get(draft.item)
    checked = filing.precheck(draft=draft, actor=actor)
    choices = choices_today()
    by_signing = frozenset(seal_mode_paths(item.form))
    form = _form(draft, checked, choices, wiring, strict, by_signing)
    boxes = slot_boxes(
        slots=expected(item.materials, checked.form),
        files=files.of_draft(draft_id=draft.id),
        findings=checked.findings,
        desk=desk,
    )
    papers = PapersBox(len(form.sections) + 1, boxes)
    return Sheet(
        draft,
        item,
        checked,
        form,
        papers,
        _finds(checked, form, papers, strict, by_signing),
        _nav(form, papers),
    )


def _form(
    draft: DraftView,
    checked: Checked,
    choices: Choices,
    wiring: Wiring,
    strict: bool,
    by_signing: frozenset[str],
) -> FormBox:
    return form_box(
        form=checked.form,
        payload=draft.payload,
        choices=choices,
        findings=checked.findings,
        sources=draft.sources,
        title_of=drafts.source_title,
        wiring=wiring,
        strict=strict,
        left_out=by_signing,
    )


def _nav(form: FormBox, papers: PapersBox) -> SectionNav:
    links = [SectionLink(s.title, f"#{s.id}", s.progress, s.state) for s in form.sections]
    if papers.slots:
        links.append(SectionLink("材料", f"#{section_id(MATERIALS)}", papers.progress, papers.state))
    return SectionNav(tuple(links))


def _finds(
    checked: Checked, form: FormBox, papers: PapersBox, strict: bool, by_signing: frozenset[str]
) -> FindList:
    """The findings as links; blanks of a section are one line until the applicant asks for the whole check."""
    missing = () if strict else tuple(path for path, _ in missing_values(checked.form))
    rows = [
        FindRow(f.severity.value, f.message, where_of(f.path, checked.form, form, papers), href_of(f.path))
        for f in checked.findings
        if f.path not in by_signing and not (f.severity is Severity.BLOCK and f.path in missing)
    ]
    for section in form.sections:
        blank = [path for path in missing if path.startswith(f"{section.name}.") and path not in by_signing]
        if blank:
            text = f"还有 {len(blank)} 项未填"
            rows.append(FindRow("block", text, _section_words(section), href_of(blank[0])))
    return FindList(tuple(rows), checked.passed, when=f"{clock.now():%H:%M:%S} 更新")


def _section_words(section: SectionBox) -> str:
    return f"{ordinal(section.number)} {section.title}"


def where_of(path: str, form: Form, box: FormBox, papers: PapersBox) -> str:
    """In words where a path is: 四 转移计划 · 拟转移止日."""
    name = path.partition(".")[0].partition("[")[0]
    if name == MATERIALS:
        slot = slot_of_path(path, papers.slots)
        words = f"{ordinal(papers.number)} 材料"
        return f"{words} · {slot.title}" if slot else words
    section = box.section(name)
    if section is None:
        return "整份申请"
    try:
        label = form_spec(type(form)).label(path) if "." in path else ""
    except KeyError:
        label = ""
    return f"{_section_words(section)} · {label}" if label else _section_words(section)


def slot_of_path(path: str, slots: tuple[SlotBox, ...]) -> SlotBox | None:
    """The slot a finding's path means."""
    return next((s for s in slots if finding_of_slot(path, s.code, s.binding)), None)


def href_of(path: str) -> str:
    """Where a path's finding leads: the field, the slot, else the section; to the precheck when it is about all."""
    name, _, rest = path.partition(".")
    if name == MATERIALS:
        code, _, row = rest.partition("[")
        return f"#{slot_id(code, int(row[:-1]) + 1 if row[:-1].isdigit() else None)}" if code else "#precheck"
    if not rest:
        return f"#{section_id(name)}" if name else "#precheck"
    return f"#{field_id(path)}"


def corrections_of(draft: DraftView, item: Item) -> Corrections | None:
    """The list of what an official asked to be corrected; None when this is a first application."""
    if not draft.correction:
        return None
    spec = form_spec(item.form)
    rows = tuple(_correction(entry, spec, item) for entry in draft.correction)
    return Corrections(rows, text=draft.correction_note or Corrections.text)


def _correction(entry: Mapping[str, Any], spec: Any, item: Item) -> CorrectionRow:
    path = str(entry.get("path", ""))
    try:
        title = spec.label(path)
    except KeyError:
        code = path.removeprefix(f"{MATERIALS}.").partition("[")[0]
        title = next((m.title for m in item.materials if m.code == code), "整份申请")
    basis = str(entry.get("basis") or "")
    return CorrectionRow(
        title, str(entry.get("problem") or ""), f"依据：{basis}" if basis else "", href_of(path)
    )


@dataclass(frozen=True)
class Stale:
    """What a page must draw anew: whole sections, of others what is said beside fields, of others the digests only."""

    anew: tuple[SectionBox, ...]
    says: tuple[SectionBox, ...]
    saved: tuple[SectionBox, ...]


def stale(*, sheet: Sheet, seen: Mapping[str, str], saved: frozenset[str]) -> Stale:
    """What a page that saw these digests (`<section>._shape`, `_values`, `_says`) must draw anew after the sections
    `saved` were stored as it posted them."""
    anew, says, kept = [], [], []
    for section in sheet.form.sections:
        name = section.name
        if seen.get(f"{name}._shape") != section.shape or (
            name not in saved and seen.get(f"{name}._values") != section.values
        ):
            anew.append(replace(section, oob=True))
            continue
        changed = seen.get(f"{name}._says") != section.says
        if changed:
            says.append(section)
        if changed or name in saved:
            kept.append(section)
    return Stale(tuple(anew), tuple(says), tuple(kept))
