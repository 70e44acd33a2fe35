"""A contract's interface: arguments by name into bytes, bytes back into values by name.

Selectors and event topics are computed from the interface, never written down: chains of the national algorithms hash
differently. Digests are 64 hexadecimal characters on our side and 32 bytes on the chain's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eth_abi.abi import decode, encode
from eth_hash.auto import keccak

Hash = Callable[[bytes], bytes]
_REASON = bytes.fromhex("08c379a0")  # Error(string), the same on every EVM chain
_WORD = 32


class ArgumentMissing(ValueError):
    """A function's argument was not given, or is of another kind; the message names it."""


class Interface:
    """Functions and events of one contract."""

    def __init__(self, abi: Sequence[Mapping[str, Any]], *, hashing: Hash = keccak) -> None:
        """`hashing` is the chain's own: Keccak-256, or SM3 on a chain of the national algorithms."""
        self._hash = hashing
        self._functions = {one["name"]: one for one in abi if one["type"] == "function"}
        self._events = {self._topic(one): one for one in abi if one["type"] == "event"}
        found = (one for one in abi if one["type"] == "constructor")
        self._constructor: Mapping[str, Any] = next(found, {"inputs": []})

    def inputs(self, function: str) -> tuple[str, ...]:
        """Names of a function's arguments."""
        return tuple(one["name"] for one in self._function(function)["inputs"])

    def call(self, function: str, arguments: Mapping[str, Any]) -> bytes:
        """Call data. Raises ArgumentMissing, LookupError."""
        found = self._function(function)
        return self._hash(_signature(found).encode())[:4] + _encoded(found["inputs"], arguments)

    def called(self, content: bytes) -> tuple[str, dict[str, Any]] | None:
        """Function and arguments of a call, None for one this interface does not know."""
        for found in self._functions.values():
            if self._hash(_signature(found).encode())[:4] != content[:4]:
                continue
            inputs = found["inputs"]
            values = decode([_kind(one) for one in inputs], content[4:])
            return found["name"], {
                one["name"]: _plain(one, value) for one, value in zip(inputs, values, strict=True)
            }
        return None

    def construction(self, arguments: Mapping[str, Any]) -> bytes:
        """The constructor's arguments, to stand behind the code."""
        return _encoded(self._constructor["inputs"], arguments)

    def result(self, function: str, content: bytes) -> dict[str, Any]:
        """What a call returned, by name; a lone structure without a name comes as its own members."""
        outputs = self._function(function)["outputs"]
        values = decode([_kind(one) for one in outputs], content)
        if len(outputs) == 1 and not outputs[0]["name"]:
            only = _plain(outputs[0], values[0])
            return only if isinstance(only, dict) else {"value": only}
        return {one["name"]: _plain(one, value) for one, value in zip(outputs, values, strict=True)}

    def event(self, *, topics: Sequence[str], content: bytes) -> tuple[str, dict[str, Any]] | None:
        """Name and values of a log, None for one this interface does not know. `topics` are hexadecimal."""
        found = self._events.get(topics[0].removeprefix("0x").lower()) if topics else None
        if found is None:
            return None
        indexed = [one for one in found["inputs"] if one["indexed"]]
        open_ones = [one for one in found["inputs"] if not one["indexed"]]
        values = {
            one["name"]: _plain(one, decode([one["type"]], bytes.fromhex(topic.removeprefix("0x")))[0])
            for one, topic in zip(indexed, topics[1:], strict=True)
        }
        plain = decode([_kind(one) for one in open_ones], content)
        values |= {one["name"]: _plain(one, value) for one, value in zip(open_ones, plain, strict=True)}
        return found["name"], values

    def _function(self, name: str) -> Mapping[str, Any]:
        if name not in self._functions:
            raise LookupError(f"the contract has no function {name}")
        return self._functions[name]

    def _topic(self, event: Mapping[str, Any]) -> str:
        return self._hash(_signature(event).encode()).hex()


def reason(content: bytes) -> str:
    """The text a contract refused with; empty when it gave none."""
    if content[:4] != _REASON:
        return ""
    try:
        return str(decode(["string"], content[4:])[0])
    except Exception:  # noqa: BLE001  whatever a foreign contract answers, it gave no reason we can read
        return ""


def _signature(one: Mapping[str, Any]) -> str:
    return f"{one['name']}({','.join(_kind(i) for i in one['inputs'])})"


def _kind(one: Mapping[str, Any]) -> str:
    kind = str(one["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_kind(c) for c in one['components'])}){kind.removeprefix('tuple')}"


def _encoded(inputs: Sequence[Mapping[str, Any]], arguments: Mapping[str, Any]) -> bytes:
    values = [_value(one, arguments, one["name"]) for one in inputs]
    try:
        return encode([_kind(one) for one in inputs], values)
    except Exception as error:
        raise ArgumentMissing(str(error)) from error


def _value(one: Mapping[str, Any], arguments: Mapping[str, Any], path: str) -> Any:
    if one["name"] not in arguments:
        raise ArgumentMissing(f"the argument {path} is missing")
    return _raw(one, str(one["type"]), arguments[one["name"]], path)


def _raw(one: Mapping[str, Any], kind: str, value: Any, path: str) -> Any:
    if kind.endswith("[]"):
        return [_raw(one, kind[:-2], member, f"{path}[{n}]") for n, member in enumerate(value)]
    if kind == "tuple":
        return tuple(_value(part, value, f"{path}.{part['name']}") for part in one["components"])
    if kind == "bytes32" and isinstance(value, str):
        return _word(value, path)
    return value


def _word(text: str, path: str) -> bytes:
    if text == "":
        return bytes(_WORD)
    if len(text) == 2 * _WORD:
        return bytes.fromhex(text)
    raise ArgumentMissing(f"the argument {path} is no digest: {text[:20]}")


def _plain(one: Mapping[str, Any], value: Any) -> Any:
    return _read(one, str(one["type"]), value)


def _read(one: Mapping[str, Any], kind: str, value: Any) -> Any:
    if kind.endswith("[]"):
        return [_read(one, kind[:-2], member) for member in value]
    if kind == "tuple":
        return {
            part["name"]: _plain(part, member) for part, member in zip(one["components"], value, strict=True)
        }
    if isinstance(value, bytes):
        return value.hex()
    return value
