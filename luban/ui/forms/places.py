"""Picking a region: the selects above a county are drawn with it, whether the form asks for them or not.

Names say the level (common vocabulary): `…_province_code` or `…_province`, `…_city_code`, `…_county_code`. Levels the form does not
ask for are only steps of picking and are not read (`_province`, `_city`). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.form import FieldSpec, is_required
from luban.registers.divisions.places import city_of, province_of
from luban.ui.forms.boxes import FieldBox, PlacePick
from luban.ui.forms.controls import Given, field_box, message_of, options_of, source_of, words_of

LEVELS = ("province", "city", "county")
WORDS = {"province": "省（自治区、直辖市）", "city": "市", "county": "区县"}


def level_of(spec: FieldSpec) -> str:
    """province, city or county; a region code whose name does not say is a county."""
    named = (level for level in LEVELS[:2] if spec.name.endswith((f"{level}_code", f"_{level}")))
    return next(named, "county")


def is_place(spec: FieldSpec) -> bool:
    """Whether a field is picked from regions by a person."""
    return spec.kind.name == "adcode" and not spec.meta.derived


def same_place(one: FieldSpec, other: FieldSpec) -> bool:
    """Whether two region codes are levels of one place."""
    return is_place(other) and _stem(one) == _stem(other)


def _stem(spec: FieldSpec) -> str:
    level = level_of(spec)
    return spec.name.removesuffix(f"{level}_code").removesuffix(level)


def place_pick(
    *, specs: list[FieldSpec], own: Any, values: Mapping[str, Any], prefix: str, given: Given
) -> PlacePick:
    """The picker of one place, down to the deepest level the form asks for."""
    asked = {level_of(spec): spec for spec in specs}
    deepest = max(asked, key=LEVELS.index)
    last = asked[deepest]
    codes = _codes(asked, values)
    levels = [
        _level(level, asked, own, codes, prefix, given) for level in LEVELS[: LEVELS.index(deepest) + 1]
    ]
    if levels[-1].readonly:  # nothing is left to pick on the way to it
        levels = [one for level, one in zip(LEVELS, levels, strict=False) if level in asked]
    single = len(asked) == 1
    return PlacePick(
        path=f"{prefix}.{last.name}",
        label=last.meta.label if single else "所在地区",
        levels=tuple(levels),
        places=given.wiring.places,
        required=any(is_required(spec, own, given.whole) for spec in specs),
    )


def _codes(asked: Mapping[str, FieldSpec], values: Mapping[str, Any]) -> dict[str, str]:
    """The code at every level; those above a known one follow from it."""
    codes = {level: str(values.get(spec.name) or "") for level, spec in asked.items()}
    county, city = codes.get("county", ""), codes.get("city", "")
    codes.setdefault("city", city_of(county) if county else "")
    codes.setdefault("province", province_of(county or city) if county or city else "")
    return codes


def _level(
    level: str,
    asked: Mapping[str, FieldSpec],
    own: Any,
    codes: Mapping[str, str],
    prefix: str,
    given: Given,
) -> FieldBox:
    above = {"province": "", "city": codes["province"], "county": codes["city"]}[level]
    offered = given.choices.regions_below(above) if above or level == "province" else ()
    spec = asked.get(level)
    deepest = max(asked, key=LEVELS.index)
    if spec is not None:
        path = f"{prefix}.{spec.name}"
        box = field_box(
            spec=spec,
            path=path,
            value=codes[level] or None,
            required=is_required(spec, own, given.whole),
            given=given,
        )
        if box.readonly:
            return box
        return FieldBox(
            path=path,
            control="select",
            label=spec.meta.label,
            value=codes[level],
            shown=words_of(spec, codes[level], given.choices),
            required=box.required,
            source=source_of(spec.meta, path, codes[level], given),
            message=message_of(path, codes[level], given),
            options=options_of(offered, codes[level]),
            spoken=f"{spec.meta.label}：{WORDS[level]}",
        )
    return FieldBox(
        path=f"{prefix}._{asked[deepest].name}_{level}",
        control="select",
        label=WORDS[level],
        value=codes[level],
        options=options_of(offered, codes[level]),
        spoken=f"{asked[deepest].meta.label}：{WORDS[level]}",
    )
