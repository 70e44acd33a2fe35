"""市一网通办 and 电子政务平台: case nodes in their legal order, messages, officials' to-do lists."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.partners.base import Inlet, Partner, Told
from sandbox.protocol import Refused
from sandbox.store import Store

NEXT: Mapping[str, frozenset[str]] = {
    "": frozenset({"N10"}),
    "N10": frozenset({"N11", "N20", "N21", "N70"}),
    "N11": frozenset({"N12", "N70", "N71"}),
    "N12": frozenset({"N11", "N20", "N21", "N70"}),
    "N20": frozenset({"N30", "N31", "N40", "N41", "N70"}),
    "N21": frozenset({"N50"}),
    "N30": frozenset({"N31", "N40", "N41", "N70", "N71"}),
    "N31": frozenset({"N32"}),
    "N32": frozenset({"N30", "N31", "N40", "N41", "N70", "N71"}),
    "N40": frozenset({"N50"}),
    "N41": frozenset({"N50"}),
    "N50": frozenset({"N60", "N61"}),
    "N60": frozenset({"N61"}),
    "N61": frozenset(),
    "N70": frozenset({"N50"}),
    "N71": frozenset({"N50"}),
}
"""Which node may follow which (quality-green D3.2). The same node again is a repeat and welcome."""


class Node(Told):
    """A node of a case."""

    case_no: str
    item_code: str
    node: str
    node_time: datetime
    applicant_uscc: str
    handler_org: str
    reason: str = ""


class HomePageLine(Told):
    """A line for the enterprise's home page."""

    uscc: str
    event: str
    title: str
    text: str
    at: datetime


class Todo(Told):
    """A task for an official."""

    todo_id: str
    case_no: str
    title: str
    org: str
    created_at: datetime


class TodoDone(Told):
    """A task done."""

    todo_id: str
    case_no: str
    done_at: datetime


def _take_node(body: Node, store: Store) -> Mapping[str, Any]:
    if body.node not in NEXT or not body.node:
        raise Refused("E404", f"没有环节“{body.node}”。")
    if body.node == "N31" and not body.reason:
        raise Refused("E422", "特别程序开始须注明原因。")
    before = [str(node["node"]) for node in store.accepted(link="one_net", path="/nodes", case=body.case_no)]
    last = before[-1] if before else ""
    if body.node != last and body.node not in NEXT[last]:
        raise Refused("E409", f"环节次序不符：{last or '无'}之后不能是{body.node}。")
    return {"reference": f"YWTB-{body.case_no}-{len(before) + 1}"}


def _take_line(body: HomePageLine, store: Store) -> Mapping[str, Any]:
    return {"reference": f"XX-{body.uscc}-{body.at:%Y%m%d%H%M%S}"}


def _take_todo(body: Todo, store: Store) -> Mapping[str, Any]:
    return {"reference": f"DB-{body.todo_id}"}


def _take_done(body: TodoDone, store: Store) -> Mapping[str, Any]:
    if not store.knows(link="egov", path="/todos", name="todo_id", value=body.todo_id):
        raise Refused("E404", f"没有待办“{body.todo_id}”。")
    return {"reference": f"DB-{body.todo_id}"}


ONE_NET = Partner(
    code="one_net",
    title="市一网通办",
    about="办件库与企业主页：按环节次序接收办件，次序不符即拒收。",
    inlets={"/nodes": Inlet(Node, _take_node), "/messages": Inlet(HomePageLine, _take_line)},
)
EGOV = Partner(
    code="egov",
    title="电子政务平台",
    about="统一待办：产生与办结。",
    inlets={"/todos": Inlet(Todo, _take_todo), "/todos/done": Inlet(TodoDone, _take_done)},
)
