"""Materials: only what is asked for, only what is really a document, compared with the form by machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from PIL import Image

from luban.kit.clock import clock
from luban.kit.materials import Material
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.fill import desk, drafts, files, phone
from luban.stages.fill.recognise import recognise
from luban.stages.fill.views import DraftView

pytestmark = pytest.mark.django_db
Pdf = Callable[..., bytes]


def png(side: int = 700) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (side, side), "white").save(target, "PNG")
    return target.getvalue()


def give(
    draft: DraftView, actor: Actor, name: str, data: bytes, code: str = "A2", binding: int | None = None
):
    return files.hand_in(draft_id=draft.id, actor=actor, code=code, binding=binding, filename=name, data=data)


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"0" * 50_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("空.pdf", b"", 422),
        ("合同.exe", b"MZ" + b"0" * 100, 415),
        ("合同.pdf", b"MZ" + b"0" * 100, 415),
        ("合同.pdf", b"%PDF-1.7 broken", 422),
        ("照片.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50, 422),
        ("照片.png", b"GIF89a" + b"0" * 50, 415),
        ("包.zip", bomb(), 415),
        ("../../etc/passwd", b"root", 415),
        ("大.pdf", b"%PDF-1.7" + b"0" * 1_100_000, 413),
        ("页.pdf", b"%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF", 422),
    ],
)
def test_hostile_files_are_refused_in_chinese(
    complete: Callable[[], DraftView], me: Actor, name: str, data: bytes, status: int
) -> None:
    draft = complete()
    with pytest.raises(Refused) as caught:
        give(draft, me, name, data)
    assert caught.value.status == status
    assert any("\u4e00" <= sign <= "\u9fff" for sign in caught.value.message)
    assert files.of_draft(draft_id=draft.id) == ()


def test_a_file_needs_a_slot_in_this_very_form(
    complete: Callable[[], DraftView], me: Actor, pdf: Pdf
) -> None:
    draft = complete()
    for code, binding in (("A3", None), ("A3", 2), ("A9", None), ("A2", 1), ("A1", None)):
        with pytest.raises(Refused) as caught:
            give(draft, me, "x.pdf", pdf(), code, binding)
        assert caught.value.status == 422
    assert give(draft, me, "x.pdf", pdf(), "A3", 1).binding == 1


def test_number_and_size_are_limited_and_copies_pointed_out(
    complete: Callable[[], DraftView], me: Actor, pdf: Pdf
) -> None:
    draft = complete()
    one = give(draft, me, "甲.pdf", pdf())
    two = give(draft, me, "乙.pdf", pdf())
    assert (one.seq, two.seq, one.sm3 == two.sm3) == (1, 2, True)
    assert "与“合同”中的“甲.pdf”内容相同" in two.note
    with pytest.raises(Refused) as caught:
        give(draft, me, "丙.pdf", pdf(2))
    assert caught.value.message == "“合同”最多2份，请先删除不需要的或合并成一份。"
    files.remove(file_id=one.id, actor=me)
    assert give(draft, me, "丙.pdf", pdf(2)).seq == 3


def test_a_paper_is_compared_with_the_form_and_again_when_the_form_changes(
    complete: Callable[[], DraftView], me: Actor, text_pdf: Callable[[str], bytes]
) -> None:
    draft = complete()
    words = "甲方：上海示例塑新材料有限公司。许可证编号：91310115MA1TL1A06J001Y。有效期至2026年12月31日。双方约定污染防治要求。"
    file = give(draft, me, "合同.pdf", text_pdf(words))
    assert file.check == "pass"
    assert file.recognised["until"] == "2026-12-31"
    assert file.recognised["words"] == ["污染防治"]
    drafts.save_section(
        draft_id=draft.id, actor=me, revision=draft.revision, section="load", values={"until": "2027-06-30"}
    )
    row, item = desk.find(draft_id=draft.id, actor=me)
    (again,) = files.compare_again(row=row, item=item, form=files.form_of(row, item))
    assert again.check_result == "mismatch"
    assert again.recognised["until"] == ["2026-12-31"]


def test_a_picture_waits_for_a_person(complete: Callable[[], DraftView], me: Actor) -> None:
    assert give(complete(), me, "合同.png", png()).check == "pending"


def test_what_stands_where_a_value_should_is_read(complete: Callable[[], DraftView], me: Actor) -> None:
    draft = complete()
    row, item = desk.find(draft_id=draft.id, actor=me)
    form = files.form_of(row, item)
    material = Material("X", "合同", compare=lambda form, binding: {}, words=("防治",))
    stated = {
        "permit_no": "P-1",
        "contact": "某人",
        "qty": Decimal("12.5"),
        "ends": date(2026, 12, 31),
        "firms": ("甲有限公司", "乙有限公司"),
    }
    text = (
        "许可证编号：Q-2 数量 20 吨，自2026-01-01起。甲方：甲有限公司 乙方：丙有限公司，各执一份，共同遵守。"
    )
    read = recognise(material=material, form=form, stated=stated, text=text)
    assert read.values["permit_no"] == "Q-2"
    assert read.values["qty"] == ["20"]
    assert read.values["ends"] == ["2026-01-01"]
    assert read.values["firms"][0] == "甲有限公司" and "丙有限公司" in read.values["firms"]
    assert read.check == "mismatch"
    assert recognise(material=material, form=form, stated=stated, text="扫描").check == "unreadable"


def test_files_follow_their_rows(complete: Callable[[], DraftView], me: Actor, pdf: Pdf) -> None:
    draft = complete()
    draft = drafts.edit_rows(
        draft_id=draft.id, actor=me, revision=draft.revision, path="load.goods", op="copy", row=0
    )
    give(draft, me, "第一行.pdf", pdf(), "A3", 1)
    give(draft, me, "第二行.pdf", pdf(2), "A3", 2)
    drafts.edit_rows(
        draft_id=draft.id, actor=me, revision=draft.revision, path="load.goods", op="remove", row=0
    )
    assert [(f.filename, f.binding) for f in files.of_draft(draft_id=draft.id)] == [("第二行.pdf", 1)]


def test_files_are_their_owner_s_and_shown_as_fresh_pixels(
    complete: Callable[[], DraftView], me: Actor, stranger: Actor, pdf: Pdf
) -> None:
    draft = complete()
    file = give(draft, me, "合同.pdf", pdf(2))
    assert files.read(file_id=file.id, actor=me)[1] == pdf(2)
    assert files.preview(file_id=file.id, actor=me, page=2).startswith(b"\x89PNG")
    for page in (0, 3, 10_000):
        with pytest.raises(Refused) as caught:
            files.preview(file_id=file.id, actor=me, page=page)
        assert caught.value.status == 404
    for call in (files.read, files.remove, files.preview):
        with pytest.raises(Refused) as caught:
            call(file_id=file.id, actor=stranger)
        assert caught.value.status == 404


def test_a_phone_hands_in_one_slot_for_a_quarter_of_an_hour(
    complete: Callable[[], DraftView], me: Actor, client: Client, pdf: Pdf
) -> None:
    draft = complete()
    link = phone.link(draft_id=draft.id, actor=me, code="A2", binding=None)
    path = "/m/up/" + link.url.split("/m/up/")[1]
    page = client.get(path)
    assert page.status_code == 200
    assert "合同" in page.content.decode() and "13800001234" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    upload = io.BytesIO(png())
    upload.name = "照片.png"
    answer = client.post(path, {"file": upload}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "照片.png" in answer.content.decode()
    assert [f.filename for f in files.of_draft(draft_id=draft.id)] == ["照片.png"]
    bad = io.BytesIO(b"MZ000")
    bad.name = "病毒.exe"
    refusal = client.post(path, {"file": bad}, headers={"HX-Request": "true"})
    assert refusal.status_code == 415 and "格式不能用在这里" in refusal.json()["message"]
    bad.seek(0)
    assert client.post(path, {"file": bad}).status_code == 415
    assert client.post(path).status_code == 422
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert client.get(path).status_code == 410
    for token in ("x", path.strip("/").split("/")[-1][:-3] + "abc", "y" * 4000):
        closed = client.get(f"/m/up/{token}/")
        assert closed.status_code == 404 and "重新打开二维码" in closed.content.decode()
