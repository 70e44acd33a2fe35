"""`luban chain-node`: the embedded chain node as a process; `luban up` starts it when no other chain is named."""

import argparse
import logging
import signal
import sys
import threading

from config import environment, ports
from luban.ledger.node.chain import Sequencer
from luban.ledger.node.methods import LABEL
from luban.ledger.node.server import Node, server
from luban.ledger.node.store import StoreDamaged

HELP = "启动内置链节点（单一出块者，仅本机访问）"
NEEDS_DJANGO = False
CHAIN_ID = 310000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The port."""
    parser.add_argument("--port", type=int, help="端口（LUBAN_CHAIN_PORT，默认按目录选取）")


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped; 1 when the store cannot be used."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    var = environment.var_folder()
    port = arguments.port or environment.number("LUBAN_CHAIN_PORT", default=0)
    port = port or ports.own_port(var=var, name="chain")
    try:
        node = Node(path=var / "chain" / "node.db", chain_id=CHAIN_ID)
    except (StoreDamaged, ValueError) as problem:
        sys.stderr.write(f"链节点的存储不能使用：{problem}\n请从备份恢复 {var / 'chain'}，不要删除它。\n")
        return 1
    _serve(node, port)
    return 0


def _serve(node: Node, port: int) -> None:
    listening = server(node=node, port=port)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: threading.Thread(target=listening.shutdown).start())
    _announce(node.chain, port)
    try:
        listening.serve_forever(poll_interval=0.2)
    finally:
        listening.server_close()
        node.close()


def _announce(chain: Sequencer, port: int) -> None:
    sys.stdout.write(
        f"{LABEL}：链 {chain.chain_id}，高度 {chain.head.block_number}，http://127.0.0.1:{port}\n"
    )
    sys.stdout.flush()
