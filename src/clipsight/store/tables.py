"""The tables of the server, as SQLAlchemy Core describes them. The migrations create them; a test keeps the two equal.

Times are integer milliseconds since 1970 UTC. The job engine keeps its own tables in the same database; their names
(``workflow_status`` and the like) must never be used here.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row per canonical video. ``generation`` names the current look: it only
# ever grows, also over the deletion of the row, and all that hangs off a look carries it. ``revision`` grows with every
# note of progress.
videos = Table(
    "videos",
    metadata,
    Column("key", Text, primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("platform", Text, nullable=False),
    Column("video_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("pipeline", Text, nullable=False),
    Column("fetching", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("stage", Text),
    Column("fraction", Float, nullable=False),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("lease", Text),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("error_retryable", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
)

# The file behind a look: uploaded, or fetched. It may go long before the evidence does.
media = Table(
    "media",
    metadata,
    Column("video_key", Text, ForeignKey("videos.key"), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("blob", Text, nullable=False, index=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("facts", Text, nullable=False),
    Column("fetch_seconds", Float),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("video_key", "generation"),
)

sights = Table(
    "sights",
    metadata,
    Column("video_key", Text, ForeignKey("videos.key"), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("sight", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("video_key", "generation"),
)

keyframes = Table(
    "keyframes",
    metadata,
    Column("video_key", Text, ForeignKey("videos.key"), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("keyframe", Text, nullable=False),
    Column("blob", Text, nullable=False, index=True),
    PrimaryKeyConstraint("video_key", "generation", "keyframe"),
)

# The cache that answers the same question again: per video, look and format ('' is none).
results = Table(
    "results",
    metadata,
    Column("video_key", Text, ForeignKey("videos.key"), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("format", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("video_key", "generation", "format"),
)

# One row per submission: the truth for every answer of the server. ``number`` is the id of the reels dialect, ``id`` of
# the jobs dialect.
jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("owner", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("submitted_url", Text, nullable=False),
    Column("video_key", Text, ForeignKey("videos.key"), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("format", Text, nullable=False),
    Column("max_seconds", Integer, nullable=False),
    Column("from_private", Boolean, nullable=False, server_default=false()),
    Column("state", Text, nullable=False),
    Column("lease", Text),
    Column("attempts", Integer, nullable=False),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("expires_at", BigInteger, nullable=False),
    Column("webhook_url", Text),
    Column("batch_id", Text, index=True),
    Index(None, "video_key", "generation"),
    Index(None, "state"),
    Index(None, "created_at"),
    sqlite_autoincrement=True,  # a number is never given out twice, not even after its job was deleted
)

# Single values about the database as a whole.
marks = Table("marks", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

# Who is alive: each worker process writes its row every few seconds.
workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

# ``digest`` is a keyed hash; the token itself is kept nowhere. The columns from ``per_minute`` on are limits of its own.
tokens = Table(
    "tokens",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False, index=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("key", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("per_minute", Integer),
    Column("unfinished", Integer),
    Column("seconds_per_day", Integer),
    Column("max_bytes", BigInteger),
    Column("max_seconds", Integer),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    sqlite_autoincrement=True,  # jobs are kept under the number of the token: the next one must not inherit them
)

# What counts against the limits of an owner: one row per job, which outlives the job. ``requests`` is how many submits the
# job stands for, 0 for all but the first of a batch. ``seconds`` is what the job may need, then what it needed.
submissions = Table(
    "submissions",
    metadata,
    Column("job_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("submitted_at", BigInteger, nullable=False),
    Index(None, "owner", "submitted_at"),
    Index(None, "submitted_at"),
)

# Submits that must not be carried out twice. ``answer`` is empty while the first one is under way: it holds the ``lease``.
idempotency = Table(
    "idempotency",
    metadata,
    Column("owner", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("lease", Text, nullable=False),
    Column("leased_until", BigInteger, nullable=False),
    Column("answer", Text),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "key"),
    Index(None, "created_at"),
)

# What signs webhooks of an owner. All but the newest have a time after which they no longer do.
webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("secret", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("retires_at", BigInteger),
)

# Addresses of an owner that are told of every job, and addresses that said they are gone.
webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("owner", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("standing", Boolean, nullable=False),
    Column("disabled_at", BigInteger),
    PrimaryKeyConstraint("owner", "url"),
)

# One message to one address. It outlives its job; ids sort by their time.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Index(None, "owner", "id"),
    Index(None, "state", "next_at"),
    Index(None, "finished_at"),
)

webhook_tries = Table(
    "webhook_tries",
    metadata,
    Column("delivery_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("took_ms", BigInteger, nullable=False),
    Column("status", Integer),
    Column("trouble", Text),
    PrimaryKeyConstraint("delivery_id", "number"),
)

# Many links that were submitted at once. ``settled_at``: since when each item has its job or its error.
batches = Table(
    "batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("webhook_url", Text),
    Column("max_seconds", Integer, nullable=False),
    Column("platforms", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("key", Text),
    Column("fingerprint", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("cancelled_at", BigInteger),
    Column("settled_at", BigInteger),
    Column("token", Integer),
    Column("seconds_per_day", Integer),
    Index(None, "owner", "key", unique=True),
    Index(None, "settled_at"),
    Index(None, "created_at"),
)

batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("job_id", Text),
    Column("error_code", Text),
    Column("error_message", Text),
    PrimaryKeyConstraint("batch_id", "position"),
)

# Counts: rows are only added, and put together now and then. The labels are JSON.
tallies = Table(
    "tallies",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("labels", Text, nullable=False),
    Column("value", Float, nullable=False),
)

# One row per signed authorization that bought something, or was about to. ``identity`` names the authorization, so that no
# two requests are served for one; ``told`` is what the facilitator is asked, needed until it has answered for good.
payments = Table(
    "payments",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("identity", Text, nullable=False, unique=True),
    Column("fingerprint", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("pay_to", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("valid_before", BigInteger, nullable=False),
    Column("told", Text),
    Column("state", Text, nullable=False),
    Column("holder", Text),
    Column("held_until", BigInteger, nullable=False),
    Column("job_id", Text, index=True),
    Column("receipt", Text),
    Column("closed", Boolean, nullable=False, server_default=false()),
    Column("created_at", BigInteger, nullable=False),
    Index(None, "state"),
    Index(None, "payer"),
    sqlite_autoincrement=True,
)

# What became of money, line by line: never changed, never deleted. ``credit`` is the payment whose credit paid for another.
ledger = Table(
    "ledger",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("entry", Text, nullable=False),
    Column("payment", Integer, ForeignKey("payments.number"), nullable=False),
    Column("credit", Integer, ForeignKey("payments.number"), unique=True),
    Column("job_id", Text),
    Column("payer", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("transaction_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "payment"),
    Index(None, "payer"),
    sqlite_autoincrement=True,
)
