"""A failure between the place where its status was decided and the dialect that words it."""

from __future__ import annotations

from dataclasses import dataclass

from clipsight.errors import ClipsightError


@dataclass(frozen=True, slots=True)
class Refusal:
    """``text`` and ``code`` may be shown. ``error`` is None when the framework refused."""

    status: int
    error: ClipsightError | None
    text: str
    code: str
