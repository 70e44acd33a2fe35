"""A case's files as the chain knows them: by material and number, each once (waste-chain §2.2)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from luban.kit.materials import HandedIn, Materials
from luban.stages.chain.compose import attachments


def names(*files: HandedIn) -> list[tuple[str, int, str]]:
    view = cast(Any, SimpleNamespace(materials=Materials(files=files)))
    return [(one.material_code, one.seq, one.sm3) for one in attachments(view)]


def test_files_of_two_carriers_do_not_share_a_number() -> None:
    found = names(
        HandedIn("M05", seq=1, binding=2, sm3="second"),
        HandedIn("M05", seq=2, binding=1, sm3="first again"),
        HandedIn("M05", seq=1, binding=1, sm3="first"),
        HandedIn("M01", seq=1, sm3="form"),
    )
    assert found == [("M01", 1, "form"), ("M05", 1, "first"), ("M05", 2, "first again"), ("M05", 3, "second")]


def test_a_file_of_the_whole_application_keeps_its_number_when_another_is_gone() -> None:
    assert names(HandedIn("M02", seq=3, sm3="c"), HandedIn("M02", seq=1, sm3="a")) == [
        ("M02", 1, "a"),
        ("M02", 3, "c"),
    ]


def test_a_file_that_was_not_kept_is_not_told() -> None:
    assert names(HandedIn("M02", sm3="")) == []
