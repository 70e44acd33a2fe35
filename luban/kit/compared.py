"""What a machine read on the papers, against what was stated.

A material declares what to compare (`compare`: field name → stated value, or several for the names of the parties);
the fill stage stores what it read in the file's `recognised` under the same names, the words it was told to look for
(`Material.words`) under `words`, and how that went in `check`:
pass or mismatch = read; unreadable, pending = not read (yet), so a person looks; exempt = not asked for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from luban.kit.form import Form
from luban.kit.materials import HandedIn, Material, Materials

READ = frozenset({"pass", "mismatch"})
LOOKED_AT = READ | {"exempt"}


@dataclass(frozen=True)
class Mismatch:
    """A value read that is not what was stated; `item` is the name it is compared under."""

    item: str
    read: str
    stated: str


def mismatches(material: Material, file: HandedIn, form: Form) -> tuple[Mismatch, ...]:
    """Where a file says something else than the form; nothing for a file that was not read."""
    if material.compare is None or file.check not in READ:
        return ()
    found = []
    for name, stated in material.compare(form, file.binding).items():
        read = file.recognised.get(name)
        if read in (None, "", []) or stated in (None, "", [], ()):
            continue
        if not _agree(read, stated):
            found.append(Mismatch(name, _shown(read), _shown(stated)))
    return tuple(found)


def _agree(read: Any, stated: Any) -> bool:
    """Equal as numbers, dates or plain text; of several stated values each must be among those read."""
    if isinstance(stated, list | tuple):
        known = {_plain(r) for r in (read if isinstance(read, list | tuple) else [read])}
        return all(_plain(s) in known for s in stated)
    if isinstance(read, list | tuple):
        return any(_agree(r, stated) for r in read)
    return _plain(read) == _plain(stated)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value))).upper()
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text


def _shown(value: Any) -> str:
    return "、".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)


def words_found(file: HandedIn) -> tuple[str, ...] | None:
    """The words looked for that stand on the paper; None when the text was not searched."""
    words = file.recognised.get("words")
    return None if words is None else tuple(words)


def slot_path(code: str, binding: int | None) -> str:
    """Where a finding about a paper points: `materials.M03[0]` for the paper of the first row."""
    return f"materials.{code}" + ("" if binding is None else f"[{binding - 1}]")


def slot_title(materials: Materials, code: str, binding: int | None) -> str:
    """The title of a slot as the applicant sees it."""
    same = (s for s in materials.slots if s.material.code == code and s.binding == binding)
    return next((s.title for s in same), code)
