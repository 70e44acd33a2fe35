"""Trial: run an item on cases written in YAML, without a database, and say everything that came of it.

Officials try a policy with it, the items' own tests use it. The engine, the rules and the documents are the house's;
only where things are kept differs. Format: `docs/luban-try.md`.
"""

from luban.stages.trial.book import TrialFault, read_cases
from luban.stages.trial.model import Result
from luban.stages.trial.run import try_cases

__all__ = ["Result", "TrialFault", "read_cases", "try_cases"]
