"""In a demonstration the three neighbouring provinces have entered the chain: they answer for themselves."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from luban.cases import house
from luban.ledger import setup

PROVINCES: Mapping[str, str] = {
    "320000": "江苏省生态环境厅",
    "330000": "浙江省生态环境厅",
    "340000": "安徽省生态环境厅",
}


def join_provinces() -> None:
    """Enter them, behind the writes of the first start; a repeat changes nothing."""
    if not settings.LUBAN_DEMO:
        return
    with transaction.atomic():
        setup.begin(keys=house.keys())
        for region, name in PROVINCES.items():
            setup.join(region=region, name=name, keys=house.keys())
