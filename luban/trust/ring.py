"""The keys of this process: one provider, named once by whoever starts the house, asked for by everybody below.

Rows are sealed by registers, people and cases alike, so none of them may own the keys. `use` is called by `config`
when Django is ready; the provider itself is made at the first `keys()`, so that a command that needs no key starts
without one.
"""

from collections.abc import Callable

from luban.trust.keys import KeyMissing, KeyProvider

_makers: list[Callable[[], KeyProvider]] = []
_made: list[KeyProvider] = []


def use(maker: Callable[[], KeyProvider]) -> None:
    """Take keys from what `maker` makes at first use, from now on."""
    _makers[:] = [maker]
    _made.clear()


def keys() -> KeyProvider:
    """The provider of this process. Raises KeyMissing when none was named or it cannot be reached."""
    if not _made:
        if not _makers:
            raise KeyMissing("没有配置密钥来源，无法加密、签名或核对；请检查启动方式。")
        _made.append(_makers[0]())
    return _made[0]
