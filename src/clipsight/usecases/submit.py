"""Take a video and promise its account. Job, claim on the video and work are committed together, or not at all."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from clipsight.access.idempotency import answer_claim
from clipsight.access.limits import Allowance, Charged, Order, Standing, charge, check_requests
from clipsight.errors import BadSetting, EnqueueFailed, NetworkError, SourceError, TooLong, UnsupportedHost
from clipsight.formats.registry import get_format
from clipsight.jobs.bodies import facts_to_json
from clipsight.jobs.logs import about
from clipsight.schema.result import Document
from clipsight.schema.video import Platform, Video, VideoRef
from clipsight.source.links import Link, ShortLink, read_link
from clipsight.source.upload import UploadReceiver
from clipsight.store.database import clock
from clipsight.store.idempotency import Claim
from clipsight.store.jobs import insert_job, job_by_id, longest_wish
from clipsight.store.records import Dialect, JobRecord, Look, MediaRecord, NewJob, VideoRecord, owned_key
from clipsight.store.tallies import tally
from clipsight.store.videos import GOING_ON, keep_media, media_of, open_video, result_of, sight_of, video_by_key
from clipsight.usecases.services import Services

# How long the answer "this video cannot be had" is believed; what may pass by itself is asked again at once.
FAILURE_BELIEVED_MILLISECONDS = 10 * 60 * 1000

log = logging.getLogger(__name__)

# Short links that one process resolves at a time: each takes a thread for up to five seconds, and polls use the same ones.
_RESOLVING = threading.BoundedSemaphore(8)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks through which dialect for what.

    Attributes:
        owner: whose job it is.
        format: slug, or None for the plain result.
        max_seconds: longest video that this caller may have analysed.
        platforms: the platforms that the dialect takes links of.
        webhook_url: address that is told when the job has ended.
        batch_id: the batch that the job is part of.
        refresh: look anew, although the answer may be known.
        hold: binds the job to its payment, in the transaction that takes it, and decides when it begins.
        allowance: what the submit may cost; None for whoever is not held back.
        once: what makes it happen once, when the caller wants that.
    """

    owner: str
    dialect: Dialect
    format: str | None
    max_seconds: int
    platforms: frozenset[Platform]
    webhook_url: str | None = None
    batch_id: str | None = None
    refresh: bool = False
    hold: Callable[[Connection, str], None] | None = None
    allowance: Allowance | None = None
    once: Once | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The new job; ``document`` with the time of its making (milliseconds since 1970) when the answer was known.

    ``standings``: what is left under the limits of the caller.
    """

    job: JobRecord
    document: Document | None = None
    made_at: int | None = None
    standings: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Once:
    """``answer`` writes down what the caller is told, to be told again when the same request comes again."""

    claim: Claim
    answer: Callable[[Receipt], str]


def submit_link(
    services: Services, url: str, wish: Wish, also: Callable[[Connection, JobRecord], None] | None = None
) -> Receipt:
    """Take a link. ``also`` is called in the transaction that makes the job.

    Raises:
        SourceError: it does not lead to one video of these platforms, or a short link could not be resolved.
        UnknownFormat: there is no such format.
        BadWebhookUrl, WebhookSecretMissing: nothing could be sent to the address that is to be told.
        LimitReached: the caller asked for more than is allowed.
        TokenInvalid: the token of the caller was revoked in the meantime.
        StillRunning: another request with the same key is carried out.
        EnqueueFailed: nothing was taken; trying again may help.
    """
    return prepare_link(services, url, wish, also).take(wish)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission that was checked as far as that goes without taking it. ``known``: its answer is there already."""

    take: Callable[[Wish], Receipt]
    known: bool


