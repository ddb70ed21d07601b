"""Every failure that clipsight reports, as one tree.

    ClipsightError
    ├── SourceError       the link or the platform (submit or fetch)
    ├── MediaError        the file itself
    ├── PerceptionError   looking and listening
    ├── AnalysisError     what it means
    ├── RequestError      what the caller asked for
    ├── AccessError       who the caller is, and how much they may ask for
    └── JobError          the life of a job

Each class has a stable ``code`` (part of the wire contract), says with ``retryable`` whether the same request may succeed
later, and has a ``message`` written for the person who reads it. Messages are fixed: text from outside (exception messages,
titles, model output) never enters one; only numbers and names of our own fill the placeholders. The private reason travels
as ``__cause__`` and goes to the log alone. All classes are imported from here; three branches have files of their own.
"""

from __future__ import annotations

from clipsight.errors.access import (
    AccessError as AccessError,
    BadIdempotencyKey as BadIdempotencyKey,
    BadTokenWish as BadTokenWish,
    IdempotencyKeyReused as IdempotencyKeyReused,
    LimitReached as LimitReached,
    MissingScope as MissingScope,
    SecondsUsedUp as SecondsUsedUp,
    StillRunning as StillRunning,
    TokenInvalid as TokenInvalid,
    TokenKeyUnusable as TokenKeyUnusable,
    TokenMisplaced as TokenMisplaced,
    TokenNotFound as TokenNotFound,
    TokenRequired as TokenRequired,
    TooManyRequests as TooManyRequests,
    TooManyUnfinished as TooManyUnfinished,
)
from clipsight.errors.media import (
    DamagedFile as DamagedFile,
    EmptyFile as EmptyFile,
    FileMissing as FileMissing,
    MediaError as MediaError,
    NoIsolation as NoIsolation,
    NoPicture as NoPicture,
    OutOfMemory as OutOfMemory,
    PictureTooLarge as PictureTooLarge,
    TooManyFrames as TooManyFrames,
    UnsupportedCodec as UnsupportedCodec,
    UnsupportedFile as UnsupportedFile,
)
from clipsight.errors.root import ClipsightError as ClipsightError, RequestError as RequestError
from clipsight.errors.source import (
    AgeRestricted as AgeRestricted,
    BadUrl as BadUrl,
    DiskFull as DiskFull,
    GeoBlocked as GeoBlocked,
    LiveStream as LiveStream,
    LoginRequired as LoginRequired,
    MembersOnly as MembersOnly,
    NetworkError as NetworkError,
    NotAVideo as NotAVideo,
    NoVideo as NoVideo,
    PlatformChanged as PlatformChanged,
    PrivateVideo as PrivateVideo,
    RateLimited as RateLimited,
    Slideshow as Slideshow,
    SourceError as SourceError,
    SourceTimeout as SourceTimeout,
    Story as Story,
    TooLarge as TooLarge,
    TooLong as TooLong,
    Unavailable as Unavailable,
    UnsupportedHost as UnsupportedHost,
)

# ── looking and listening ────────────────────────────────────────────────────────────────────────────────────────────


class PerceptionError(ClipsightError):
    code = "perception"
    message = "The video could not be analysed; try again, or with another rendition of it"


class BackendMissing(PerceptionError):
    code = "backend_missing"
    message = "A part that this stage needs is not installed; `clipsight doctor` says which"


class BackendDamaged(PerceptionError):
    code = "backend_damaged"
    message = "A model file is not the one that was shipped; reinstall clipsight"


class StageFailed(PerceptionError):
    code = "stage_failed"
    retryable = True
    message = "This stage stopped with an error; the others are not affected"


class SpeechServiceUnavailable(PerceptionError):
    code = "speech_service_unavailable"
    retryable = True
    message = "The transcription service that is set did not answer, or not with a transcript; try again later"


class SpeechServiceRefused(PerceptionError):
    code = "speech_service_refused"
    message = "The transcription service that is set refused the request; check its address, its key and the model's name"


