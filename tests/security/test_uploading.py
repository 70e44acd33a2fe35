"""A file that no scanner has looked at is refused with 503, one with a virus with 422, and the sentence says what stays."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from config.apps import HouseConfig
from luban.kit.refusal import Refused
from luban.stages.fill.files import accept
from luban.trust import uploads
from luban.trust.clamd import Clamd, ScanUnavailable
from tests.matrix.world import pdf

MATERIAL = cast(Any, SimpleNamespace(kinds=("pdf",), max_mb=10))


class Answering(Clamd):
    """A scanner that says what it is told to."""

    def __init__(self, said: str | Exception) -> None:
        object.__setattr__(self, "said", said)

    def scan(self, data: bytes) -> str:
        said = object.__getattribute__(self, "said")
        if isinstance(said, Exception):
            raise said
        return str(said)


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (ScanUnavailable("cut"), 503, "已填写和已上传的内容都在"),
        ("Win.Test.EICAR_HDB-1", 422, "含有病毒（Win.Test.EICAR_HDB-1）"),
    ],
)
def test_what_was_not_found_clean_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, said: str | Exception, status: int, words: str
) -> None:
    monkeypatch.setattr(uploads, "_scanner", [Answering(said)])
    with pytest.raises(Refused) as caught:
        accept(MATERIAL, "合同.pdf", pdf())
    assert caught.value.status == status
    assert words in caught.value.message


def test_the_house_names_its_scanner_when_one_is_configured(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[Clamd | None] = []
    monkeypatch.setattr(uploads, "scan_with", named.append)
    config = HouseConfig.create("config")
    settings.LUBAN_CLAMD = "unix:///run/clamav/clamd.sock"
    config.ready()
    settings.LUBAN_CLAMD = ""
    config.ready()
    assert named == [Clamd(path="/run/clamav/clamd.sock"), None]
