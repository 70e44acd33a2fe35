"""Reading the dictionaries. Pure."""

from luban.kit.book import KEY_SEPARATOR, BookOnDay


def label(terms: BookOnDay, dictionary: str, code: str) -> str:
    """The Chinese name of a code; the code itself when it is not registered."""
    entry = terms.get(f"{dictionary}{KEY_SEPARATOR}{code}")
    return str(entry["name"]) if entry else code


def choices(terms: BookOnDay, dictionary: str) -> dict[str, str]:
    """Code → name of what may be chosen now, in the register's order."""
    return {str(e["code"]): str(e["name"]) for e in terms.where(dictionary=dictionary) if e["enabled"]}


def dictionaries(terms: BookOnDay) -> frozenset[str]:
    """The dictionaries there are."""
    return frozenset(str(entry["dictionary"]) for entry in terms.rows)
