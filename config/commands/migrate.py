"""`luban migrate`: bring the database to the present shape and, with --demo, load the demo data."""

import argparse

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config import demo

HELP = "升级数据库结构（--demo 同时载入演示数据）"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --demo."""
    parser.add_argument("--demo", action="store_true", help="载入演示数据，已载入的不重复")


def run(arguments: argparse.Namespace) -> int:
    """Migrate; the greeting's lines go to var/greeting.txt, which the launcher prints."""
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '5s'")  # rather fail than queue everybody behind a lock
    call_command("migrate", verbosity=0, interactive=False)
    demo.install()
    lines = demo.load() if arguments.demo else []
    (settings.LUBAN_VAR / "greeting.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return 0
