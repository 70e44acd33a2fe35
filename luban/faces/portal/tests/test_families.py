"""What the home page proposes to say does find what it is said for."""

from __future__ import annotations

from luban.faces.portal.families import MOST_EXAMPLES, examples, offered, search, themes


def test_every_example_finds_something_of_its_theme() -> None:
    for theme in themes(offered()):
        for words in theme.says:
            assert any(item in theme.items for item in search(words)), words


def test_examples_take_turns_among_the_themes() -> None:
    found = themes(offered())
    shown = examples(found)
    assert 0 < len(shown) <= MOST_EXAMPLES
    assert shown[: len(found)] == tuple(theme.says[0] for theme in found if theme.says)[:MOST_EXAMPLES]
