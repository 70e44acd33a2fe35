"""电子政务平台: what waits on an official's desk also appears in the city-wide to-do list (protocol to be confirmed)."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, StringConstraints

from luban.links.messages import Body, Line, Link, Message, Required

Organisation = Annotated[str, StringConstraints(pattern=r"^(\d{6}|[A-Z]{2,}(-[A-Z0-9]+)+)$")]
"""A bureau by its region code, or an institution that works for one by its own (TECH-HW)."""


class TodoCreated(Body):
    """A task for the desk `role` of organisation `org`, or for one `account` there."""

    todo_id: Required
    case_no: Required
    title: Required
    org: Organisation
    role: Required
    account: Line = ""
    url: Line = ""
    due_on: date | None = None
    created_at: AwareDatetime


class TodoDone(Body):
    """The task is done, or no longer needed."""

    todo_id: Required
    case_no: Required
    done_at: AwareDatetime
    done_by: Line = ""


LINK = Link(
    code="egov",
    title="电子政务平台",
    direction="both",
    messages=(
        Message("todo_created", "待办产生", "/todos", TodoCreated),
        Message("todo_done", "待办办结", "/todos/done", TodoDone),
    ),
)
