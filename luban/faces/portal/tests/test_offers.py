"""What the form offers to choose from while one types: regions and registered codes."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_regions_lead_down_to_the_county(firm: Client) -> None:
    html = firm.get("/fill/places/?x=320000&below=f-county").content.decode()
    assert "苏州市" in html
    html = firm.get("/fill/places/?x=310000&below=f-county").content.decode()
    assert "浦东新区" in html
    assert 'hx-swap-oob="innerHTML"' in html
    assert "昆山市" in firm.get("/fill/places/?x=320500").content.decode()
    assert "option" in firm.get("/fill/places/?x=nonsense").content.decode()


def test_waste_codes_are_offered_by_number_and_by_name(firm: Client) -> None:
    assert "900-003-S17" in firm.get("/fill/books/waste_codes/?x=900-003").content.decode()
    assert "900-003-S17" in firm.get("/fill/books/waste_codes/?x=废塑料").content.decode()
    assert "option" not in firm.get("/fill/books/no_such/?x=1").content.decode()
