"""The compiled contracts, read from contracts/artefacts: interface, code to deploy, code that then stands on the chain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from luban.ledger.abi import Interface

FOLDER = Path(__file__).resolve().parents[2] / "contracts" / "artefacts"
REGISTRY = "OrgRegistry"
ANCHOR = "HistoryAnchor"
RECORDS = {
    "UF": "UtilisationFilingEvidence",
    "UR": "UtilisationRevocation",
    "DF": "DisposalFormEvidence",
    "DC": "DisposalCase",
}
"""Contract by the kind of record it keeps; the kind is also its name among peers."""
CONTRACTS = (REGISTRY, *RECORDS.values(), ANCHOR)
"""In the order in which they are deployed."""


@dataclass(frozen=True)
class Artefact:
    """A contract as compiled."""

    name: str
    interface: Interface
    bytecode: bytes
    runtime: bytes


@cache
def artefact(name: str) -> Artefact:
    """The artefact of a contract. Raises LookupError when there is none of that name."""
    path = FOLDER / f"{name}.json"
    if name not in CONTRACTS or not path.is_file():
        raise LookupError(f"no contract is called {name}; `make contracts` writes {path}")
    made = json.loads(path.read_text(encoding="utf-8"))
    return Artefact(
        name,
        Interface(made["abi"]),
        bytes.fromhex(made["bytecode"]),
        bytes.fromhex(made["deployedBytecode"]),
    )
