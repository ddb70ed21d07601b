"""How a job is named in a path: by its UUID, or by its number."""

from __future__ import annotations

import uuid

from clipsight.errors import JobNotFound
from clipsight.usecases.status import JobName


def job_name(text: str) -> JobName:
    """Raises :class:`JobNotFound` for what can be neither id nor number of a job."""
    if text.isascii() and text.isdigit() and len(text) <= 19:
        return int(text)
    try:
        name = uuid.UUID(text)
    except ValueError as error:
        raise JobNotFound from error
    if str(name) != text.lower():
        raise JobNotFound  # one spelling is enough
    return name
