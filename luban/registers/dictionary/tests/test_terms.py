"""Dictionaries: names for codes, and words that change with the law."""

from datetime import date

from luban.registers.book.shipped import shipped
from luban.registers.dictionary.terms import choices, dictionaries, label

BOOK = shipped("dictionary")
TERMS = BOOK.at(date(2026, 3, 2))


def test_only_what_is_open_may_be_chosen_but_all_can_be_printed() -> None:
    assert choices(TERMS, "transport_mode") == {"road": "汽车", "ship": "轮船", "other": "其他"}
    assert label(TERMS, "transport_mode", "rail") == "铁路"
    assert label(TERMS, "transport_mode", "airship") == "airship"


def test_the_dictionaries_the_solid_waste_forms_need() -> None:
    needed = (
        "applicant_type physical_form hazard_attr packaging transport_mode carrier_licence_type facility_kind "
        "permit_category special_area utilisation_method disposal_method storage_method end_use_type seal_mode "
        "revocation_reason vehicle_emission general_class necessity_reason waste_major_class"
    )
    assert set(needed.split()) <= dictionaries(TERMS)
    assert len(choices(TERMS, "utilisation_method")) == 14
    assert list(choices(TERMS, "revocation_reason")) == ["R1", "R2", "R3", "R4", "R5", "R6", "R9"]


def test_terms_follow_the_day_of_the_law() -> None:
    assert label(BOOK.at(date(2026, 8, 14)), "terms", "eia") == "环境影响评价"
    assert label(BOOK.at(date(2026, 8, 15)), "terms", "eia") == "生态环境影响评价"
