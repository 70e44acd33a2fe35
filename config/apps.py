"""The last Django app to be ready: discovers items and bundles, so that every Django process knows them."""

from django.apps import AppConfig

from config import discovery, keyring
from luban.trust import ring


class HouseConfig(AppConfig):
    """Assembles the house once all apps are loaded."""

    name = "config"

    def ready(self) -> None:
        """Name where keys come from; import and register every item and bundle."""
        ring.use(keyring.provider)
        discovery.discover()
