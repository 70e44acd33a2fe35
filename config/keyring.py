"""Where this installation's keys come from: software keys under var/, or a crypto service (LUBAN_CRYPTO_URL).

The choice is made once for an installation: what one provider encrypted the other cannot read (ADR 19). The secret
shared with the service lies where those of partners lie, `var/links/crypto.key`, or where LUBAN_LINKS says.
"""

from django.conf import settings

from luban.links.channels import channel
from luban.links.outcomes import Unavailable
from luban.trust.crypto_service import CryptoService
from luban.trust.keys import KeyMissing, KeyProvider, SoftwareKeys

LINK = "crypto"


def provider() -> KeyProvider:
    """The key provider that the environment names. Raises KeyMissing."""
    if not settings.LUBAN_CRYPTO_URL:
        return SoftwareKeys(settings.LUBAN_VAR / "keys")
    try:
        way = channel(link=LINK)
    except Unavailable as unavailable:
        raise KeyMissing(f"没有与密码服务约定的密钥：{unavailable}") from unavailable
    return CryptoService(base=settings.LUBAN_CRYPTO_URL, shared=way.key, app=way.app)
