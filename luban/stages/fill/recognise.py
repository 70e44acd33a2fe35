"""What a machine can read on a paper, against what was stated. Pure.

Only text that a PDF carries is read; scans and photographs stay for people (`unreadable`, `pending`). A material names
the values to compare (`Material.compare`) and words to look for (`Material.words`). A stated value that stands in the
text is read as such. Otherwise what stands where it should is read instead: the words after the field's label, the
days, the amounts, the credit codes or the firms' names of the text; rules then say where paper and form differ.
`pass` needs every stated value; a single one that could not be found either way leaves the paper to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from luban.kit.form import Form, form_spec
from luban.kit.materials import Material
from luban.trust.digest import sm3

PASS, MISMATCH, UNREADABLE, PENDING, EXEMPT = "pass", "mismatch", "unreadable", "pending", "exempt"
SHORTEST_TEXT = 20
MOST = 6
_DAY = re.compile(r"(?<!\d)(\d{4})\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})(?!\d)")
_AMOUNT = re.compile(r"(?<![\d.])(\d[\d,]*(?:\.\d+)?)\s*(?:吨|千克|公斤|公里|元|平方米)")
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
_FIRM = re.compile(
    r"[\u4e00-\u9fa5（）()A-Za-z0-9]{2,40}?(?:有限责任公司|股份有限公司|有限公司|公司|厂|中心|合作社)"
)
_PARTY = re.compile(r"^.*?[甲乙丙]方(?:（[^）]{0,6}）|\([^)]{0,6}\))?")
_CODE = r"\s*:\s*([A-Za-z0-9\u4e00-\u9fa5〔〕\[\]()（）/_\-]{3,60})"
_MARK = "stated"


@dataclass(frozen=True)
class Recognised:
    """What was read, by field name (and `words`), how the comparison went, and a hint for people."""

    values: dict[str, Any]
    check: str
    note: str = ""


def stated_of(material: Material, form: Form, binding: int | None) -> dict[str, Any]:
    """The values of the form this paper should carry."""
    return dict(material.compare(form, binding)) if material.compare else {}


def mark_of(stated: Mapping[str, Any]) -> str:
    """A short mark of what was stated, to see whether a paper must be compared anew."""
    return sm3("\n".join(f"{name}={stated[name]}" for name in sorted(stated)).encode())[:16]


def is_stale(material: Material, values: Mapping[str, Any], stated: Mapping[str, Any]) -> bool:
    """Whether the form has changed since the paper was compared."""
    return material.compare is not None and values.get(_MARK) != mark_of(stated)


def recognise(*, material: Material, form: Form, stated: Mapping[str, Any], text: str | None) -> Recognised:
    """Compare. `text` is None when the file carries none that can be read (a picture)."""
    if material.compare is None and not material.words:
        return Recognised({}, EXEMPT)
    values: dict[str, Any] = {_MARK: mark_of(stated)} if material.compare else {}
    if text is None:
        return Recognised(values, PENDING, "图片暂不能自动识别，由工作人员核对。")
    plain = _plain(text)
    if len(plain) < SHORTEST_TEXT:
        return Recognised(values, UNREADABLE, "未能自动识别，转人工核对。")
    if material.words:
        values["words"] = [word for word in material.words if _plain(word) in plain]
    wanted = {name: value for name, value in stated.items() if value not in (None, "", [], ())}
    for name, value in wanted.items():
        found = _found(name, value, text, plain, form)
        if found not in (None, [], ""):
            values[name] = found
    return Recognised(values, _verdict(wanted, values))


def _verdict(wanted: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    if any(name in values and not _agrees(values[name], value) for name, value in wanted.items()):
        return MISMATCH
    return PASS if all(name in values for name in wanted) else UNREADABLE


def _agrees(read: Any, stated: Any) -> bool:
    if isinstance(stated, tuple | list):
        return all(_text_of(one) in map(_text_of, read) for one in stated)
    return _text_of(read) == _text_of(stated)


def _found(name: str, value: Any, text: str, plain: str, form: Form) -> Any:
    """The stated value as read, or what stands in its place, or None."""
    if isinstance(value, tuple | list):
        there = [str(one) for one in value if _plain(str(one)) in plain]
        return there if len(there) == len(value) else (there + _firms(text, there) if there else None)
    if isinstance(value, date):
        days = _days(text)
        return value.isoformat() if value in days else [day.isoformat() for day in days][:MOST]
    if isinstance(value, Decimal | int):
        amounts = _amounts(text)
        return str(value) if Decimal(value) in amounts else [str(amount) for amount in amounts][:MOST]
    if _plain(str(value)) in plain:
        return str(value)
    if _USCC.fullmatch(str(value)):
        return list(dict.fromkeys(_USCC.findall(text)))[:MOST]
    if _FIRM.fullmatch(str(value)):
        return _firms(text, [])
    return _after_label(name, text, form)


def _after_label(name: str, text: str, form: Form) -> str | None:
    """The words behind the longest end of the field's label that stands in the text."""
    labels = (
        cell.meta.label
        for section in form_spec(type(form)).sections
        for spec in section.fields
        for cell in (spec, *spec.rows)
        if cell.name == name
    )
    label = _plain(next(labels, ""))
    words = unicodedata.normalize("NFKC", text)
    for start in range(max(len(label) - 1, 0)):
        spread = r"\s*".join(re.escape(sign) for sign in label[start:])
        match = re.search(spread + _CODE, words)
        if match:
            return match[1]
    return None


def _firms(text: str, but: list[str]) -> list[str]:
    names = [_PARTY.sub("", _plain(name)).lstrip("：:") for name in _FIRM.findall(_joined(text))]
    return [name for name in dict.fromkeys(names) if name and name not in but][:MOST]


def _days(text: str) -> list[date]:
    found = []
    for year, month, day in _DAY.findall(unicodedata.normalize("NFKC", text)):
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _amounts(text: str) -> list[Decimal]:
    found = _AMOUNT.findall(unicodedata.normalize("NFKC", text))
    return list(dict.fromkeys(Decimal(number.replace(",", "")) for number in found))


def _joined(text: str) -> str:
    return re.sub(r"[ \t]+", "", text)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _text_of(value: Any) -> str:
    return str(Decimal(str(value)).normalize()) if _is_number(value) else _plain(str(value)).upper()


def _is_number(value: Any) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None
