"""P-05…P-11, P-14…P-16, P-24: codes, hazards, packaging and ways, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

from luban.items.hazwaste_transfer_out.form import TransferForm, WasteRow
from luban.items.hazwaste_transfer_out.rules.aspects import WASTES
from luban.kit.findings import Finding
from luban.kit.rules import Rules, block, warn
from luban.registers.hazardous_waste import codes, modes, packages
from luban.registers.hazardous_waste.parts import HAZARDS, CatalogueWaste

RULES = Rules()
CATALOGUE = "HWCAT"
LIQUID = "liquid"
OPEN_VEHICLES = frozenset({"flatbed", "van"})
"""Vehicles that hold no liquid by themselves (§12.9: 栏板、普通厢式)."""


def _rows(form: TransferForm) -> Iterator[tuple[int, str, WasteRow]]:
    """(number from 0, path, row)."""
    for n, row in enumerate(form.waste.wastes):
        yield n, f"waste.wastes[{n}]", row


def entry_of(row: WasteRow, facts: Any) -> CatalogueWaste | None:
    """What the catalogue says of the row's code."""
    return codes.waste(book=facts.hw_codes, code=row.waste_code, categories=facts.hw_categories)


def _well_formed(row: WasteRow, facts: Any) -> bool:
    agrees = codes.agrees(code=row.waste_code, category=row.hw_category)
    return agrees and (row.hw_category or "") in facts.hw_categories


@RULES.rule("P-05", law=CATALOGUE, aspect=WASTES)
def code_well_formed(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The code has its shape and ends in a category there is."""
    for _, path, row in _rows(form):
        if row.waste_code and not _well_formed(row, facts):
            yield block(f"{path}.waste_code", f"废物代码{row.waste_code}格式或类别不正确。")


@RULES.rule("P-06", law=CATALOGUE, aspect=WASTES)
def code_in_catalogue(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The code stands in the catalogue, or is one for identified wastes."""
    for _, path, row in _rows(form):
        old = codes.successors(book=facts.hw_codes, code=row.waste_code)
        if row.waste_code and _well_formed(row, facts) and entry_of(row, facts) is None and not old:
            yield block(
                f"{path}.waste_code",
                f"废物代码{row.waste_code}不在《国家危险废物名录（2025年版）》中。",
            )


@RULES.rule("P-07", law=CATALOGUE, aspect=WASTES)
def code_not_outdated(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """A code of an older catalogue is replaced."""
    for _, path, row in _rows(form):
        new = codes.successors(book=facts.hw_codes, code=row.waste_code)
        if new:
            message = f"废物代码{row.waste_code}为旧版代码，请改用{'、'.join(new)}。"
            yield block(f"{path}.waste_code", message)


@RULES.rule("P-08", aspect=WASTES)
def rows_differ(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """No two rows have the same code and way."""
    keyed = [(n, (row.waste_code, row.disposal_mode)) for n, _, row in _rows(form)]
    for (i, one), (j, other) in combinations(keyed, 2):
        if all(one) and one == other:
            yield block(
                f"waste.wastes[{j}].waste_code",
                f"第{i + 1}行与第{j + 1}行废物代码及方式重复，请合并。",
            )


@RULES.rule("P-09", law=CATALOGUE, aspect=WASTES)
def hazards_fit(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The declared hazards are possible ones: of "/" some and no others, of "," at least the first."""
    for n, path, row in _rows(form):
        entry = entry_of(row, facts)
        if entry and not codes.declaration_fits(waste=entry, declared=row.declared_hazards):
            message = f"第{n + 1}行申报危险特性与名录（{entry.expression}）不符。"
            yield block(f"{path}.declared_hazards", message)


@RULES.rule("P-10", law=CATALOGUE, aspect=WASTES)
def hazards_beyond(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """A hazard the catalogue does not list is explained."""
    for n, path, row in _rows(form):
        entry = entry_of(row, facts)
        beyond = codes.beyond_catalogue(waste=entry, declared=row.declared_hazards) if entry else ()
        if beyond:
            named = "、".join(HAZARDS.get(hazard, hazard) for hazard in beyond)
            message = f"第{n + 1}行申报了名录未列的{named}特性，请说明依据。"
            yield warn(f"{path}.declared_hazards", message)


@RULES.rule("P-11", aspect=WASTES)
def quantity_sound(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """A row has a quantity above nothing; more than four decimal places cannot be typed at all."""
    for n, path, row in _rows(form):
        if row.apply_t is not None and row.apply_t <= 0:
            yield block(f"{path}.apply_qty", f"第{n + 1}行申请数量不正确。")


@RULES.rule("P-14", aspect=WASTES)
def liquid_packed(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """No packaging that must not hold a liquid does."""
    for _, path, row in _rows(form):
        if row.physical_form != LIQUID:
            continue
        for name in packages.unfit_for_liquid(book=facts.hw_packaging, packaging=row.packaging):
            yield block(f"{path}.packaging", f"液态废物不得采用{name}。")


@RULES.rule("P-15", aspect=WASTES)
def liquid_enclosed(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """A liquid travels in a closed container or a tanker."""
    types = [v.vehicle_type for carrier in form.transport.carriers for v in carrier.vehicles]
    if not types or not set(types) <= OPEN_VEHICLES:
        return
    for _, path, row in _rows(form):
        boxed = packages.closed(book=facts.hw_packaging, packaging=row.packaging)
        by_hand = packages.by_hand(book=facts.hw_packaging, packaging=row.packaging)
        if row.physical_form == LIQUID and row.packaging and not boxed and not by_hand:
            yield block(f"{path}.packaging", "液态废物须采用密闭容器或罐式车辆运输。")


@RULES.rule("P-16", law=("GB18598", "GB30485"), aspect=WASTES)
def way_allowed(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """The way is not one the matrix forbids for such a waste."""
    for _, path, row in _rows(form):
        entry, way = entry_of(row, facts), modes.mode(book=facts.hw_modes, code=row.disposal_mode)
        if entry is None or way is None:
            continue
        found = modes.suitability(
            book=facts.hw_mode_rules,
            code=entry.code,
            category=entry.category,
            hazards=codes.effective_hazards(waste=entry, declared=row.declared_hazards),
            form=row.physical_form,
            packaging=row.packaging,
            valuable=entry.valuable,
            mode=way.code,
            has_report=bool(row.identification_report_no),
        )
        if found.verdict == modes.PROHIBITED:
            state = form_title(row.physical_form, facts)
            yield block(
                f"{path}.disposal_mode",
                f"{entry.code}（{state}）不得采用{way.code}{way.name}：{found.reason}。",
                rule=found.rule,
            )


def form_title(code: str | None, facts: Any) -> str:
    """What a physical form is called."""
    entry = facts.terms.get(f"hw_physical_form|{code}")
    return str(entry["name"]) if entry else "形态未填"


@RULES.rule("P-24", aspect=WASTES)
def valuable_and_paid_for(form: TransferForm, facts: Any, today: date) -> Iterator[Finding]:
    """Who pays much to be rid of something worth recovering explains it."""
    limit = facts.params.decimal("hwt.valuable_price")
    for _, path, row in _rows(form):
        entry, price = entry_of(row, facts), row.unit_price
        paid = row.fee_direction == "generator_pays" and price is not None and price > limit
        if entry and entry.valuable and paid:
            yield warn(f"{path}.unit_price", f"{entry.code}一般具有回收价值，移出方付费处置请说明原因。")
