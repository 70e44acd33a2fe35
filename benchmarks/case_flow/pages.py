"""The pages people open most, and the lists of a worklist: measured in statements and in milliseconds."""

from __future__ import annotations

from benchmarks.case_flow.case import FIRM, LEADER, REVIEWER

ITEM = "solid_waste_utilisation"
CITY = "city_reviewer"
LISTS = (
    ("own desk", REVIEWER, "/office/"),
    ("own desk, overdue", REVIEWER, "/office/?lamp=over"),
    ("handled by me", REVIEWER, "/office/?scope=handled"),
    ("all of the district", LEADER, "/office/cases/"),
    ("district, part of a firm's name", LEADER, "/office/cases/?q=3456材料"),
)
"""Lists whose 95th percentile is measured: what it shows, who asks, address."""


def pages_of(*, number: str, draft: str) -> tuple[tuple[str, str], ...]:
    """(who, address) of every page whose statements are counted: a decided case, a draft that can be signed."""
    firm = ("/", "/items/", f"/items/{ITEM}/", "/drafts/", "/cases/", "/licences/", "/messages/")
    office = (
        "",
        "cases/",
        "drafts/",
        "licences/",
        "registers/",
        "figures/",
        "exports/",
        "settings/",
    )
    case = ("", "dossier/", "sent/")
    return (
        *((FIRM, address) for address in firm),
        (FIRM, f"/cases/{number}/"),
        (FIRM, f"/fill/{draft}/"),
        (FIRM, f"/fill/{draft}/sign/"),
        *((REVIEWER, f"/office/{part}") for part in office),
        *((REVIEWER, f"/office/cases/{number}/{part}") for part in case),
    )
