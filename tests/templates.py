"""Compiles every Django template and looks for models without a migration (a step of `make check`)."""

import os
import sys
import warnings
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.template import TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates

sys.path.insert(0, str(Path(__file__).parent.parent))


def mistakes(*, engine: DjangoTemplates) -> list[str]:
    """One line for each of our templates that does not compile."""
    found = []
    for folder in engine.template_dirs:
        if not Path(folder).is_relative_to(settings.BASE_DIR / "luban"):
            continue
        for path in sorted(Path(folder).rglob("*.html")):
            try:
                engine.from_string(path.read_text(encoding="utf-8"))
            except TemplateSyntaxError as error:
                found.append(f"{path.relative_to(settings.BASE_DIR)}: {error}")
    return found


def main() -> int:
    """Print what is wrong; 1 when something is."""
    django.setup()
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    found = mistakes(engine=engine)
    sys.stdout.writelines(f"{line}\n" for line in found)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    return 1 if found else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
