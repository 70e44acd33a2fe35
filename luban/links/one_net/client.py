"""市一网通办: every node of a case goes to the case library, every message to the enterprise's home page.

Nodes are the N codes of quality-green D3.2 (domain README §4.2); the city's own codes are to be confirmed and will be
a mapping on this side. One lane per case: the library refuses nodes that come out of order.
"""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, model_validator

from luban.links.messages import Adcode, Body, Line, Link, Message, Required, Text, Uscc


class Node(StrEnum):
    """Nodes of a case as the city sees them."""

    RECEIVED = "N10"
    CORRECTION_ASKED = "N11"
    CORRECTION_GIVEN = "N12"
    ACCEPTED = "N20"
    NOT_ACCEPTED = "N21"
    REVIEW = "N30"
    PAUSED = "N31"
    RESUMED = "N32"
    GRANTED = "N40"
    DENIED = "N41"
    CLOSED = "N50"
    CERTIFIED = "N60"
    HANDED_OVER = "N61"
    WITHDRAWN = "N70"
    TERMINATED = "N71"


class CaseNode(Body):
    """One node of one case. `parent_no` for the child of a bundle; `reason` is required for a pause (N31)."""

    case_no: Required
    parent_no: Line = ""
    item_code: Required
    item_name: Required
    node: Node
    node_time: AwareDatetime
    applicant_uscc: Uscc
    applicant_name: Required
    handler_org: Adcode
    handler_org_name: Required
    reason: Line = ""
    opinion_public: Text = ""
    result: Literal["", "granted", "denied", "refused", "withdrawn", "terminated", "recorded"] = ""
    due_on: date | None = None

    @model_validator(mode="after")
    def _pause_has_reason(self) -> "CaseNode":
        if self.node is Node.PAUSED and not self.reason:
            raise ValueError("停表环节（N31）须注明原因")
        return self


class EnterpriseMessage(Body):
    """A line on the enterprise's home page. `event` is an N code, TASK_CREATED, REMIND, LICENCE_CHANGED or OFFER."""

    uscc: Uscc
    event: Required
    title: Required
    text: Text
    at: AwareDatetime
    case_no: Line = ""
    url: Line = ""


LINK = Link(
    code="one_net",
    title="市一网通办",
    direction="both",
    messages=(
        Message("case_node", "办件环节", "/nodes", CaseNode),
        Message("enterprise_message", "企业主页消息", "/messages", EnterpriseMessage),
    ),
)
