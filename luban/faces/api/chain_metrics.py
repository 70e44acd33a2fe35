"""The figures of the chain for other screens (waste-chain §9): asked for by an application with the scope `dashboard`."""

from __future__ import annotations

from luban.stages.chain.figures import figures
from luban.stages.gateway.call import Answer, Call, Operation


def get_metrics(call: Call) -> Answer:
    """The figures now, or the last ones marked stale: 200 either way."""
    return Answer(figures().as_json())


OPERATIONS = (
    Operation("get_metrics", "GET", "dashboard/metrics", ("dashboard",), get_metrics, title="大屏指标"),
)
