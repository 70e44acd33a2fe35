"""`python -m sandbox --port 8010 --var DIR`: serve every partner on one port, until SIGTERM or Ctrl-C.

Partners push to the product at LUBAN_WEB_URL (the launcher sets LUBAN_PORT, which does as well).
"""

import argparse
import asyncio
import os
import signal
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from sandbox.app import create


def _product() -> str:
    """Where the product listens on this machine."""
    return os.environ.get("LUBAN_WEB_URL") or f"http://127.0.0.1:{os.environ.get('LUBAN_PORT') or 8000}"


async def _serve(*, port: int, folder: Path) -> None:
    server = Server(
        create(var=folder, product=_product(), here=f"http://127.0.0.1:{port}"),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        websockets=False,
    )
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, server.stop)
    await server.serve()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="sandbox", description="对接系统演示替身")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--var", type=Path, default=Path("var"), help="与平台共用的 var 目录")
    options = parser.parse_args()
    asyncio.run(_serve(port=options.port, folder=options.var.resolve()))


if __name__ == "__main__":
    main()
