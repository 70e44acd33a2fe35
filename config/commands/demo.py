"""`luban demo`: load the demo data into the running database."""

import argparse
import sys

from config.demo import cases, load

HELP = "载入演示数据，已载入的不重复"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --cases."""
    parser.add_argument("--cases", action="store_true", help="载入演示办件（平台须在运行，且还没有办件）")


def run(arguments: argparse.Namespace) -> int:
    """Load and print the greeting, or what was filed."""
    lines = cases() if arguments.cases else load()
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0
