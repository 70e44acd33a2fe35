"""The commands of `luban`, one module each.

A module has HELP, NEEDS_DJANGO, `add_arguments(parser)` and `run(arguments)`, which returns the exit code.
"""
