"""Payments, and the ledger of what became of money, which refuses to be changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER ledger_no_{verb} BEFORE {verb} ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
)
POSTGRESQL = (
    "CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    "CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger FOR EACH STATEMENT "
    "EXECUTE FUNCTION ledger_stays()",
)


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("identity", sa.Text, nullable=False, unique=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("asset", sa.Text, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("pay_to", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("valid_before", sa.BigInteger, nullable=False),
        sa.Column("told", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("held_until", sa.BigInteger, nullable=False),
        sa.Column("job_id", sa.Text),
        sa.Column("receipt", sa.Text),
        sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_payments_state", "payments", ["state"])
    op.create_index("ix_payments_job_id", "payments", ["job_id"])
    op.create_index("ix_payments_payer", "payments", ["payer"])
    _ledger()


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("payment", sa.Integer, sa.ForeignKey("payments.number"), nullable=False),
        sa.Column("credit", sa.Integer, sa.ForeignKey("payments.number"), unique=True),
        sa.Column("job_id", sa.Text),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("asset", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("transaction_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ledger_payment", "ledger", ["payment"])
    op.create_index("ix_ledger_payer", "ledger", ["payer"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(verb=verb))
    else:
        for statement in POSTGRESQL:
            op.execute(statement)