class PerceptionTimeout(PerceptionError):
    code = "perception_timeout"
    retryable = True
    message = "Looking at the video took longer than the limit of {limit_seconds} seconds; try again when less is going on"


class PerceptionCrashed(PerceptionError):
    code = "perception_crashed"
    retryable = True
    message = "The process that looks at the video stopped; try again, and another rendition if it stays so"


# ── what it means ────────────────────────────────────────────────────────────────────────────────────────────────────


class AnalysisError(ClipsightError):
    code = "analysis"
    retryable = True
    message = "The meaning of the video could not be worked out; try again in a moment"


class ModelUnavailable(AnalysisError):
    code = "model_unavailable"
    retryable = True
    message = "The language model that is set did not answer in time or was busy; try again later"


class ModelRefused(AnalysisError):
    code = "model_refused"
    retryable = False
    message = "The language model that is set refused the request; check its name, its address and its key"


class ModelAnswerUnusable(AnalysisError):
    code = "model_answer_unusable"
    retryable = True
    message = "The language model's answer did not have the form that was asked for; a larger model may do better"


# ── what the caller asked for ────────────────────────────────────────────────────────────────────────────────────────


class UrlMissing(RequestError):
    code = "url_required"
    message = "url is required"


class BodyTooLarge(RequestError):
    code = "body_too_large"
    message = "The body of the request is larger than the limit of {limit_bytes} bytes"


class UnsupportedContentType(RequestError):
    code = "unsupported_content_type"
    message = "The body must be application/json, or multipart/form-data with a file"


class UnsupportedContentEncoding(RequestError):
    code = "unsupported_content_encoding"
    message = "The body must be sent as it is, without Content-Encoding"


class BadParameter(RequestError):
    code = "bad_parameter"
    message = "The parameter {name} must be {expected}"


class PathUnknown(RequestError):
    code = "not_found"
    message = "Not found"


class MethodNotAllowed(RequestError):
    code = "method_not_allowed"
    message = "Method not allowed"


class ForeignHost(RequestError):
    code = "foreign_host"
    message = "With open access the server answers this machine only, and no page of another site"


class NotASource(RequestError):
    code = "not_a_source"
    message = "Give a link to a video or the path of a video file"


class UnknownFormat(RequestError):
    code = "unknown_format"
    message = "There is no such format; `clipsight formats` lists them"


class BadSetting(RequestError):
    code = "bad_setting"
    message = "The setting {name} must be {expected}"


class UnknownSetting(BadSetting):
    code = "unknown_setting"
    message = "There is no setting {name}; did you mean {nearest}?"


class OpenAccessBeyondLoopback(RequestError):
    code = "open_access_beyond_loopback"
    message = (
        "With open access the server listens on this machine only: 127.0.0.1, ::1 or localhost; "
        "for others set CLIPSIGHT_ACCESS=token"
    )


class UnsupportedDatabase(RequestError):
    code = "unsupported_database"
    message = "CLIPSIGHT_DATABASE_URL must be sqlite:///PATH or postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE"


# ── paying ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class PaymentRequired(AccessError):
    """What a call costs is in the answer. ``reason`` is a code of ours or of the facilitator, ``receipt`` what it said."""

    code = "payment_required"
    message = "This call must be paid; the answer says how, and why a payment that came with it was not taken"

    def __init__(self, reason: str = "payment_required", receipt: str | None = None) -> None:
        super().__init__()
        self.reason = reason
        self.receipt = receipt


class PaymentUnderWay(AccessError):
    code = "payment_under_way"
    retryable = True
    message = "A request with this payment is being answered; send the same request again in a moment, do not pay twice"


class PaymentUsed(AccessError):
    code = "payment_used"
    message = "This payment came with another request before; every call needs a payment of its own"


class FacilitatorUnavailable(AccessError):
    code = "facilitator_unavailable"
    retryable = True
    message = "The payment could not be checked, and nothing was charged; send the same request again in a moment"


# ── the life of a job ────────────────────────────────────────────────────────────────────────────────────────────────


