"""Prefill from registers: what one of them fills in of a form, and what must be named for it to answer.

A form names a source in its fields (`prefill=("receivers.name", …)`); a register offers it under that name in the
`PREFILL` of its `offers` module. The fill stage asks when a form begins and when a key is typed, and matches by names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Prefill:
    """A source of values.

    `title` is what screens call it. `ask(*, applicant, day, given)` answers values by the source's own names (plain, as a
    draft keeps them: days and decimals as text; rows as lists of mappings), empty when it knows nothing. `given` holds
    what stands in the form's fields that name this source, those of a row over those of its section; they may be
    blank or mistyped. `keys` are the names that must be given for an answer about one thing, the first one that
    thing's own; asked anew when one of them is typed, a row also when a key around it is. `reads` are names it only
    reads and never answers. A table may name a value too: a list of rows, each with the cells the source gives; what
    a person answered in the other cells stays with the row that still says the same. `begins`: it also answers without
    any key, about the applicant. `returning`: it knows only firms that have filed here before.
    """

    title: str
    ask: Callable[..., Mapping[str, Any]]
    keys: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    begins: bool = False
    returning: bool = False
