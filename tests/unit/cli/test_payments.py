"""``clipsight payments`` over a database with one payment in it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from clipsight.cli.composition import open_database
from clipsight.cli.payments import payments
from clipsight.store.payments import NewPayment, payment_by_number, put_payment, write_entry

PAYER, TRANSACTION = "0x" + "ab" * 20, "0x" + "cd" * 32


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    new = NewPayment("id", "print", "recipe", "eip155:8453", "0xusdc", PAYER, "0xme", 100_000, 2_000_000_000, "told")
    with open_database(tmp_path) as (_, database), database.writing() as connection:
        number = put_payment(connection, new, "me", 1, 1_700_000_000_000)
        record = payment_by_number(connection, number)
        assert record is not None
        write_entry(connection, record, "settled", 1_700_000_000_500, transaction_id=TRANSACTION)
    return str(tmp_path)


def run(*arguments: str) -> str:
    done = CliRunner().invoke(payments, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_list_names_payer_and_price(folder: str) -> None:
    (line,) = run("list", "--data-dir", folder).splitlines()
    assert PAYER in line
    assert "$0.10" in line


def test_one_payment_comes_with_its_ledger(folder: str) -> None:
    shown = run("show", "1", "--data-dir", folder)
    assert "amount: 100000" in shown
    assert f"settled  {TRANSACTION}" in shown


def test_the_export_is_the_whole_ledger(folder: str) -> None:
    (row,) = csv.DictReader(io.StringIO(run("export", "--data-dir", folder)))
    assert (row["entry"], row["amount"], row["transaction_id"], row["payer"]) == ("settled", "100000", TRANSACTION, PAYER)


def test_a_payment_that_is_not_there(folder: str) -> None:
    done = CliRunner().invoke(payments, ["show", "7", "--data-dir", folder])
    assert done.exit_code != 0
    assert "there is no payment 7" in done.output
