"""Callbacks given by others reach public addresses only, and exactly those that were checked."""

import contextlib
import datetime
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from luban.trust.addresses import AddressRefused, Checked, checked, is_public, pinned_client

PUBLIC = "93.184.216.34"


def to(*addresses: str):
    return lambda host, port: addresses


def refusal(url: str, *addresses: str, **more: object) -> str:
    with pytest.raises(AddressRefused) as caught:
        checked(url, resolve=to(*(addresses or (PUBLIC,))), **more)
    assert caught.value.message.endswith("。")
    return caught.value.code


def test_a_public_https_address_passes_with_the_addresses_it_resolved_to():
    found = checked("https://Callback.Example/told?x=1", resolve=to(PUBLIC, "2606:2800:220:1::1"))
    assert (found.host, found.port) == ("callback.example", 443)
    assert found.addresses == (PUBLIC, "2606:2800:220:1::1")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://callback.example/", "scheme"),
        ("ftp://callback.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://callback.example/", "scheme"),
        ("//callback.example/", "scheme"),
        ("", "url"),
        ("https://", "url"),
        ("https:///x", "url"),
        ("https://user:word@callback.example/", "login"),
        ("https://callback.example@evil.example/", "login"),
        ("https://callback.example:22/", "port"),
        ("https://callback.example:80/", "port"),
        ("https://callback.example:99999/", "port"),
        ("https://callback.example\\@127.0.0.1/", "url"),
        ("https://callback.example/\r\nX: y", "url"),
        ("https://callback.example/\x00", "url"),
        ("https://callback.example/#part", "url"),
        ("https://call back.example/", "url"),
        ("https://" + "a" * 600 + ".example/", "url"),
    ],
)
def test_an_odd_address_is_refused_before_anything_is_resolved(url, code):
    assert refusal(url) == code


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",  # noqa: S104
        "100.64.0.1", "100.100.100.200", "192.0.0.8", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2002:7f00:1::",
        "2001:0:4136:e378::1", "2001:db8::1", "::7f00:1",
    ],
)  # fmt: skip
def test_one_inner_address_among_public_ones_refuses_the_name(inside):
    assert refusal("https://callback.example/", PUBLIC, inside) in {"inside", "unresolved"}


def test_numbers_written_otherwise_are_no_way_in():
    for host in ("2130706433", "0x7f.1", "127.1", "0177.0.0.1"):
        assert refusal(f"https://{host}/", "127.0.0.1") in {"inside", "url"}


def test_a_name_that_does_not_resolve_is_refused():
    def fails(host: str, port: int):
        raise OSError("no such name")

    with pytest.raises(AddressRefused, match="无法解析"):
        checked("https://nowhere.example/", resolve=fails)
    with pytest.raises(AddressRefused):
        checked("https://nowhere.example/", resolve=to())


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_that_python_holds_for_private_is_public(address):
    if address.is_private or address.is_multicast or address.is_reserved or address.is_loopback:
        assert not is_public(str(address))


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_that_python_holds_for_special_is_public(address):
    if (
        not address.is_global
        or address.is_multicast
        or address.ipv4_mapped
        or address.sixtofour
        or address.teredo
    ):
        assert not is_public(str(address))


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:0:0", "64:ff9b::", "::", "2002::"]))
def test_an_ipv4_address_dressed_as_ipv6_is_never_public(inner, prefix):
    shift = 80 if prefix == "2002::" else 0
    dressed = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | (int(inner) << shift))
    assert not is_public(str(dressed))


@given(
    st.sampled_from(
        ["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4"]
    ),
    st.data(),
)
def test_the_edges_and_the_middle_of_inner_ranges_are_refused(text, data):
    net = ipaddress.ip_network(text)
    number = data.draw(st.integers(int(net.network_address), int(net.broadcast_address)))
    assert not is_public(str(ipaddress.IPv4Address(number)))


