"""All operations behind /chain-gw/v1: the gateway's own, and those other packages add beside them."""

from luban.faces.api.chain_metrics import OPERATIONS as METRICS
from luban.stages.gateway.call import Operation
from luban.stages.gateway.operations import OPERATIONS
from luban.stages.subscriptions.operations import OPERATIONS as SUBSCRIPTIONS

TABLE: tuple[Operation, ...] = (*OPERATIONS, *SUBSCRIPTIONS, *METRICS)
