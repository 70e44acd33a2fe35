"""Typesetting: the same data gives the same bytes, text stays text, pages carry what they must."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import zxingcpp

from luban.trust import certificates, typeset
from luban.trust.local_seal import LocalSeal
from luban.trust.pdf_seal import inspect_seal, seal
from luban.trust.pictures import qr_svg, seal_svg
from luban.trust.scans import page_images, pdf_pages, pdf_text, seal_count
from luban.trust.typeset import APPLICATION, CERTIFICATE, LETTER, TypesetFailed, typeset_sheet

AT = datetime(2026, 3, 6, 10, 0, tzinfo=timezone(timedelta(hours=8)))
BUREAU = "上海市生态环境局"
URL = "https://luban.example/v/0f3a8c1e5b7d4a2f9c6e"

pytestmark = pytest.mark.skipif(
    len(typeset.font_folders()) < 4, reason="fonts are missing: run npm ci, then these tests run"
)


def letter(**more: Any) -> dict[str, Any]:
    return {
        "form": "文书",
        "org": BUREAU,
        "number": "沪环固许〔2026〕1号",
        "title": "准予行政许可决定书",
        "to": "上海示例塑新材料有限公司",
        "body": [{"text": "你单位的申请收悉。"}],
        "signer": BUREAU,
        "date": "2026年3月6日",
        "seal": seal_svg(organisation=BUREAU, purpose="行政许可专用章", demo=True),
        "qr": {"svg": qr_svg(URL)},
        "demo": True,
    } | more


def table(rows: int) -> dict[str, Any]:
    return {
        "head": ["代码", "数量（吨）"],
        "rows": [["900-003-S17", "1.000"]] * rows,
        "align": ["left", "right"],
    }


def flat(pdf: bytes) -> str:
    return "".join(pdf_text(pdf).split())


def test_a_letter_carries_number_title_and_addressee() -> None:
    pdf = typeset.typeset(template=LETTER, data=letter(), at=AT)
    text = flat(pdf)
    for words in ("沪环固许〔2026〕1号", "准予行政许可决定书", "上海示例塑新材料有限公司：", "2026年3月6日"):
        assert words in text
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf


def test_same_data_and_time_same_bytes() -> None:
    first = typeset.typeset(template=LETTER, data=letter(), at=AT)
    typeset.typeset(template=LETTER, data=letter(title="另一份"), at=AT)
    assert typeset.typeset(template=LETTER, data=letter(), at=AT) == first
    assert typeset.typeset(template=LETTER, data=letter(), at=AT + timedelta(seconds=1)) != first


def test_what_people_type_is_never_markup() -> None:
    hostile = '#panic("x") $a$ *粗* #import "/etc/passwd" \\ @ref <seal-box> "引号"'
    pdf = typeset.typeset(template=LETTER, data=letter(body=[{"text": hostile}]), at=AT)
    assert '#panic("x")$a$*粗*#import"/etc/passwd"' in flat(pdf)


def test_the_seal_box_lies_on_the_printed_seal() -> None:
    for rows in (1, 40):
        sheet = typeset_sheet(
            template=LETTER, data=letter(body=[{"kind": "table", "table": table(rows)}]), at=AT
        )
        box = sheet.seal_box
        assert box is not None
        assert box.page == pdf_pages(sheet.pdf)
        page = page_images(sheet.pdf, longest=842)[box.page - 1]
        seal_area = page.crop((int(box.left), 842 - int(box.top), int(box.right), 842 - int(box.bottom)))
        raw = seal_area.tobytes()
        assert any(raw[n] > 180 and raw[n + 1] < 60 and raw[n + 2] < 60 for n in range(0, len(raw), 3))
    assert seal_count(kind="pdf", data=sheet.pdf) == 1


def test_no_page_carries_a_signature_alone() -> None:
    for rows in range(14, 24):
        data = letter(body=[{"kind": "table", "table": table(rows)}, {"text": "特此批复。"}])
        last = pdf_text(typeset.typeset(template=LETTER, data=data, at=AT)).split("\f")[-1]
        assert "特此批复" in "".join(last.split())


def test_the_printed_qr_code_can_be_read() -> None:
    for template, data in ((LETTER, letter()), (CERTIFICATE, {**letter(), "sections": []})):
        page = page_images(typeset.typeset(template=template, data=data, at=AT))[0]
        assert [code.text for code in zxingcpp.read_barcodes(page)] == [URL]


@pytest.mark.parametrize("template", [LETTER, CERTIFICATE, APPLICATION])
def test_only_the_necessary_must_be_given(template: Path) -> None:
    least = {"org": "甲", "title": "乙", "signer": "甲", "date": "2026年1月1日", "body": [], "sections": []}
    assert pdf_pages(typeset.typeset(template=template, data=least, at=AT)) == 1


def test_a_licence_and_an_application_show_every_field() -> None:
    sections = [
        {
            "title": "一、移出单位",
            "fields": [{"label": "单位名称", "value": "上海示例塑新材料有限公司", "wide": True}],
        },
        {"title": "二、废物", "tables": [table(45)], "text": "说明文字"},
        {"title": "三、路线", "route": {"stops": ["浦东新区", "昆山市"], "table": table(1)}},
    ]
    for template in (CERTIFICATE, APPLICATION):
        data = letter(
            sections=sections, period="2026年3月16日至2026年12月31日", commitment="本单位承诺真实。"
        )
        pdf = typeset.typeset(template=template, data=data, at=AT)
        assert pdf_pages(pdf) == 2
        for words in ("上海示例塑新材料有限公司", "900-003-S17", "说明文字", "昆山市", "第2页，共2页"):
            assert words in flat(pdf)


def test_a_template_and_data_that_do_not_fit_fail_by_name(tmp_path: Path) -> None:
    with pytest.raises(TypesetFailed, match=r"letter\.typ"):
        typeset.typeset(template=LETTER, data={"title": "无正文"}, at=AT)
    outside = tmp_path / "x.typ"
    outside.write_text('#read("/etc/passwd")')
    with pytest.raises(TypesetFailed):
        typeset.typeset(template=outside, data={}, at=AT, root=tmp_path)


def test_a_demonstration_seal_says_so() -> None:
    assert "演示" in seal_svg(organisation=BUREAU, demo=True)
    assert "演示" not in seal_svg(organisation=BUREAU, purpose="业务专用章", demo=False)
    assert "<script>" not in seal_svg(organisation="<script>", demo=False)


def test_a_letter_is_sealed_where_its_seal_is_printed(tmp_path: Path) -> None:
    root = certificates.authority(organisation="示例机构", name="示例根")
    signer = LocalSeal(folder=tmp_path, issuer=root, organisation=BUREAU, name="行政许可专用章")
    sheet = typeset_sheet(template=LETTER, data=letter(), at=AT)
    sealed = [
        seal(pdf=sheet.pdf, signer=signer, at=AT, reason="许可", request="1", box=sheet.seal_box)
        for _ in "ab"
    ]
    assert sealed[0] == sealed[1]
    assert inspect_seal(pdf=sealed[0], roots=[root.certificate]).bottom_line
