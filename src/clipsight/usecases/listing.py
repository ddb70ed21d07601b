"""The jobs of an owner, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clipsight.store.database import clock
from clipsight.store.jobs import list_jobs
from clipsight.store.records import JobFilter, JobRecord
from clipsight.usecases.services import Services


@dataclass(frozen=True, slots=True)
class JobsPage:
    """Newest first. ``below`` goes into the filter for the next page; None when this is the last."""

    jobs: Sequence[JobRecord]
    below: int | None


def jobs_page(services: Services, wanted: JobFilter) -> JobsPage:
    """One page. A job that comes or goes while somebody reads on is never listed twice and hides no other."""
    with services.database.reading() as connection:
        found = list_jobs(connection, replace(wanted, limit=wanted.limit + 1), clock(connection))
    jobs = found[: wanted.limit]
    return JobsPage(jobs, jobs[-1].number if len(found) > wanted.limit else None)
