"""`luban prefill ITEM`: how much of an application fills itself in, for a new firm and for one that comes back.

Counted on the item's own example (the first case in `tests/cases.yaml`): of the answers an applicant gives there, how
many have a source that answers at once. A new firm has its registration, its permit, its account and what the guide's
answers and the day settle, and what registers offer (of the firm itself, or of a thing whose key it types); a returning
one also its last case. Partners and registers are taken to know the firm and what it names. Answers the form computes
are not counted: nobody is asked for them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from luban.kit import registry
from luban.kit.form import FieldSpec, form_spec
from luban.kit.item import Item
from luban.kit.prefill import Prefill
from luban.stages.fill.prefill import FIRST_TIME, LICENCE, Known, copied, fill
from luban.stages.fill.typed import all_leaves, applicable

HELP = "统计一个事项的表单有多少项能自动预填"
NEEDS_DJANGO = True
NOT_TOLD = frozenset({"account.mobile", "data_hub.id"})
"""Sources fields may name that nothing answers yet."""


@dataclass(frozen=True)
class Share:
    """Of `asked` answers, how many are filled in for a new firm, for a returning one, and by 再来一单."""

    item: str
    title: str
    asked: int
    first_time: int
    returning: int
    again: int
    by_source: Mapping[str, int]


class NoExample(LookupError):
    """The item has no example application to count on."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """ITEM and --json."""
    parser.add_argument("item", help="事项编码")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace, *, offers: Mapping[str, Prefill] | None = None) -> int:
    """Print the shares; 1 for an unknown item or one without an example. `offers` are the registers' sources."""
    try:
        share = measure(item=registry.get(arguments.item), offers=offers)
    except registry.UnknownItem:
        known = "、".join(item.code for item in registry.all_items())
        sys.stderr.write(f"没有编码为“{arguments.item}”的事项，现有：{known}\n")
        return 1
    except NoExample as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    if arguments.json:
        sys.stdout.write(json.dumps({**asdict(share)}, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(said(share))
    return 0


def said(share: Share) -> str:
    """The shares in words."""
    lines = [f"{share.title}：示例申请共{share.asked}项答案"]
    counts = (("首次办理", share.first_time), ("再次办理", share.returning), ("再来一单", share.again))
    for label, count in counts:
        lines.append(f"  {label}：自动带出{count}项，{100 * count / share.asked:.1f}%")
    told = "、".join(f"{source} {count}" for source, count in share.by_source.items())
    lines.append(f"  再次办理的来源：{told or '无'}")
    return "\n".join(lines) + "\n"


def measure(
    *,
    item: Item,
    example: Mapping[str, Any] | None = None,
    offers: Mapping[str, Prefill] | None = None,
) -> Share:
    """Count on an example payload (default: the item's own). Raises NoExample."""
    payload = applicable(item.form, example if example is not None else example_of(item))
    answers = {path: (spec, value) for path, spec, value in all_leaves(item.form, payload)}
    if not answers:
        raise NoExample(f"事项“{item.title}”没有示例申请，无法统计。")
    presets = _guide_paths(item)
    known = _known(answers)
    told = _offered(answers, offers or {})
    at_once = {path for path, source in told.items() if not (offers or {})[source].returning}
    first = {*fill(form=item.form, known=known).sources, *at_once, *presets} & answers.keys()
    back = _best(answers, fill(form=item.form, known=Known(known.values, payload)).sources, told)
    taken = copied(form=item.form, payload=payload).sources
    by_source: dict[str, int] = {}
    for path in answers:
        source = "guide" if path in presets else back.get(path)
        if source:
            by_source[source] = by_source.get(source, 0) + 1
    return Share(
        item=item.code,
        title=item.title,
        asked=len(answers),
        first_time=len(first),
        returning=sum(by_source.values()),
        again=len({*taken, *first} & answers.keys()) if item.reorder else 0,
        by_source=by_source,
    )


def example_of(item: Item) -> dict[str, Any]:
    """The form of the first case an official can read. Raises NoExample."""
    path = Path(item.folder) / "tests" / "cases.yaml"
    cases = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None
    form = cases[0].get("form") if isinstance(cases, list) and cases else None
    if not isinstance(form, dict):
        raise NoExample(f"事项“{item.title}”没有示例申请（tests/cases.yaml），无法统计。")
    return form


def _known(answers: Mapping[str, tuple[FieldSpec, Any]]) -> Known:
    """Sources that know exactly what the example says."""
    values: dict[str, dict[str, Any]] = {}
    for spec, value in answers.values():
        for declared in spec.meta.prefill:
            source, _, name = declared.partition(".")
            if source in (*FIRST_TIME, LICENCE) and declared not in NOT_TOLD:
                values.setdefault(source, {})[name] = value
    return Known(values)


def _offered(answers: Mapping[str, tuple[FieldSpec, Any]], offers: Mapping[str, Prefill]) -> dict[str, str]:
    """The answers registers give, by path: all a field names of a source but the key of the thing itself, which is
    typed (in a row: the row's own key; a source that begins needs none for the rest of the form)."""
    found: dict[str, str] = {}
    for path, (spec, _) in answers.items():
        for declared in spec.meta.prefill:
            source, _, name = declared.partition(".")
            offer = offers.get(source)
            if offer is None:
                continue
            typed = offer.keys if "[" in path else () if offer.begins else offer.keys[:1]
            if name not in typed and name not in offer.reads:
                found[path] = source
                break
    return found


def _best(
    answers: Mapping[str, tuple[FieldSpec, Any]], filled: Mapping[str, str], told: Mapping[str, str]
) -> dict[str, str]:
    """Where each answer comes from when both know it: the source its field names first."""
    found = dict(filled)
    for path, source in told.items():
        ranks = [declared.partition(".")[0] for declared in answers[path][0].meta.prefill]
        if found.get(path) not in ranks or ranks.index(source) < ranks.index(found[path]):
            found[path] = source
    return found


def _guide_paths(item: Item) -> set[str]:
    """Paths some answer of the guide settles."""
    questions = item.guide.questions if item.guide else ()
    paths = {path for question in questions for option in question.options for path in option.sets}
    return {path for path in paths if form_spec(item.form).find(path)}
