"""The last Django app to be ready: discovers items and bundles, so that every Django process knows them."""

from django.apps import AppConfig
from django.conf import settings

from config import discovery, keyring
from luban.trust import ring, uploads
from luban.trust.clamd import clamd_at


class HouseConfig(AppConfig):
    """Assembles the house once all apps are loaded."""

    name = "config"

    def ready(self) -> None:
        """Name where keys come from and what scans uploads; import and register every item and bundle."""
        ring.use(keyring.provider)
        uploads.scan_with(clamd_at(settings.LUBAN_CLAMD) if settings.LUBAN_CLAMD else None)
        discovery.discover()
