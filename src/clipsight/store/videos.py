"""Queries on videos and what hangs off a look: file, evidence, keyframes, results."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, union_all, update

from clipsight.schema.video import VideoRef
from clipsight.store.records import Failure, Look, MediaRecord, VideoRecord, VideoState
from clipsight.store.tables import jobs, keyframes, media, results, sights, videos

GOING_ON: tuple[VideoState, ...] = ("queued", "running")

_OF_A_LOOK = (media, sights, keyframes, results)


def video_by_key(connection: Connection, key: str) -> VideoRecord | None:
    row = connection.execute(
        select(
            videos.c.key,
            videos.c.generation,
            videos.c.platform,
            videos.c.video_id,
            videos.c.url,
            videos.c.pipeline,
            videos.c.fetching,
            videos.c.state,
            videos.c.error_code,
            videos.c.error_message,
            videos.c.error_retryable,
            videos.c.finished_at,
        ).where(videos.c.key == key)
    ).one_or_none()
    if row is None:
        return None
    failure = Failure(row.error_code, row.error_message, row.error_retryable) if row.error_code is not None else None
    return VideoRecord(
        row.key,
        row.generation,
        row.platform,
        row.video_id,
        row.url,
        row.pipeline,
        row.fetching,
        row.state,
        failure,
        row.finished_at,
    )


def open_video(connection: Connection, look: Look, ref: VideoRef, pipeline: str, at: int, *, fetching: str = "") -> None:
    """Put the video down for a new look. ``pipeline`` and ``fetching`` name what it is looked at and fetched with."""
    fresh = {
        "generation": look.generation,
        "url": ref.url,
        "pipeline": pipeline,
        "fetching": fetching,
        "state": "queued",
        "stage": None,
        "fraction": 0.0,
        "lease": None,
        "error_code": None,
        "error_message": None,
        "error_retryable": False,
        "created_at": at,
        "finished_at": None,
    }
    again = update(videos).where(videos.c.key == look.key).values(**fresh, revision=videos.c.revision + 1)
    if connection.execute(again).rowcount == 0:
        connection.execute(insert(videos).values(key=look.key, platform=ref.platform, video_id=ref.video_id, **fresh))


def take_video(connection: Connection, look: Look, lease: str) -> VideoRecord | None:
    """Take up the look, or take it over from a holder that died. None when it is over, cancelled or outdated."""
    statement = (
        update(videos)
        .where(videos.c.key == look.key, videos.c.generation == look.generation, videos.c.state.in_(GOING_ON))
        .values(state="running", lease=lease)
    )
    return video_by_key(connection, look.key) if connection.execute(statement).rowcount == 1 else None


def holds_video(connection: Connection, look: Look, lease: str) -> bool:
    """Whether the look is this holder's; if so, it stays that until the transaction ends."""
    return connection.execute(select(videos.c.key).where(*_held(look, lease)).with_for_update()).first() is not None


def note_progress(connection: Connection, look: Look, lease: str, stage: str, fraction: float) -> bool:
    """Write down how far the look is. False when somebody else holds it by now, or nobody wants it any more."""
    statement = update(videos).where(*_held(look, lease))
    statement = statement.values(stage=stage, fraction=fraction, revision=videos.c.revision + 1)
    return connection.execute(statement).rowcount == 1


def end_look(connection: Connection, look: Look, lease: str, *, at: int, failure: Failure | None = None) -> bool:
    """The look is over: ready, or failed. False when somebody else holds it by now."""
    statement = update(videos).where(*_held(look, lease))
    statement = statement.values(
        state="ready" if failure is None else "failed",
        fraction=1.0 if failure is None else 0.0,
        stage=None,
        revision=videos.c.revision + 1,
        error_code=failure.code if failure else None,
        error_message=failure.message if failure else None,
        error_retryable=failure.retryable if failure else False,
        finished_at=at,
    )
    return connection.execute(statement).rowcount == 1


def give_up_look(connection: Connection, look: Look, at: int) -> bool:
    """Mark a look that is not over as cancelled, because nobody waits for it or its holder cannot go on."""
    statement = (
        update(videos)
        .where(videos.c.key == look.key, videos.c.generation == look.generation, videos.c.state.in_(GOING_ON))
        .values(state="cancelled", lease=None, finished_at=at)
    )
    return connection.execute(statement).rowcount == 1


def keep_media(connection: Connection, look: Look, record: MediaRecord, at: int) -> None:
    where = (media.c.video_key == look.key, media.c.generation == look.generation)
    connection.execute(delete(media).where(*where))
    connection.execute(
        insert(media).values(
            video_key=look.key,
            generation=look.generation,
            blob=record.blob,
            size_bytes=record.size_bytes,
            facts=record.facts,
            fetch_seconds=record.fetch_seconds,
            created_at=at,
        )
    )


def media_of(connection: Connection, look: Look) -> MediaRecord | None:
    row = connection.execute(
        select(media.c.blob, media.c.size_bytes, media.c.facts, media.c.fetch_seconds).where(
            media.c.video_key == look.key, media.c.generation == look.generation
        )
    ).one_or_none()
    return MediaRecord(row.blob, row.size_bytes, row.facts, row.fetch_seconds) if row is not None else None


