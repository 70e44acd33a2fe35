"""The scopes an application may hold (waste-chain §6.1). A scope opens an operation; contract roles are asked besides."""

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {
    "write:utilisation": "推送利用备案",
    "write:revocation": "提出备案撤销",
    "approve:revocation": "审批备案撤销",
    "write:disposal": "推送贮存、处置申请",
    "handle:disposal": "办理贮存、处置业务",
    "reply:disposal": "接收地复函",
    "read:party": "读取本省为当事方的数据",
    "read:granted": "读取授权的数据",
    "read:all": "读取全部数据",
    "verify": "核验",
    "subscribe:party": "订阅本省为当事方的事件",
    "subscribe:all": "订阅全部事件",
    "dashboard": "大屏指标",
    "admin": "管理应用与授权",
}
BY_GRANT_ONLY = frozenset({"read:all", "subscribe:all", "admin"})
"""Never given by default."""
DEFAULT = tuple(scope for scope in SCOPES if scope not in BY_GRANT_ONLY)
READS = ("read:party", "read:granted", "read:all")
