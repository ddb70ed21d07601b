"""What the links of a batch are charged to when they become jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batches", sa.Column("token", sa.Integer))
    op.add_column("batches", sa.Column("seconds_per_day", sa.Integer))
