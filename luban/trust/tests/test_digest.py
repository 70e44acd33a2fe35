"""SM3 and HMAC-SM3 against published vectors."""

from pathlib import Path

from luban.trust.digest import hmac_sm3, is_digest, same, sm3, sm3_bytes, sm3_file

ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_sm3_gives_the_values_of_the_standard() -> None:
    assert sm3(b"abc") == ABC
    assert sm3(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert sm3(b"") == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
    assert sm3_bytes(b"abc").hex() == ABC


def test_a_file_has_the_digest_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * 3_000_000)
    assert sm3_file(path) == sm3(b"x" * 3_000_000)


def test_hmac_depends_on_key_and_message() -> None:
    first = hmac_sm3(key=b"00112233445566778899aabbccddeeff", message=b"s1")
    assert first == "e744da1b45a93cbe40ac6789e26caad88c44595046d6237f9377ae2a4ef0e581"
    assert first != hmac_sm3(key=b"00112233445566778899aabbccddeeff", message=b"s2")


def test_only_lower_case_hexadecimal_of_full_length_is_a_digest() -> None:
    assert is_digest(ABC)
    assert not is_digest(ABC.upper())
    assert not is_digest("../" + ABC[3:])
    assert same(ABC, ABC)
    assert not same(ABC, sm3(b""))
