"""Queries on jobs. Which moves between states are legal is decided by the caller; here they are only carried out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, insert, select, update

from clipsight.store.records import Failure, JobFilter, JobRecord, JobState, Look, NewJob, Outcome, Standing
from clipsight.store.submissions import settle_seconds
from clipsight.store.tables import jobs, videos

UNFINISHED: tuple[JobState, ...] = ("queued", "running")

_JOBS = select(
    jobs.c.number,
    jobs.c.id,
    jobs.c.owner,
    jobs.c.dialect,
    jobs.c.submitted_url,
    jobs.c.video_key,
    jobs.c.generation,
    jobs.c.format,
    jobs.c.max_seconds,
    jobs.c.from_private,
    jobs.c.state,
    jobs.c.attempts,
    jobs.c.error_code,
    jobs.c.error_message,
    jobs.c.created_at,
    jobs.c.finished_at,
    jobs.c.expires_at,
    jobs.c.webhook_url,
    jobs.c.batch_id,
    videos.c.platform,
    videos.c.video_id,
    videos.c.url,
    videos.c.stage,
    videos.c.fraction,
    videos.c.generation.label("current_generation"),
).join(videos, videos.c.key == jobs.c.video_key)
_JOB = _JOBS.limit(1)


def insert_job(connection: Connection, job: NewJob) -> int:
    """Returns the number of the new job, never one that was given out before."""
    values = {name: getattr(job, name) for name in NewJob.__dataclass_fields__}
    finished_at = job.created_at if job.state == "succeeded" else None
    statement = insert(jobs).values(**values, attempts=0, finished_at=finished_at).returning(jobs.c.number)
    number: int = connection.execute(statement).scalar_one()
    return number


def job_by_id(connection: Connection, job_id: str) -> JobRecord | None:
    return _job(connection.execute(_JOB.where(jobs.c.id == job_id)).one_or_none())


def job_by_number(connection: Connection, number: int) -> JobRecord | None:
    return _job(connection.execute(_JOB.where(jobs.c.number == number)).one_or_none())


def standings_of(connection: Connection, ids: Collection[str]) -> dict[str, Standing]:
    """How far these jobs are; those that are not there any more are left out. At most a few hundred at a time."""
    rows = connection.execute(
        select(
            jobs.c.id,
            jobs.c.state,
            jobs.c.generation,
            videos.c.generation.label("current_generation"),
            videos.c.stage,
            videos.c.fraction,
            videos.c.revision,
        )
        .join(videos, videos.c.key == jobs.c.video_key)
        .where(jobs.c.id.in_(ids))
    )
    found: dict[str, Standing] = {}
    for row in rows:
        current = row.generation == row.current_generation  # otherwise the progress belongs to a later look
        stage, fraction, revision = (row.stage, row.fraction, row.revision) if current else (None, 0.0, 0)
        mark = f"{row.state}-{revision}" if row.state in UNFINISHED else row.state
        found[row.id] = Standing(row.id, row.state, stage, fraction, mark)
    return found


def list_jobs(connection: Connection, wanted: JobFilter, now: int) -> Sequence[JobRecord]:
    """Newest first. Numbers only grow, so jobs that come meanwhile move nothing that was not listed yet."""
    tests = [jobs.c.owner == wanted.owner, jobs.c.dialect == wanted.dialect]
    if wanted.states is not None:
        tests.append(jobs.c.state.in_(wanted.states))
    if wanted.platform is not None:
        tests.append(videos.c.platform == wanted.platform)
    if wanted.format is not None:
        tests.append(jobs.c.format == wanted.format)
    if wanted.since is not None:
        tests.append(jobs.c.created_at >= wanted.since)
    if wanted.until is not None:
        tests.append(jobs.c.created_at < wanted.until)
    if wanted.below is not None:
        tests.append(jobs.c.number < wanted.below)
    if wanted.answering:
        tests.append(jobs.c.expires_at > now)
    rows = connection.execute(_JOBS.where(*tests).order_by(jobs.c.number.desc()).limit(wanted.limit))
    return [_record(row) for row in rows]


def end_job(
    connection: Connection, job_id: str, sources: Collection[JobState], outcome: Outcome, *, lease: str | None = None
) -> bool:
    """Bring a job from one of the source states to its final one, and say whether it was in one of them.

    With a ``lease`` it is done only while this holder works on the job.
    """
    statement = update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(sources))
    if lease is not None:
        statement = statement.where(jobs.c.lease == lease)
    failure = outcome.failure
    statement = statement.values(
        state=outcome.state,
        finished_at=outcome.at,
        error_code=failure.code if failure else None,
        error_message=failure.message if failure else None,
    )
    ended = connection.execute(statement).rowcount == 1
    if ended and outcome.state == "failed":
        settle_seconds(connection, job_id, 0)  # who got nothing is charged nothing
    return ended


def start_job(connection: Connection, job_id: str, sources: Collection[JobState], lease: str, at: int) -> bool:
    """Take a job up, or take it over from a holder that died. False when it is in none of the source states.

    Each holder counts as one attempt.
    """
    statement = (
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.state.in_(sources))
        .values(
            state="running",
            lease=lease,
            attempts=jobs.c.attempts + case((jobs.c.lease == lease, 0), else_=1),
            started_at=func.coalesce(jobs.c.started_at, at),
        )
    )
    return connection.execute(statement).rowcount == 1


def queue_figures(connection: Connection) -> tuple[dict[str, int], int | None]:
    """How many jobs wait and run, and since when the oldest waits (milliseconds since 1970)."""
    rows = connection.execute(
        select(jobs.c.state, func.count(), func.min(jobs.c.created_at))
        .where(jobs.c.state.in_(UNFINISHED))
        .group_by(jobs.c.state)
    )
    found = {state: (count, oldest) for state, count, oldest in rows}
    depth = {state: found.get(state, (0, None))[0] for state in UNFINISHED}
    return depth, found["queued"][1] if "queued" in found else None


def unfinished_jobs(connection: Connection) -> Sequence[str]:
    return connection.execute(select(jobs.c.id).where(jobs.c.state.in_(UNFINISHED))).scalars().all()


def unfinished_of_look(connection: Connection, look: Look) -> int:
    """How many unfinished jobs wait for this look at the video."""
    statement = select(func.count()).where(
        jobs.c.video_key == look.key, jobs.c.generation == look.generation, jobs.c.state.in_(UNFINISHED)
    )
    count: int = connection.execute(statement).scalar_one()
    return count


def longest_wish(connection: Connection, look: Look) -> int:
    """The longest video that any job of this look takes, in seconds; 0 when there is none."""
    statement = select(func.max(jobs.c.max_seconds)).where(
        jobs.c.video_key == look.key, jobs.c.generation == look.generation
    )
    return connection.execute(statement).scalar_one() or 0


def jobs_of_video(connection: Connection, key: str) -> int:
    count: int = connection.execute(select(func.count()).where(jobs.c.video_key == key)).scalar_one()
    return count


def delete_job(connection: Connection, job_id: str) -> None:
    connection.execute(delete(jobs).where(jobs.c.id == job_id))


def delete_jobs_before(connection: Connection, moment: int, limit: int) -> Sequence[str]:
    """Delete finished jobs that were submitted before the moment, oldest first; returns their ids."""
    old = (
        select(jobs.c.id)
        .where(jobs.c.created_at < moment, jobs.c.state.not_in(UNFINISHED))
        .order_by(jobs.c.created_at)
        .limit(limit)
    )
    ids = connection.execute(old).scalars().all()
    connection.execute(delete(jobs).where(jobs.c.id.in_(ids)))
    return ids


def _job(row: Row[*tuple[Any, ...]] | None) -> JobRecord | None:
    return _record(row) if row is not None else None


def _record(row: Row[*tuple[Any, ...]]) -> JobRecord:
    values = dict(row._mapping)  # pyright: ignore[reportPrivateUsage] - public by documentation
    current = values.pop("current_generation") == row.generation
    code, message = values.pop("error_code"), values.pop("error_message")
    values["error"] = Failure(code, message) if code is not None else None
    if not current:  # the progress on the row belongs to a later look
        values["stage"], values["fraction"] = None, 0.0
    return JobRecord(**values)