def prepare_link(
    services: Services, url: str, wish: Wish, also: Callable[[Connection, JobRecord], None] | None = None
) -> Prepared:
    """Check a link, and find out where a short one leads. Raises as :func:`submit_link`, but takes nothing."""
    _check_format(wish)
    link = _link(services, url, wish)
    # What the operator's account sees is not for everybody. The worker sends cookies for an owned key, and for no other.
    key = owned_key(link.key, wish.owner) if link.ref.platform in services.signed_in else link.key
    return _prepared(services, _Order(link.located, key, url, link.needs_cookies, also=also), wish)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is submitted: the video, the key under which it is looked at, the link as it came, a file when there is one."""

    ref: VideoRef
    key: str
    url: str
    from_private: bool = False
    upload: Video | None = None
    also: Callable[[Connection, JobRecord], None] | None = None


def check_may_submit(services: Services, wish: Wish) -> None:
    """Refuse now what would be refused after a lot of work. Nothing is counted.

    Raises:
        TooManyRequests: the caller submitted too often.
    """
    if wish.allowance is None:
        return
    with services.database.reading() as connection:
        asked = Order("", wish.owner, wish.dialect, new_work=False, at=clock(connection))
        check_requests(connection, asked, wish.allowance)


@contextmanager
def receiving(services: Services, name: str, max_bytes: int | None = None) -> Generator[UploadReceiver]:
    """Receive a file, to be handed to :func:`submit_file` before the context ends. Name as the sender calls it."""
    limits = services.limits if max_bytes is None else replace(services.limits, max_bytes=max_bytes)
    with services.blobs.workplace() as folder, UploadReceiver(folder, name, limits) as receiver:
        yield receiver


def submit_file(services: Services, video: Video, wish: Wish) -> Receipt:
    """Take a file that was received. Raises as :func:`submit_link`, but for the link."""
    return prepare_file(services, video, wish).take(wish)


def prepare_file(services: Services, video: Video, wish: Wish) -> Prepared:
    """As :func:`prepare_link`, for a file that was received."""
    _check_format(wish)
    # A file is its owner's: nobody else learns that it was here before.
    key = owned_key(video.ref.key, wish.owner)
    return _prepared(services, _Order(video.ref, key, video.ref.url, upload=video), wish)


def _prepared(services: Services, order: _Order, wish: Wish) -> Prepared:
    with services.database.reading() as connection:
        video = video_by_key(connection, order.key)
        known = (
            not wish.refresh
            and video is not None
            and video.state == "ready"
            and video.pipeline == services.pipeline
            and result_of(connection, video.look, wish.format or "") is not None
        )
    return Prepared(partial(_take, services, order), known)


def _link(services: Services, url: str, wish: Wish) -> Link:
    """The link to the video, of a platform that the dialect takes: as it was given, and where a short link leads."""
    found = read_link(url)
    if isinstance(found, ShortLink):
        _check_platform(found.platform, wish)
        found = _resolved(services, found, wish)
    _check_platform(found.ref.platform, wish)
    return found


def _resolved(services: Services, link: ShortLink, wish: Wish) -> Link:
    """Ask the platform, unless so many wait for its answer already that polls would have to wait for them.

    A lookup that fails counts as a submit; for a caller who may not submit none is made.
    """
    check_may_submit(services, wish)
    if not _RESOLVING.acquire(blocking=False):
        raise NetworkError
    try:
        return services.resolve(link)
    except SourceError:
        if wish.allowance is not None:
            with services.database.writing() as connection:
                counted = Order(str(uuid.uuid4()), wish.owner, wish.dialect, new_work=False, at=clock(connection))
                charge(connection, counted, wish.allowance)
        raise
    finally:
        _RESOLVING.release()


def _check_platform(platform: Platform, wish: Wish) -> None:
    if platform not in wish.platforms:
        raise UnsupportedHost


def _check_format(wish: Wish) -> None:
    if wish.format is not None:
        get_format(wish.format)


def _take(services: Services, order: _Order, wish: Wish) -> Receipt:
    try:
        if order.upload is not None:  # may take long, so not while others wait for the database
            services.blobs.put_file(order.upload.path, _content(order.upload))
        with services.database.writing() as connection:
            if wish.webhook_url is not None:
                services.webhooks.check(connection, wish.owner, wish.webhook_url)
            look = _claim(services, connection, order, wish)
            if order.upload is not None:
                _keep(services, connection, look, order.upload)
            receipt = _put_down(services, connection, look, wish, order)
    except (SQLAlchemyError, OSError) as error:
        raise EnqueueFailed from error
    with about(job=receipt.job.id, owner=receipt.job.owner, video=look.key):
        log.info("job taken" if receipt.document is None else "job answered with what is known")
    return receipt


def _claim(services: Services, connection: Connection, order: _Order, wish: Wish) -> Look:
    """The look that this job will share: the current one, or a new one."""
    now = clock(connection)
    video = video_by_key(connection, order.key)
    anew = wish.refresh and video is not None and video.state not in GOING_ON  # a look under way is as new as can be
    if video is not None and not anew and _still_good(services, connection, video, wish):
        return video.look
    look = Look(order.key, max(now, video.generation + 1 if video is not None else 0))
    open_video(connection, look, order.ref, services.pipeline, now, fetching=services.fetching)
    return look


def _still_good(services: Services, connection: Connection, video: VideoRecord, wish: Wish) -> bool:
    match video.state:
        case "queued" | "running":
            return True
        case "ready":
            return video.pipeline == services.pipeline and sight_of(connection, video.look) is not None
        case "failed":
            same = (video.pipeline, video.fetching) == (services.pipeline, services.fetching)
            return same and _believed(connection, video, wish)
        case "cancelled":
            return False


def _believed(connection: Connection, video: VideoRecord, wish: Wish) -> bool:
    """Whether a failure would come again now: it is recent, and neither time, the operator nor this wish mends it."""
    error, now = video.error, clock(connection)
    if error is None or error.retryable or error.code == BadSetting.code:
        return False
    if error.code == TooLong.code and wish.max_seconds > longest_wish(connection, video.look):
        return False
    return video.finished_at is not None and now - video.finished_at < FAILURE_BELIEVED_MILLISECONDS


def _keep(services: Services, connection: Connection, look: Look, upload: Video) -> None:
    blob = services.blobs.put_file(upload.path, _content(upload))  # a deletion may have taken the same content meanwhile
    if media_of(connection, look) is None:
        media = MediaRecord(blob, upload.path.stat().st_size, facts_to_json(upload.facts), None)
        keep_media(connection, look, media, clock(connection))


def _content(upload: Video) -> str:
    return upload.ref.video_id.removeprefix("sha256:")


def _put_down(services: Services, connection: Connection, look: Look, wish: Wish, order: _Order) -> Receipt:
    now = clock(connection)
    known = result_of(connection, look, wish.format or "")
    document = Document.model_validate_json(known[0]) if known is not None else None
    if document is not None and document.video.duration > wish.max_seconds:
        document = None  # the job will say so
    counted = Order(str(uuid.uuid4()), wish.owner, wish.dialect, document is None, now)
    charged = charge(connection, counted, wish.allowance) if wish.allowance is not None else Charged(wish.max_seconds)
    new = NewJob(
        id=counted.job_id,
        owner=wish.owner,
        dialect=wish.dialect,
        submitted_url=order.url,
        video_key=look.key,
        generation=look.generation,
        format=wish.format or "",
        max_seconds=min(wish.max_seconds, charged.max_seconds),
        state="queued" if document is None or wish.hold is not None else "succeeded",
        created_at=now,
        expires_at=now + services.retention.job_ttl * 1000,
        from_private=order.from_private,
        webhook_url=wish.webhook_url,
        batch_id=wish.batch_id,
    )
    insert_job(connection, new)
    tally(connection, "jobs_submitted", dialect=wish.dialect)
    if wish.hold is not None:
        wish.hold(connection, new.id)
    elif document is None:
        services.queue.enqueue(connection, new.id, wish.owner)
    job = job_by_id(connection, new.id)
    assert job is not None
    if order.also is not None:
        order.also(connection, job)
    if document is not None:
        tally(connection, "cache_hits", dialect=wish.dialect)
    if document is not None and wish.hold is None:
        for hook in services.ended:
            hook(connection, job)
    made_at = known[1] if known is not None and document is not None else None
    receipt = Receipt(job, document, made_at, charged.standings)
    if wish.once is not None:
        answer_claim(connection, wish.once.claim, wish.once.answer(receipt))
    return receipt