class JobError(ClipsightError):
    code = "job"
    message = "The job could not be carried out"


class JobNotFound(JobError):
    code = "job_not_found"
    message = "Job not found"


class JobExpired(JobError):
    code = "job_expired"
    message = "Job expired"


class JobNotFinished(JobError):
    code = "job_not_finished"
    retryable = True
    message = "The job is not finished yet; ask again in a few seconds"


class JobFailed(JobError):
    """A result was asked for that will never be.

    ``why`` and ``why_code`` are the message and the code with which the job itself ended; empty when it has none.
    """

    code = "job_failed"
    message = "The job ended without a result"

    def __init__(self, *, why: str = "", why_code: str = "") -> None:
        super().__init__()
        self.why = why
        self.why_code = why_code

    @property
    def public_message(self) -> str:
        return self.why or self.message


class JobCancelled(JobError):
    code = "cancelled"
    message = "Job was cancelled"


class JobPoisoned(JobError):
    code = "poisoned"
    message = "The job stopped its worker several times and is not tried again; submit another rendition of the video"


class JobTimeout(JobError):
    code = "job_timeout"
    retryable = True
    message = "The job took longer than the limit and was stopped; submit it again, or a shorter video"


class BlobStoreUnavailable(JobError):
    code = "blob_store_unavailable"
    retryable = True
    message = "The store of files did not answer, or said that it is busy; try again in a moment"


class BlobStoreRefused(JobError):
    code = "blob_store_refused"
    message = (
        "The store of files refused the request; the operator checks CLIPSIGHT_BLOB_URL, the credentials and the bucket"
    )


class BadBatch(RequestError):
    code = "bad_batch"
    message = "A batch has 1 to {most} links, each a text in one line, and an Idempotency-Key of at most 255 characters"


class BatchKeyReused(RequestError):
    code = "batch_key_reused"
    message = "This Idempotency-Key was used for another batch; use a new one"


class BatchNotFound(RequestError):
    code = "batch_not_found"
    message = "Batch not found"


class BadWebhookUrl(RequestError):
    code = "bad_webhook_url"
    message = "A webhook goes to an https address on the public internet, without a name and password in it"


class WebhookSecretMissing(RequestError):
    code = "webhook_secret_missing"
    message = "Make a signing secret first: POST /v1/webhooks/secret, or `clipsight webhook secret`"


class DeliveryNotFound(RequestError):
    code = "delivery_not_found"
    message = "Delivery not found"


class DeliveryUnderWay(RequestError):
    code = "delivery_under_way"
    message = "The delivery is under way and is tried again by itself"


class BlobStoreElsewhere(RequestError):
    code = "blob_store_elsewhere"
    message = (
        "This is not the store of files that the server of this database uses; set the same CLIPSIGHT_BLOB_URL for all "
        "machines, and s3:// when there are several"
    )


class TooManyStreams(JobError):
    code = "too_many_streams"
    retryable = True
    message = "This server follows as many jobs as it may already; poll the job instead, or try again in a moment"


class EnqueueFailed(JobError):
    code = "enqueue_failed"
    retryable = True
    message = "failed to enqueue job"


class DatabaseUnreachable(JobError):
    code = "database_unreachable"
    retryable = True
    message = "The database does not answer; try again, or see to CLIPSIGHT_DATABASE_URL and its server"


class IllegalTransition(JobError):
    code = "illegal_transition"
    message = "A job that is {current} cannot become {wanted}"


def by_code() -> dict[str, type[ClipsightError]]:
    """All error classes of the tree by their code; a code that stands twice is a programming error.

    Raises:
        ValueError: two classes carry the same code.
    """
    found: dict[str, type[ClipsightError]] = {}
    waiting: list[type[ClipsightError]] = [ClipsightError]
    while waiting:
        error = waiting.pop()
        if error.code in found:
            raise ValueError(f"two errors carry the code {error.code}")
        found[error.code] = error
        waiting.extend(error.__subclasses__())
    return found
