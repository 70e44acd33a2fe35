"""The chains that the conformance suite runs on, as processes: the embedded node and anvil."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from config.environment import BASE
from config.ports import free_port
from config.processes import spawn
from luban.ledger.jsonrpc import PROFILES, JsonRpcChain

ANVIL = BASE / "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
START_SECONDS = 60


class Engine:
    """A chain in a process of its own, on a free port."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.port = name, folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.chain = JsonRpcChain(urls=[self.url], profile=PROFILES[name])
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it (again, on the same port and store) and wait until it answers."""
        if self.name == "embedded":
            command = [sys.executable, "-m", "config.cli", "chain-node", "--port", str(self.port)]
        else:
            command = [str(ANVIL), "--port", str(self.port), "--chain-id", "310000", "--block-time", "1"]
            command += [
                "--gas-price",
                "0",
                "--block-base-fee-per-gas",
                "0",
                "--hardfork",
                "london",
                "--silent",
            ]
            command += ["--gas-limit", "1000000000"]
        with (self.folder / "node.log").open("ab") as log:
            self._process = spawn(
                command=command, cwd=BASE, env={**os.environ, "LUBAN_VAR": str(self.folder)}, output=log
            )
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                self.ask("eth_chainId")
                return
            except httpx.HTTPError:
                if time.monotonic() > give_up or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ask(self, method: str, *params: Any) -> Any:
        """One JSON-RPC request as it comes back."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        answer = httpx.post(self.url, json=body, trust_env=False, timeout=30)
        return answer.json()