@pytest.mark.parametrize(
    "address", ["9.255.255.255", "11.0.0.0", "172.32.0.0", "192.169.0.0", "223.255.255.255", "8.8.8.8"]
)
def test_the_neighbours_of_inner_ranges_are_public(address):
    assert is_public(address)


def test_listed_loopback_hosts_may_use_http_and_nothing_else_may():
    allow = {"127.0.0.1:8010"}
    assert checked("http://127.0.0.1:8010/told", allow=allow).addresses == ("127.0.0.1",)
    assert refusal("http://127.0.0.1:8011/told", "127.0.0.1", allow=allow) == "scheme"
    assert refusal("http://localhost:8010/told", "127.0.0.1", allow=allow) == "scheme"
    assert refusal("http://demo.example:8010/", PUBLIC, allow={"demo.example:8010"}) == "inside"


def test_a_listed_network_opens_its_addresses_but_never_the_machine_itself():
    nets = ["10.8.0.0/16", "127.0.0.0/8", "169.254.0.0/16"]
    assert checked("https://extranet.example/", networks=nets, resolve=to("10.8.3.4")).addresses == (
        "10.8.3.4",
    )
    assert refusal("https://extranet.example/", "10.9.0.1", networks=nets) == "inside"
    assert refusal("https://extranet.example/", "127.0.0.1", networks=nets) == "inside"
    assert refusal("https://extranet.example/", "169.254.169.254", networks=nets) == "inside"


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers by path; notes the Host each request named."""

    hosts: list[str] = []

    def do_POST(self) -> None:
        self.hosts.append(self.headers["Host"])
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
            return
        self.send_response(200)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(b"x" * (200_000 if self.path == "/long" else 2))

    def log_message(self, *args: object) -> None:
        """Silence."""


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_client_follows_no_redirect_and_reads_no_endless_or_packed_answer():
    with serving() as port:
        found = checked(f"http://127.0.0.1:{port}/told", allow={f"127.0.0.1:{port}"})
        base = found.url.removesuffix("/told")
        with pinned_client(found) as client:
            assert client.post(found.url, content=b"{}").text == "xx"
            assert client.post(f"{base}/away").status_code == 302
            with pytest.raises(httpx.ReadError):
                client.post(f"{base}/long")
            with pytest.raises(httpx.RemoteProtocolError):
                client.post(f"{base}/packed")


def test_the_client_asks_no_other_host_port_or_scheme():
    found = Checked("https://callback.example/", "https", "callback.example", 443, (PUBLIC,))
    with pinned_client(found) as client:
        for url in ("https://evil.example/", "https://callback.example:8443/", "http://callback.example/"):
            with pytest.raises(httpx.UnsupportedProtocol):
                client.get(url)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> str:
    """A certificate for callback.example with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "callback.example")])
    start = datetime.datetime(2020, 1, 1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, datetime.datetime(2099, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("callback.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return str(path)


def test_the_checked_address_is_connected_to_while_name_and_certificate_stay(certificate):
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate)
    asked: list[str] = []
    server_side.sni_callback = lambda sock, name, context: asked.append(name)
    trusting = ssl.create_default_context(cafile=certificate)
    with serving(server_side) as port:
        # The name resolves nowhere here, so only the pinned address can have been used.
        found = Checked(
            f"https://callback.example:{port}/", "https", "callback.example", port, ("127.0.0.1",)
        )
        with pinned_client(found, verify=trusting) as client:
            assert client.post(found.url).status_code == 200
        assert asked == ["callback.example"]
        assert Answers.hosts[-1] == f"callback.example:{port}"
        other = Checked(f"https://other.example:{port}/", "https", "other.example", port, ("127.0.0.1",))
        with pinned_client(other, verify=trusting) as client, pytest.raises(httpx.ConnectError):
            client.post(other.url)


def test_a_dead_address_gives_way_to_the_next_one():
    with serving() as port:
        found = Checked(
            f"http://twofold.example:{port}/", "http", "twofold.example", port, ("127.0.0.9", "127.0.0.1")
        )
        with pinned_client(found, timeout=2) as client:
            assert client.post(found.url).status_code == 200
