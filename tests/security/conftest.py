"""Django stands before the tests of this folder are read."""

from __future__ import annotations

import django

django.setup()
