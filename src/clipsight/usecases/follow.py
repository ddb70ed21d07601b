"""How far jobs are, for those who follow them while they are under way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from clipsight.store.jobs import standings_of
from clipsight.store.records import Standing
from clipsight.usecases.services import Services
from clipsight.usecases.status import JobName, find_job

BATCH = 500  # jobs per question; databases limit the values of a statement


def standing(services: Services, owner: str, name: JobName) -> Standing:
    """How far one job is.

    Raises:
        JobNotFound: there is no such job.
    """
    with services.database.reading() as connection:
        job = find_job(connection, owner, name)
        return standings_of(connection, [job.id])[job.id]


def standings(services: Services, ids: Collection[str]) -> Mapping[str, Standing]:
    """How far each of these jobs is; a job that is gone is left out."""
    wanted: Sequence[str] = list(ids)
    found: dict[str, Standing] = {}
    with services.database.reading() as connection:
        for start in range(0, len(wanted), BATCH):
            found |= standings_of(connection, wanted[start : start + BATCH])
    return found
