"""A real sandbox process on a free port, for the tests of everything that speaks to partners."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.ports import free_port
from luban.links import breaker

ROOT = Path(__file__).resolve().parents[3]


class Sandbox:
    """The running stand-ins and what a test may ask of them."""

    def __init__(self, *, url: str, var: Path) -> None:
        self.url = url
        self.var = var
        self._http = httpx.Client(base_url=url, trust_env=False)
        self._on: set[tuple[str, str]] = set()

    def switch(self, link: str, fault: str, *, on: bool = True, seconds: float = 0, times: int = 0) -> None:
        told = {"link": link, "fault": fault, "on": on, "seconds": seconds, "times": times}
        self._http.post("/_switch", json=told).raise_for_status()
        self._on.add((link, fault))

    def all_well(self) -> None:
        for link, fault in tuple(self._on):
            self.switch(link, fault, on=False)
        self._on.clear()

    def received(self, link: str, case: str = "") -> list[dict[str, Any]]:
        told = self._http.get(f"/_received/{link}", params={"case": case}).json()["received"]
        return [dict(one) for one in told]


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    var = tmp_path_factory.mktemp("sandbox-var")
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--var", str(var)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"LUBAN_VAR": str(var)})
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(lambda: httpx.get(url).status_code == 200)
        yield Sandbox(url=url, var=var)
    finally:
        process.terminate()
        process.wait(5)


@pytest.fixture
def sandbox(sandbox_process: Sandbox, settings: Any) -> Iterator[Sandbox]:
    """The sandbox with every fault off, and the product pointed at it."""
    settings.LUBAN_LINKS = {}
    settings.LUBAN_SANDBOX_URL = sandbox_process.url
    settings.LUBAN_VAR = sandbox_process.var
    settings.LUBAN_DEMO = True
    breaker.forget()
    yield sandbox_process
    breaker.forget()
    sandbox_process.all_well()


def _wait(ready: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise TimeoutError("the sandbox did not start")
