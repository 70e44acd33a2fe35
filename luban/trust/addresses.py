"""Addresses that others give us (callbacks of subscribers): looked at before we connect, and only what was looked at is connected to.

    found = checked(url, allow=allow)                 # AddressRefused, in Chinese
    with pinned_client(found) as client:              # never follows a redirect, never resolves the name again
        client.post(found.url, content=body)

A server that posts to addresses of others can be made to post inside its own network (SSRF). So: https only, ports of
the web only, no credentials in the address, and *every* address the name resolves to must be a public one. A name can
resolve differently a moment later (DNS rebinding), so the client connects to the addresses found by the check, while
Host, SNI and the certificate stay those of the name. Check anew for each delivery; a `Checked` is of its moment.

Two ways out for an operator, never for the person who gives the address: `allow` names loopback hosts with their port
that may be asked over plain http (the demonstration's stand-ins), `networks` names private networks whose addresses
count as public (a government extranet). Loopback, link-local and multicast can never be reached through a network.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

__all__ = ["AddressRefused", "Checked", "checked", "is_public", "pinned_client"]

PORTS = frozenset({443, 8443})
MOST_CHARACTERS = 500
MOST_ANSWER_BYTES = 64 * 1024
MOST_ANSWER_SECONDS = 15.0
_HTTPS_PORT, _HTTP_PORT = 443, 80

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Collection[str]]

# IANA's special-purpose registries (RFC 6890 and later), written out: Python's own list differs between versions.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")  # all else is mapped, translated (NAT64), local, multicast or unassigned
_NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
# What a listed network can never open: the machine itself, cloud metadata, everybody at once.
_NEVER: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/8", "fe80::/10", "ff00::/8")
)


class AddressRefused(ValueError):
    """The address is not one we connect to: `message` is for the person, `code` for machines
    (url, scheme, login, port, unresolved, inside).
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Checked:
    """An address that may be connected to now, at these IP addresses only; `host` is ASCII (IDNA), without brackets."""

    url: str
    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]