def keep_sight(connection: Connection, look: Look, sight: str, pictures: Mapping[str, str], at: int) -> None:
    """Evidence as JSON, and the blob of each keyframe by its id."""
    connection.execute(insert(sights).values(video_key=look.key, generation=look.generation, sight=sight, created_at=at))
    if pictures:
        rows = [
            {"video_key": look.key, "generation": look.generation, "keyframe": keyframe, "blob": blob}
            for keyframe, blob in pictures.items()
        ]
        connection.execute(insert(keyframes), rows)


def sight_of(connection: Connection, look: Look) -> str | None:
    sight: str | None = connection.execute(
        select(sights.c.sight).where(sights.c.video_key == look.key, sights.c.generation == look.generation)
    ).scalar_one_or_none()
    return sight


def keyframes_of(connection: Connection, look: Look) -> dict[str, str]:
    """Blobs of the keyframes by their id."""
    rows = connection.execute(
        select(keyframes.c.keyframe, keyframes.c.blob).where(
            keyframes.c.video_key == look.key, keyframes.c.generation == look.generation
        )
    )
    return {row.keyframe: row.blob for row in rows}


def keep_result(connection: Connection, look: Look, format_slug: str, document: str, at: int) -> None:
    """The document for a format ('' is none); what was kept before stays."""
    if result_of(connection, look, format_slug) is None:
        connection.execute(
            insert(results).values(
                video_key=look.key, generation=look.generation, format=format_slug, document=document, created_at=at
            )
        )


def result_of(connection: Connection, look: Look, format_slug: str) -> tuple[str, int] | None:
    """The document and when it was made, in milliseconds since 1970."""
    row = connection.execute(
        select(results.c.document, results.c.created_at).where(
            results.c.video_key == look.key, results.c.generation == look.generation, results.c.format == format_slug
        )
    ).one_or_none()
    return (row.document, row.created_at) if row is not None else None


def delete_video(connection: Connection, key: str) -> set[str]:
    """Remove a video with all that hangs off it. Returns the blobs it used; others may use them too."""
    used = _blobs(connection, key)
    for table in _OF_A_LOOK:
        connection.execute(delete(table).where(table.c.video_key == key))
    connection.execute(delete(videos).where(videos.c.key == key))
    return used


def delete_media_before(connection: Connection, moment: int, going_on: Collection[Look]) -> set[str]:
    """Forget files kept before the moment, except of looks that go on. Returns the blobs they were."""
    rows = connection.execute(
        select(media.c.video_key, media.c.generation, media.c.blob).where(media.c.created_at < moment)
    ).all()
    gone = [row for row in rows if Look(row.video_key, row.generation) not in going_on]
    for row in gone:
        connection.execute(delete(media).where(media.c.video_key == row.video_key, media.c.generation == row.generation))
    return {row.blob for row in gone}


def delete_evidence_before(connection: Connection, moment: int, now: int) -> set[str]:
    """Forget evidence and results of looks that ended before the moment, unless a job that still answers needs them.

    Videos of which nothing is left and that no job names go too. Returns the blobs that were named.
    """
    answers = exists().where(
        jobs.c.video_key == sights.c.video_key, jobs.c.generation == sights.c.generation, jobs.c.expires_at > now
    )
    old = connection.execute(
        select(sights.c.video_key, sights.c.generation).where(sights.c.created_at < moment, ~answers)
    ).all()
    freed: set[str] = set()
    for row in old:
        look = Look(row.video_key, row.generation)
        freed |= set(keyframes_of(connection, look).values())
        for table in (sights, keyframes, results):
            connection.execute(delete(table).where(table.c.video_key == look.key, table.c.generation == look.generation))
    empty = select(videos.c.key).where(
        videos.c.state.not_in(GOING_ON),
        ~exists().where(jobs.c.video_key == videos.c.key),
        ~exists().where(sights.c.video_key == videos.c.key),
        ~exists().where(media.c.video_key == videos.c.key),
    )
    connection.execute(delete(results).where(results.c.video_key.in_(empty)))
    connection.execute(delete(videos).where(videos.c.key.in_(empty)))
    return freed


def looks_going_on(connection: Connection) -> set[Look]:
    rows = connection.execute(select(videos.c.key, videos.c.generation).where(videos.c.state.in_(GOING_ON)))
    return {Look(row.key, row.generation) for row in rows}


def blob_in_use(connection: Connection, blob: str) -> bool:
    uses = union_all(
        select(media.c.blob).where(media.c.blob == blob), select(keyframes.c.blob).where(keyframes.c.blob == blob)
    )
    return connection.execute(uses.limit(1)).first() is not None


def _blobs(connection: Connection, key: str) -> set[str]:
    uses = union_all(
        select(media.c.blob).where(media.c.video_key == key), select(keyframes.c.blob).where(keyframes.c.video_key == key)
    )
    return set(connection.execute(uses).scalars())


def _held(look: Look, lease: str) -> tuple[ColumnElement[bool], ...]:
    return (
        videos.c.key == look.key,
        videos.c.generation == look.generation,
        videos.c.state == "running",
        videos.c.lease == lease,
    )
