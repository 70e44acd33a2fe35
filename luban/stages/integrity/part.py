"""A part of the house: rows whose id lies in one of n equal ranges, so that n processes look at one part each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import models

_IDS = 1 << 128


@dataclass(frozen=True)
class Part:
    """The part `number` (from 0) of `count`. Tables that count their rows (small ones) belong to the first part."""

    number: int = 0
    count: int = 1

    def of(self, rows: Any, column: str) -> Any:
        """The rows of a queryset that belong to this part, by the id of a case or version in `column`."""
        if self.count == 1:
            return rows
        field = rows.model._meta.pk if column == "pk" else rows.model._meta.get_field(column)
        if isinstance(field.target_field if field.is_relation else field, models.UUIDField):
            first, last = (_IDS * n // self.count for n in (self.number, self.number + 1))
            rows = rows.filter(**{f"{column}__gte": uuid.UUID(int=first)})
            return rows.filter(**{f"{column}__lte": uuid.UUID(int=last - 1)})
        number, count = self.number, self.count
        return rows.annotate(_part=models.F(column) % count).filter(_part=number)


WHOLE = Part()
