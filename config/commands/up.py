"""`luban up`: start the whole house on this machine."""

import argparse
import os

from config import environment, launcher

HELP = "启动数据库、链节点、后台任务、模拟外部系统和网站"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Ports, the clock, the number of workers."""
    parser.add_argument("--port", type=int, help="网站端口（LUBAN_PORT，默认 8000）")
    parser.add_argument("--sandbox-port", type=int, help="模拟外部系统端口（LUBAN_SANDBOX_PORT，默认 8010）")
    parser.add_argument("--pg-port", type=int, help="内置数据库端口（LUBAN_PG_PORT，默认按目录选取）")
    parser.add_argument("--chain-port", type=int, help="内置链节点端口（LUBAN_CHAIN_PORT，默认按目录选取）")
    parser.add_argument("--workers", type=int, help="后台任务进程数（LUBAN_WORKERS，默认 2）")
    parser.add_argument("--web", type=int, help="网站进程数（LUBAN_WEB，默认 2）")
    parser.add_argument("--now", metavar="2026-03-02", help="演示用：时钟从该日（或时刻）开始")
    parser.add_argument("--no-demo", action="store_true", help="不载入演示数据")
    parser.add_argument("--no-cases", action="store_true", help="只载入演示账号，不载入演示办件")


def run(arguments: argparse.Namespace) -> int:
    """Start everything and stay until stopped; 1 when something could not start."""
    number = environment.number
    plan = launcher.Plan(
        var=environment.var_folder(),
        port=arguments.port or number("LUBAN_PORT", default=8000),
        sandbox_port=arguments.sandbox_port or number("LUBAN_SANDBOX_PORT", default=8010),
        pg_port=arguments.pg_port or number("LUBAN_PG_PORT", default=0) or None,
        chain_port=arguments.chain_port or number("LUBAN_CHAIN_PORT", default=0) or None,
        workers=arguments.workers or number("LUBAN_WORKERS", default=2),
        web=arguments.web or number("LUBAN_WEB", default=2),
        now=launcher.checked_now(arguments.now or os.environ.get("LUBAN_NOW") or ""),
        demo=not arguments.no_demo and environment.flag("LUBAN_DEMO", default=True),
        cases=not arguments.no_cases,
        database_url=os.environ.get("DATABASE_URL") or "",
    )
    return launcher.up(plan=plan)
