"""The stages as a Django app: it has no tables; at start-up it tells the outbox who performs which effect."""

from importlib import import_module

from django.apps import AppConfig


class StagesConfig(AppConfig):
    """What the engine does at each stage of a case."""

    name = "luban.stages"
    label = "stages"
    verbose_name = "办理环节"

    def ready(self) -> None:
        """Register the performers of effects; they use models, so they are imported only now."""
        import_module("luban.stages.performers").register_all()
