"""政务大屏: the figures of the chain, pushed every minute to the address that LUBAN_LINKS names (waste-chain §9).

Without an address nothing is pushed. `fields` of the same entry renames figures for their side, e.g.
`{"gov_screen": {"base_url": "https://…", "fields": {"latest_block_height": "blockHeight"}}}`; the address and the names
are to be confirmed with the screen's owner (待核).
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from pydantic import ConfigDict

from luban.links.messages import Body, Link, Message, Receipt, Required, send

CODE = "gov_screen"


class Metrics(Body):
    """The figures by whatever names their side wants; figures that are not known are left out."""

    model_config = ConfigDict(extra="allow", frozen=True)

    as_of: Required


_METRICS = Message("metrics", "链上指标", "/metrics", Metrics)
LINK = Link(code=CODE, title="政务大屏", direction="out", messages=(_METRICS,))


def is_wanted() -> bool:
    """Whether an address is configured."""
    return bool(settings.LUBAN_LINKS.get(CODE))


def push(*, metrics: Mapping[str, Any], key: str) -> Receipt:
    """Push the figures once. Raises Rejected, Unavailable."""
    stated = settings.LUBAN_LINKS.get(CODE, "")
    names: Mapping[str, str] = {} if isinstance(stated, str) else stated.get("fields", {})
    body = {names.get(name, name): value for name, value in metrics.items() if name != "as_of"}
    return send(link=LINK, message=_METRICS, body={**body, "as_of": metrics["as_of"]}, key=key)
