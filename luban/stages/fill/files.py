"""Files."""
from __future__ import annotations
from luban.people.actor import Actor
from luban.stages.fill.views import FileView
def hand_in(*, draft_id: str, actor: Actor, code: str, binding: int | None, filename: str, data: bytes) -> FileView: raise NotImplementedError
def of_draft(*, draft_id: str) -> tuple[FileView, ...]: raise NotImplementedError
def remove(*, file_id: str, actor: Actor) -> None: raise NotImplementedError
def read(*, file_id: str, actor: Actor) -> tuple[FileView, bytes]: raise NotImplementedError
def preview(*, file_id: str, actor: Actor, page: int = 1) -> bytes: raise NotImplementedError
def of_case_version(*, case_id: str, n: int) -> tuple[FileView, ...]: raise NotImplementedError
def read_of_case(*, case_id: str, sm3: str, actor: Actor) -> tuple[str, str, bytes]: raise NotImplementedError
def preview_of_case(*, case_id: str, sm3: str, actor: Actor, page: int = 1) -> bytes: raise NotImplementedError
