"""`luban demo`: load the demo data into the running database."""

import argparse
import sys

from config.demo import load

HELP = "载入演示数据，已载入的不重复"
NEEDS_DJANGO = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(arguments: argparse.Namespace) -> int:
    """Load and print the greeting."""
    sys.stdout.writelines(f"{line}\n" for line in load())
    return 0
