"""What is said with an act: complete, and out of the choices its declaration offers."""

from __future__ import annotations

from typing import Any

import pytest

from luban.cases.engine import read_data
from luban.kit.acts import DoubtSettled
from luban.kit.process import Stay
from luban.kit.refusal import Refused

SETTLE = Stay("settle", "确认存疑条款", data=DoubtSettled)


def _words(**changed: Any) -> dict[str, Any]:
    return {"clause": "CR-02", "disposal": "confirm_pass", "reason": "已与发证机关电话核实。", **changed}


def test_a_choice_that_is_offered_is_taken() -> None:
    assert read_data(SETTLE, _words()).disposal == "confirm_pass"


def test_a_choice_that_is_not_offered_is_refused_beside_its_field() -> None:
    with pytest.raises(Refused) as told:
        read_data(SETTLE, _words(disposal="wave_through"))
    assert told.value.status == 422
    assert [(f.path, f.message) for f in told.value.findings] == [
        ("disposal", "处置“wave_through”不在可选范围内，请重新选择。")
    ]
