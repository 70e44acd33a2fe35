"""Does the chain already hold what a write would put there? Asked when a contract refuses one.

After a database was restored from a backup the chain knows more than the outbox: then "already exists" is success,
if and only if what stands there is the same to the last digit.
"""

from __future__ import annotations

from luban.ledger.artefacts import ANCHOR, RECORDS
from luban.ledger.chain import NotDeployed, read
from luban.ledger.models import ChainWrite
from luban.ledger.port import ChainPort, Reverted

_FORMS = {
    (RECORDS["UF"], "createFiling"),
    (RECORDS["UF"], "appendVersion"),
    (RECORDS["UR"], "propose"),
    (RECORDS["DF"], "createForm"),
    (RECORDS["DF"], "updateForm"),
}
_SAME = 0


def already_there(*, row: ChainWrite, port: ChainPort) -> bool:
    """Whether the chain holds exactly this write's digest. Raises ChainUnavailable."""
    if not row.digest:
        return False
    try:
        return _held(row, port) == row.digest
    except (Reverted, NotDeployed):
        return False


def _held(row: ChainWrite, port: ChainPort) -> str:
    """What the chain holds in the place of this write; empty when nothing."""
    contract, key = row.contract, row.record_key
    if (contract, row.function) in _FORMS:
        asked = {"key": key, "version": row.version}
        name = "digest" if contract == RECORDS["UR"] else "formDigest"
        told = read(port=port, contract=contract, function="verifyForm", **asked, **{name: row.digest})
        return str(told["onChain"])
    if contract == RECORDS["DC"]:
        told = read(
            port=port,
            contract=contract,
            function="verifyEntry",
            key=key,
            seq=row.version,
            entryHash=row.digest,
        )
        return str(told["onChain"])
    if contract == RECORDS["UF"] and row.function == "recordDecision":
        return str(read(port=port, contract=contract, function="getFiling", key=key)["decisionDigest"])
    if contract == RECORDS["UR"] and row.function in ("approve", "reject"):
        return str(
            read(port=port, contract=contract, function="getRevocation", key=key)["record"]["decisionDigest"]
        )
    if contract == ANCHOR:
        told = read(port=port, contract=contract, function="getAnchor", batchId=row.arguments["batchId"])
        return str(told["anchor"]["root"])
    return ""
