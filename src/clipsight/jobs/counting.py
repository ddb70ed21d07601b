"""What is counted about jobs, for whoever watches the server."""

from __future__ import annotations

from sqlalchemy import Connection

from clipsight.store.records import JobRecord
from clipsight.store.tallies import tally

# Upper ends in seconds; a stage takes from a tenth of a second to minutes.
BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 180.0, 600.0)


def count_end(connection: Connection, job: JobRecord) -> None:
    """A job has ended: one of the hooks that are told."""
    code = job.error.code if job.error is not None else ""
    tally(connection, "jobs_ended", state=job.state, code=code)


def count_stage(connection: Connection, stage: str, seconds: float) -> None:
    """A step of a look took so long."""
    end = next((f"{bucket:g}" for bucket in BUCKETS if seconds <= bucket), "+Inf")
    tally(connection, "stage_seconds_bucket", stage=stage, le=end)
    tally(connection, "stage_seconds_sum", seconds, stage=stage)
