"""Vehicle tracks in memory, for `luban try`: rows of the case file are vehicles (fields of `Track`).

The platform of a trial always answers; a case in which it does not says so with the fact itself (`tracks: null`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from luban.kit.facts import Applicant
from luban.registers.vehicle_tracks.parts import Track
from luban.registers.vehicle_tracks.plates import plates_of

_READ = TypeAdapter(Track)


class MemoryTracks:
    """The platform of one trial."""

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        tracks = [_read(row, number) for number, row in enumerate(known, start=1)]
        self._tracks = {track.plate_no: track for track in tracks}

    def shown(self) -> dict[str, dict[str, Any]]:
        """Nothing: a trial changes no vehicle."""
        return {}

    def providers(self) -> dict[str, Callable[..., Any]]:
        """The same names as `offers.PROVIDERS`."""
        return {"vehicle_tracks.of": self._of}

    def commands(self) -> dict[str, Callable[..., None]]:
        """The same names as `offers.COMMANDS`."""
        return {}

    def _of(
        self, *, day: date, applicant: Applicant, number: str, rows: Iterable[Any] | None
    ) -> Mapping[str, Track]:
        return {plate: self._tracks.get(plate, Track(plate_no=plate)) for plate in plates_of(rows=rows)}


def _read(row: Mapping[str, Any], number: int) -> Track:
    unknown = set(row) - set(Track.__dataclass_fields__)
    if unknown:
        raise ValueError(f"vehicle {number} of the case file: unknown {', '.join(sorted(unknown))}")
    try:
        return _READ.validate_python(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"vehicle {number} of the case file: {where}: {first['msg']}") from error


MEMORY = MemoryTracks
