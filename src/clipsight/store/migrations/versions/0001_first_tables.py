"""The first tables: jobs, videos and what hangs off them, workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _videos()
    _of_a_video()
    _jobs()
    op.create_table(
        "workers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )


def _videos() -> None:
    op.create_table(
        "videos",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("video_id", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("pipeline", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text),
        sa.Column("fraction", sa.Float, nullable=False),
        sa.Column("lease", sa.Text),
        sa.Column("error_code", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("error_retryable", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
    )


def _look(name: str, *columns: sa.Column[str] | sa.Column[int] | sa.Column[float], key: tuple[str, ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("video_key", sa.Text, sa.ForeignKey("videos.key"), nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("video_key", "generation", *key),
    )


def _of_a_video() -> None:
    _look(
        "media",
        sa.Column("blob", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("fetch_seconds", sa.Float),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_media_blob", "media", ["blob"])
    _look(
        "sights",
        sa.Column("sight", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    _look(
        "keyframes",
        sa.Column("keyframe", sa.Text, nullable=False),
        sa.Column("blob", sa.Text, nullable=False),
        key=("keyframe",),
    )
    op.create_index("ix_keyframes_blob", "keyframes", ["blob"])
    _look(
        "results",
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        key=("format",),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("dialect", sa.Text, nullable=False),
        sa.Column("submitted_url", sa.Text, nullable=False),
        sa.Column("video_key", sa.Text, sa.ForeignKey("videos.key"), nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("max_seconds", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("lease", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_video_key_generation", "jobs", ["video_key", "generation"])
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_index("ix_jobs_created_at", "jobs", ["created_at"])
