"""Addresses of the filling pages, which other pages of the face lead to."""

from __future__ import annotations

from django.urls import reverse

from luban.kit.form import path_parts
from luban.ui.forms.boxes import field_id, slot_id


def fill_url(draft_id: str, path: str = "") -> str:
    """The form of a draft, at the field or material of `path` when one is given."""
    return reverse("portal:fill", args=[draft_id]) + (f"#{spot(path)}" if path else "")


def spot(path: str) -> str:
    """The id in the form page that a path of a finding or correction means."""
    parts = path_parts(path)
    if parts and parts[0] == "materials" and len(parts) > 1:
        binding = parts[2] if len(parts) > 2 and isinstance(parts[2], int) else None
        return slot_id(str(parts[1]), None if binding is None else binding + 1)
    return field_id(path)