def system_resolve(host: str, port: int) -> Collection[str]:
    """The addresses the machine's resolver knows for a name; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked(
    url: str,
    *,
    allow: Collection[str] = (),
    networks: Collection[str] = (),
    ports: Collection[int] = PORTS,
    resolve: Resolve = system_resolve,
) -> Checked:
    """Look at an address given by somebody else and resolve its name; raises AddressRefused.

    `allow`: loopback hosts as "host:port" that may use plain http. `networks`: private networks ("10.8.0.0/16") whose
    addresses pass. `ports`: those of https. `resolve`: name and port → addresses as text, for tests.
    """
    parsed = _parsed(url)
    scheme, host = parsed.scheme, parsed.raw_host.decode("ascii").strip("[]").lower()
    port = parsed.port or (_HTTPS_PORT if scheme == "https" else _HTTP_PORT)
    listed = f"{f'[{host}]' if ':' in host else host}:{port}" in {entry.lower() for entry in allow}
    if scheme != "https" and not listed:
        raise AddressRefused("回调地址必须以https://开头，请改用https地址后重新登记。", "scheme")
    if port not in ports and not listed:
        named = "、".join(str(number) for number in sorted(ports))
        raise AddressRefused(f"回调地址的端口{port}不在允许范围（{named}），请改用允许的端口。", "port")
    addresses = _resolved(host, port, resolve)
    nets = tuple(ip_network(text, strict=False) for text in networks)
    for address in addresses:
        if not (address.is_loopback if listed else _passes(address, nets)):
            raise AddressRefused(
                f"回调地址的主机{host[:80]}指向内部或保留的网络地址，不能登记。请提供可从外部访问的地址，"
                "确需访问政务网内地址的，请联系平台运维登记网段。",
                "inside",
            )
    return Checked(str(parsed), scheme, host, port, tuple(str(address) for address in addresses))


def is_public(address: str) -> bool:
    """Whether an IP address (text) is a public unicast one; mapped, translated, tunnelled and scoped ones are not.
    Raises ValueError for what is no address.
    """
    return _public(ip_address(address))


def pinned_client(
    found: Checked,
    *,
    timeout: float = 5.0,
    most_bytes: int = MOST_ANSWER_BYTES,
    verify: ssl.SSLContext | bool = True,
) -> httpx.Client:
    """A client that can ask `found`'s host and port only, at the addresses that were checked.

    No redirects, no proxies of the environment, no compressed answers; an answer longer than `most_bytes` or slower
    than 15 s is httpx.ReadError. `timeout` is per connect, write and read, in seconds.
    """
    return httpx.Client(
        transport=_Pinned(found, most_bytes=most_bytes, verify=verify),
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
    )


def _parsed(url: str) -> httpx.URL:
    mistake = AddressRefused("回调地址无法识别，请填写形如https://主机名/路径的完整地址。", "url")
    if not 0 < len(url) <= MOST_CHARACTERS or not url.isprintable() or any(mark in url for mark in ' \\#"<>'):
        raise mistake
    try:
        parsed = httpx.URL(url)
        raw_host = parsed.raw_host
        str(parsed).encode("ascii")
    except (httpx.InvalidURL, ValueError) as error:
        raise mistake from error
    if parsed.scheme not in {"http", "https"}:
        raise AddressRefused("回调地址必须以https://开头，请改用https地址后重新登记。", "scheme")
    if parsed.userinfo:
        raise AddressRefused("回调地址中不能带用户名或口令，请去掉后重新登记。", "login")
    if (
        not raw_host
        or raw_host.endswith(b".")
        or b"%" in raw_host
        or not (parsed.port is None or parsed.port)
    ):
        raise mistake
    return parsed


def _resolved(host: str, port: int, resolve: Resolve) -> tuple[Address, ...]:
    addresses: tuple[Address, ...] = ()
    cause: Exception | None = None
    try:
        addresses = tuple(ip_address(text) for text in resolve(host, port))
    except (OSError, ValueError) as error:  # an odd answer is no address we know
        cause = error
    if not addresses:
        raise AddressRefused(
            f"回调地址的主机{host[:80]}无法解析，请检查域名后重试。", "unresolved"
        ) from cause
    return addresses


def _passes(address: Address, networks: tuple[Network, ...]) -> bool:
    if _public(address):
        return True
    listed = any(address.version == net.version and address in net for net in networks)
    return listed and not any(address.version == net.version and address in net for net in _NEVER)


def _public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    return address in _GLOBAL_6 and not any(address in net for net in _NOT_PUBLIC_6)


class _Pinned(httpx.BaseTransport):
    """Sends a request to the addresses of the check; Host, SNI and the certificate's name stay those of the URL."""

    def __init__(self, found: Checked, *, most_bytes: int, verify: ssl.SSLContext | bool) -> None:
        self._found, self._most = found, most_bytes
        self._inner = httpx.HTTPTransport(verify=verify, trust_env=False, retries=0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the first address that can be connected to; raises httpx.ConnectError when none can."""
        url, found = request.url, self._found
        port = url.port or (_HTTPS_PORT if url.scheme == "https" else _HTTP_PORT)
        host = url.raw_host.decode("ascii").strip("[]").lower()
        if (url.scheme, host, port) != (found.scheme, found.host, found.port):
            raise httpx.UnsupportedProtocol("only the checked host may be asked", request=request)
        failure: httpx.TransportError | None = None
        for address in found.addresses:
            try:
                return self._answer(self._inner.handle_request(self._aimed(request, address)), request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError("no address to connect to", request=request)

    def _aimed(self, request: httpx.Request, address: str) -> httpx.Request:
        """The request for one address; its Host header was set from the name and stays."""
        extensions = {**request.extensions, "sni_hostname": self._found.host}
        return httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions=extensions,
        )

    def _answer(self, response: httpx.Response, request: httpx.Request) -> httpx.Response:
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            response.close()  # a small compressed answer may be a very large one
            raise httpx.RemoteProtocolError("a compressed answer was not asked for", request=request)
        response.stream = _Capped(response.stream, most=self._most, request=request)
        return response

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class _Capped(httpx.SyncByteStream):
    """The body of an answer, up to a number of bytes and of seconds."""

    def __init__(self, inner: object, *, most: int, request: httpx.Request) -> None:
        if not isinstance(inner, httpx.SyncByteStream):
            raise TypeError("a synchronous body is expected")
        self._inner, self._most, self._request = inner, most, request

    def __iter__(self) -> Iterator[bytes]:
        read, until = 0, time.monotonic() + MOST_ANSWER_SECONDS
        for part in self._inner:
            read += len(part)
            if read > self._most or time.monotonic() > until:
                raise httpx.ReadError("the answer is too long or too slow", request=self._request)
            yield part

    def close(self) -> None:
        """Close the connection's body."""
        self._inner.close()
