"""The command line: `luban <command>`. Each command is a module named in COMMANDS; one that is not there is left out."""

import argparse
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence

from config.environment import EnvironmentMistake
from config.launcher import LaunchError
from config.postgres import PostgresError

COMMANDS = {
    "up": "config.commands.up",
    "try": "config.commands.try_cases",
    "play": "config.commands.play",
    "prefill": "config.commands.prefill",
    "demo": "config.commands.demo",
    "migrate": "config.commands.migrate",
    "verify": "config.commands.verify",
    "keys": "config.commands.keys",
    "person": "config.commands.person",
    "admin": "config.commands.admin",
    "totp": "config.commands.totp",
    "backup": "config.commands.backup",
    "restore": "config.commands.restore",
    "traceability": "config.commands.traceability",
    "chain": "config.commands.chain",
    "chain-node": "config.commands.chain_node",
    "manage": "config.commands.manage",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; mistakes a person can mend are printed without a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="luban", description="绿办 Luban：生态环境政务服务一体化平台")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    chosen = words[0] if words and words[0] in COMMANDS else None
    present = [name for name, path in COMMANDS.items() if importlib.util.find_spec(path) is not None]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        for name in [chosen] if chosen in present else present:
            module = importlib.import_module(COMMANDS[name])
            command = commands.add_parser(name, help=module.HELP, description=module.HELP)
            module.add_arguments(command)
            command.set_defaults(module=module)
        arguments = parser.parse_args(words)
        if arguments.module.NEEDS_DJANGO:
            importlib.import_module("django").setup()
        return int(arguments.module.run(arguments))
    except (EnvironmentMistake, LaunchError, PostgresError) as error:
        sys.stderr.write(f"luban: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
