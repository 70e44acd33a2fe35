"""Applications, grants and organisations, managed over the gateway by applications with the scope `admin`.

Every change is a line of the audit trail; secrets are in the one answer that makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from luban.cases import house
from luban.ledger import setup
from luban.people.actor import Actor
from luban.people.trail import audit
from luban.stages.gateway import applications
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.bodies import Digest, Moment, Shape, read
from luban.stages.gateway.call import Answer, Call
from luban.stages.gateway.models import ChainApp, Grant
from luban.stages.gateway.scopes import DEFAULT
from luban.stages.gateway.sight import FORM, REVOCATION

Text = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Region = Annotated[str, StringConstraints(pattern=r"^[1-9]\d0000$")]
Rate = Annotated[int, Field(ge=1, le=applications.MOST_RATE)]
Words = Annotated[list[Annotated[str, StringConstraints(max_length=50)]], Field(max_length=50)]


class AppBody(Shape):
    """A new application."""

    name: Text
    region: Region
    scopes: Words = list(DEFAULT)
    ips: Words = []
    rate: Rate = 50
    valid_until: Moment | None = None


class AppChange(Shape):
    """What of an application changes."""

    name: Text | None = None
    scopes: Words | None = None
    ips: Words | None = None
    rate: Rate | None = None
    valid_until: Moment | None = None
    state: Annotated[str, StringConstraints(max_length=12)] | None = None


class RotateBody(Shape):
    """Whether the old secret ends now."""

    at_once: bool = False


class GrantBody(Shape):
    """A grant."""

    app: Annotated[str, StringConstraints(max_length=32)]
    record: Annotated[str, StringConstraints(pattern=r"^(UF|UR|DF|DC)$")]
    record_key: Digest | None = None
    region: Region | None = None
    sections: Words = []
    attachments: bool = False
    since: Moment
    until: Moment
    reason: Annotated[str, StringConstraints(max_length=200)] = ""


class OrganisationBody(Shape):
    """A province that enters the chain."""

    region: Region
    name: Text


def create_app(call: Call) -> Answer:
    """POST /apps."""
    body = read(AppBody, call.body)
    made = applications.issue(
        name=body.name,
        region=body.region,
        by=call.caller.app,
        scopes=body.scopes,
        ips=body.ips,
        rate=body.rate,
        valid_until=_moment(body.valid_until),
    )
    _noted(call, "chain.app.issue", made.key, {"region": body.region})
    return Answer({"app_key": made.key, "app_secret": made.secret, "callback_secret": made.callback_secret})


def rotate_secret(call: Call) -> Answer:
    """POST /apps/{app}/secret:rotate."""
    body = read(RotateBody, call.body)
    made = applications.rotate(key=call.values["app"], at_once=body.at_once)
    _noted(call, "chain.app.rotate", made.key, {"at_once": body.at_once})
    return Answer({"app_key": made.key, "app_secret": made.secret})


def change_app(call: Call) -> Answer:
    """PUT /apps/{app}."""
    body, key = read(AppChange, call.body), call.values["app"]
    given = body.model_dump(exclude_unset=True, exclude={"state", "valid_until"})
    changed = {name: value for name, value in given.items() if value is not None}
    if "valid_until" in body.model_fields_set:
        changed["valid_until"] = _moment(body.valid_until)
    row = applications.change(key=key, **changed)
    if body.state is not None:
        row = applications.set_state(key=key, state=body.state)
    _noted(call, "chain.app.change", key, {"fields": sorted(body.model_fields_set)})
    return Answer(described(row))


def create_grant(call: Call) -> Answer:
    """POST /grants."""
    body = read(GrantBody, call.body)
    unknown = sorted(set(body.sections) - FORM - REVOCATION)
    since, until = _moment(body.since), _moment(body.until)
    if unknown or since is None or until is None:
        raise GatewayError(40001, f"没有节“{'、'.join(unknown)[:60]}”，请核对。")
    row = applications.grant(
        app=body.app,
        record=body.record,
        record_key=body.record_key or "",
        region=body.region or "",
        sections=body.sections,
        attachments=body.attachments,
        since=since,
        until=until,
        reason=body.reason,
        by=call.caller.app,
    )
    _noted(call, "chain.grant", body.app, {"grant": row.pk})
    return Answer(_grant(row))


def withdraw_grant(call: Call) -> Answer:
    """DELETE /grants/{id}."""
    text = call.values["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise GatewayError(40401, "没有该授权，请核对编号。")
    applications.withdraw_grant(number=int(text))
    _noted(call, "chain.grant.withdraw", text, {})
    return Answer({"id": int(text), "state": "withdrawn"})


def enter_organisation(call: Call) -> Answer:
    """POST /orgs: a province's organisation is entered on the chain, with an account of its own."""
    body = read(OrganisationBody, call.body)
    setup.begin(keys=house.keys())
    setup.join(region=body.region, name=body.name, keys=house.keys())
    _noted(call, "chain.org.enter", body.region, {})
    return Answer({"region": body.region, "name": body.name, "state": "pending"}, status=202)


def described(row: ChainApp) -> dict[str, Any]:
    """An application without its secrets."""
    end = int(row.valid_until.timestamp() * 1000) if row.valid_until else None
    return {
        "app_key": row.key,
        "name": row.name,
        "region": row.region,
        "scopes": list(row.scopes),
        "ips": list(row.ips),
        "rate": row.rate,
        "state": row.state,
        "valid_until": end,
    }


def _grant(row: Grant) -> dict[str, Any]:
    return {
        "id": row.pk,
        "app": row.app_id,
        "record": row.record,
        "record_key": row.record_key,
        "region": row.region,
        "sections": list(row.sections),
        "attachments": row.attachments,
    }


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _noted(call: Call, action: str, target: str, detail: Mapping[str, Any]) -> None:
    app = call.caller.app
    actor = Actor(f"app:{app}", app, "system", call.caller.region, "", call.caller.region)
    audit(actor=actor, action=action, target=f"chain-app:{target}", detail=detail)
