"""What a failed fetch was made with, and whether the link of a job came from a private account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("videos", sa.Column("fetching", sa.Text, nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("from_private", sa.Boolean, nullable=False, server_default=sa.false()))
