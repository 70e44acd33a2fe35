"""The last Django app to be ready: discovers items and bundles, so that every Django process knows them."""

from django.apps import AppConfig

from config import discovery


class HouseConfig(AppConfig):
    """Assembles the house once all apps are loaded."""

    name = "config"

    def ready(self) -> None:
        """Import and register every item and bundle."""
        discovery.discover()
