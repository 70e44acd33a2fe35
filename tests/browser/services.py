"""The services people file in these tests: what the guide is answered, what the form holds, out of the written cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luban.stages.trial import read_cases

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Service:
    """A service as a firm files it: its title, the guide's questions and answers, the form's values."""

    code: str
    title: str
    answers: Mapping[str, str]
    form: Mapping[str, Any]


def _first_case(path: str) -> dict[str, Any]:
    return read_cases(_ROOT / path)[0].form


def _utilisation() -> dict[str, Any]:
    form = _first_case("luban/items/solid_waste_utilisation/tests/cases.yaml")
    del form["pledge"]["seal_mode"]  # nobody types it: signing says how it was signed
    return form


UTILISATION = Service(
    code="solid_waste_utilisation",
    title="一般固体废物跨省转移利用备案",
    answers={
        "拟转移物是什么属性": "一般固体废物",
        "转移后作什么": "利用",
        "接收单位在哪里": "江苏省",
        "您是产生单位还是集中收集单位": "产生单位",
        "废物属于哪些大类": "工业固体废物",
        "用什么方式运输": "汽车",
        "备案哪个年度": "本年",
        "接收单位怎样利用": "塑料/橡胶再生造粒",
    },
    form=_utilisation(),
)
SAMPLING = Service(
    code="soil_sampling_report",
    title="土壤采样作业报告",
    answers={"地块在哪里": "本市"},
    form=_first_case("tests/dropin/soil_sampling_report/cases.yaml"),
)

GROUNDS = {
    "grounds": {
        "reason_code": "R3",
        "facts": "接收单位昆山示例再生塑料有限公司排污许可已被注销，不再具备利用能力。",
        "statement_heard": True,
        "statement": "企业表示知悉，对撤销没有异议。",
    },
    "district": {"opinion": "情况属实，建议撤销。"},
}
"""Why a filing is revoked: what the district writes."""
