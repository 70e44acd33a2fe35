"""Materials (材料): handed in, looked at, taken out again; and read from submitted cases.

A file must have a slot in this very form, be one of the kinds its material allows, small enough, and really what its
name says (`trust.uploads`); then its bytes go to the object store under their SM3 and what a machine can read on it is
compared with the form (`recognise`). Comparing is done anew when the form has changed since.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum

from luban.cases.house import context, objects
from luban.cases.models import Case, CaseVersion, Draft, File
from luban.kit.clock import ZONE, clock
from luban.kit.form import Form
from luban.kit.item import Item
from luban.kit.materials import HandedIn, Material, Slot, expected
from luban.kit.refusal import Refused
from luban.people.actor import Actor, may_see
from luban.stages.fill import desk
from luban.stages.fill.ownership import foreign
from luban.stages.fill.recognise import Recognised, is_stale, recognise, stated_of
from luban.stages.fill.typed import applied
from luban.stages.fill.views import FileView
from luban.tables import fixed
from luban.trust.scans import Unreadable, open_image, page_images, pdf_text, seal_count
from luban.trust.uploads import Accepted, UploadRefused, inspect_upload

MEGABYTE = 1024 * 1024
PICTURES = frozenset({"jpg", "png", "heic"})
PREVIEW_PAGES, PREVIEW_SIDE = 100, 1600
SEAL_PAGES = 10
LONGEST_NOTE = 300
SEALED = "盖章"
STATUS = {"too_large": 413, "kind": 415, "mismatch": 415, "undecodable": 415, "scanner": 503}


def hand_in(
    *, draft_id: str, actor: Actor, code: str, binding: int | None, filename: str, data: bytes
) -> FileView:
    """Put a file into a slot. Raises Refused (413, 415, 422 with what to do; 409 submitted; 404/403 foreign)."""
    row, item = desk.find(draft_id=draft_id, actor=actor)
    form = form_of(row, item)
    slot = slot_of(item, form, code, binding)
    if slot.material.generated:
        raise Refused("GENERATED", f"“{slot.title}”由系统生成，请在签章页签章或上传盖章扫描件。", status=422)
    accepted = accept(slot.material, filename, data)
    read = _read_paper(slot, form, accepted, data)
    sm3 = objects().put(data)
    with transaction.atomic():
        row, item = desk.open_for_change(draft_id=draft_id, actor=actor)
        require_room(row, item, slot, accepted.size)
        note = "；".join(n for n in (accepted.note, _same(row, item, form, sm3), read.note) if n)
        return view(new_file(row, slot, accepted, read, actor, note))


def form_of(row: Draft, item: Item) -> Form:
    """The form as it stands in the draft, hidden answers left out."""
    return applied(item.form, desk.payload_of(row, item))[1]


def slot_of(item: Item, form: Form, code: str, binding: int | None) -> Slot:
    """The slot a file is for. Raises Refused (422) when this form has none such."""
    for slot in expected(item.materials, form):
        if slot.material.code == code and slot.binding == binding:
            return slot
    raise Refused("NO_SUCH_SLOT", "按目前填写的内容不需要这份材料，请刷新页面查看材料清单。", status=422)


def accept(material: Material, filename: str, data: bytes) -> Accepted:
    """Let a file in or refuse it with the sentence of the gate."""
    try:
        return inspect_upload(
            filename=filename,
            data=data,
            allowed=frozenset(material.kinds),
            max_bytes=material.max_mb * MEGABYTE,
        )
    except UploadRefused as refused:
        status = STATUS.get(refused.code, 422)
        raise Refused(f"UPLOAD_{refused.code.upper()}", refused.message, status=status) from refused


def require_room(row: Draft, item: Item, slot: Slot, size: int) -> None:
    """Refuse (422) one file too many in the slot, or one too big for the whole application."""
    material = slot.material
    if File.objects.filter(draft=row, code=material.code, binding=slot.binding).count() >= material.max_count:
        raise Refused(
            "TOO_MANY_FILES",
            f"“{slot.title}”最多{material.max_count}份，请先删除不需要的或合并成一份。",
            status=422,
        )
    limit = context().params(clock.today(), item.code).integer("material.case_max_mb")
    used = File.objects.filter(draft=row).aggregate(all=Sum("size"))["all"] or 0
    if used + size > limit * MEGABYTE:
        raise Refused("CASE_TOO_LARGE", f"全部材料不能超过{limit} MB，请压缩或删除后再上传。", status=413)


def new_file(row: Draft, slot: Slot, accepted: Accepted, read: Recognised, actor: Actor, note: str) -> File:
    """A row for an accepted file, last in its slot."""
    same = File.objects.filter(draft=row, code=slot.material.code, binding=slot.binding)
    return File.objects.create(
        draft=row,
        code=slot.material.code,
        binding=slot.binding,
        seq=(same.aggregate(last=Max("seq"))["last"] or 0) + 1,
        filename=accepted.clean_name,
        kind=accepted.kind,
        size=accepted.size,
        pages=accepted.pages or 0,
        sm3=accepted.sm3,
        recognised=read.values,
        check_result=read.check,
        note=note[:LONGEST_NOTE],
        uploaded_by=actor.account,
        uploaded_at=clock.now(),
    )


def _read_paper(slot: Slot, form: Form, accepted: Accepted, data: bytes) -> Recognised:
    material = slot.material
    stated = stated_of(material, form, slot.binding)
    read = recognise(material=material, form=form, stated=stated, text=text_of(accepted.kind, data))
    if SEALED in f"{material.title}{material.help}" and not _shows_seal(accepted.kind, data):
        note = "；".join(n for n in (read.note, "未见红色印章，请核对是否已盖章") if n)
        return Recognised(read.values, read.check, note)
    return read


def text_of(kind: str, data: bytes) -> str | None:
    """The text a file carries; None when it is a picture or another kind that is not read."""
    if kind != "pdf":
        return None
    try:
        return pdf_text(data)
    except Unreadable:
        return ""


def _shows_seal(kind: str, data: bytes) -> bool:
    if kind != "pdf" and kind not in PICTURES:
        return True
    try:
        return seal_count(kind=kind, data=data, max_pages=SEAL_PAGES) > 0
    except Unreadable:
        return False


def _same(row: Draft, item: Item, form: Form, sm3: str) -> str:
    """A hint when the same content was handed in before."""
    twin = File.objects.filter(draft=row, sm3=sm3).order_by("uploaded_at").first()
    if twin is None:
        return ""
    titles = {(s.material.code, s.binding): s.title for s in expected(item.materials, form)}
    return f"与“{titles.get((twin.code, twin.binding), twin.code)}”中的“{twin.filename}”内容相同，请核对"


def rows_of(draft: Any) -> list[File]:
    """The files of a draft (its id) in order of slots."""
    return fixed.read(File, where='t."draft_id" = %s ORDER BY t."code", t."binding", t."seq"', given=[draft])


def compare_again(*, row: Draft, item: Item, form: Form) -> tuple[File, ...]:
    """The files of a draft, those compared anew whose stated values have changed since."""
    files = tuple(rows_of(row.pk))
    slots = {(s.material.code, s.binding): s for s in expected(item.materials, form)}
    for file in files:
        slot = slots.get((file.code, file.binding))
        if slot is None or slot.material.generated:
            continue
        stated = stated_of(slot.material, form, slot.binding)
        if is_stale(slot.material, file.recognised, stated):
            text = text_of(file.kind, objects().get(file.sm3)) if file.kind == "pdf" else None
            read = recognise(material=slot.material, form=form, stated=stated, text=text)
            file.recognised, file.check_result = read.values, read.check
            file.save(update_fields=["recognised", "check_result"])
    return files


def handed_in(files: tuple[File, ...], slots: tuple[Slot, ...]) -> tuple[HandedIn, ...]:
    """Files as rules see them; those whose slot is not asked for any more are left out."""
    wanted = {(s.material.code, s.binding) for s in slots}
    return tuple(
        HandedIn(
            f.code,
            filename=f.filename,
            kind=f.kind,
            seq=f.seq,
            binding=f.binding,
            size=f.size,
            pages=f.pages,
            sm3=f.sm3,
            recognised=f.recognised,
            check=f.check_result,
        )
        for f in files
        if (f.code, f.binding) in wanted
    )


def view(file: File) -> FileView:
    """The picture of a file."""
    return FileView(
        id=str(file.pk),
        code=file.code,
        binding=file.binding,
        seq=file.seq,
        filename=file.filename,
        kind=file.kind,
        size=file.size,
        pages=file.pages,
        sm3=file.sm3,
        recognised=file.recognised,
        check=file.check_result,
        note=file.note,
        uploaded_at=file.uploaded_at.astimezone(ZONE),
    )


def of_draft(*, draft_id: str) -> tuple[FileView, ...]:
    """The files of a draft in order of slots; the caller has read the draft as its owner."""
    key = desk.key_of(draft_id)
    return tuple(view(row) for row in rows_of(key)) if key else ()


def _own(file_id: str, actor: Actor) -> File:
    key = desk.key_of(file_id)
    row = File.objects.select_related("draft").filter(pk=key).first() if key else None
    if row is None:
        raise foreign(actor, what="材料")
    desk.find(draft_id=str(row.draft_id), actor=actor)
    return row


def remove(*, file_id: str, actor: Actor) -> None:
    """Take a file out of a draft. Raises Refused (409 submitted, 404/403 foreign)."""
    file = _own(file_id, actor)
    with transaction.atomic():
        desk.open_for_change(draft_id=str(file.draft_id), actor=actor)
        File.objects.filter(pk=file.pk).delete()


def read(*, file_id: str, actor: Actor) -> tuple[FileView, bytes]:
    """A file of a draft with its bytes. Raises Refused (404/403)."""
    file = _own(file_id, actor)
    return view(file), objects().get(file.sm3)


def preview(*, file_id: str, actor: Actor, page: int = 1) -> bytes:
    """A page (from 1) as PNG, freshly drawn. Raises Refused (404/403 foreign, 404 no such page, 415 no picture)."""
    file, data = read(file_id=file_id, actor=actor)
    return picture_of(file.kind, data, page)


def picture_of(kind: str, data: bytes, page: int) -> bytes:
    """A page of a PDF, or a picture, as PNG with fresh pixels only."""
    try:
        if kind == "pdf":
            if not 1 <= page <= PREVIEW_PAGES:
                raise Refused("NO_SUCH_PAGE", f"只能预览第1至{PREVIEW_PAGES}页，请下载查看全文。", status=404)
            pages = page_images(data, max_pages=page, longest=PREVIEW_SIDE)
            if page > len(pages):
                raise Refused("NO_SUCH_PAGE", f"这份文件只有{len(pages)}页。", status=404)
            picture = pages[page - 1]
        elif kind in PICTURES:
            picture = open_image(data).convert("RGB")
            picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        else:
            raise Refused("NO_PREVIEW", "这种文件不能在线预览，请下载查看。", status=415)
    except Unreadable as unreadable:
        raise Refused("NO_PREVIEW", "这份文件无法显示，请下载查看。", status=415) from unreadable
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def of_case_version(*, case_id: str, n: int) -> tuple[FileView, ...]:
    """The files of version `n` of a case (ask for their bytes by SM3); the caller has checked sight."""
    key = desk.key_of(case_id)
    version = CaseVersion.objects.filter(case_id=key, n=n).first() if key else None
    if version is None:
        return ()
    return tuple(_stored(row, version) for row in version.materials)


def _stored(row: Mapping[str, Any], version: CaseVersion) -> FileView:
    return FileView(
        id="",
        code=row["code"],
        binding=row["binding"],
        seq=row["seq"],
        filename=row["filename"],
        kind=row["kind"],
        size=row["size"],
        pages=row["pages"],
        sm3=row["sm3"],
        recognised=row["recognised"],
        check=row["check"],
        note="",
        uploaded_at=version.submitted_at.astimezone(ZONE),
    )


def read_of_case(*, case_id: str, sm3: str, actor: Actor) -> tuple[str, str, bytes]:
    """(file name, kind, bytes) of a file handed in with any version of a case the actor may see. Raises Refused."""
    key = desk.key_of(case_id)
    case = Case.objects.filter(pk=key).first() if key else None
    if case is None or not may_see(
        actor,
        applicant=case.applicant,
        handling_org=case.handling_org,
        parties=case.parties,
        item=case.item,
    ):
        raise foreign(actor, what="材料")
    versions = CaseVersion.objects.filter(case=case, materials__contains=[{"sm3": sm3}])
    version = versions.order_by("-n").first()
    row = next((r for r in version.materials if r["sm3"] == sm3), None) if version else None
    if row is None:
        raise foreign(actor, what="材料")
    return row["filename"], row["kind"], objects().get(sm3)


def preview_of_case(*, case_id: str, sm3: str, actor: Actor, page: int = 1) -> bytes:
    """As `preview`, for a file of a submitted case."""
    _, kind, data = read_of_case(case_id=case_id, sm3=sm3, actor=actor)
    return picture_of(kind, data, page)
