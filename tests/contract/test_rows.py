"""Every row of the contract has a test, or says why not; no test names a row that there is not."""

from __future__ import annotations

import runpy
from pathlib import Path

SCRIPT = runpy.run_path(str(Path(__file__).resolve().parents[2] / "scripts" / "contract_rows.py"))
ROWS = {row.key: row for page in SCRIPT["pages"]() for row in page.rows}


def test_every_row_has_a_test_or_says_what_it_waits_for() -> None:
    tests = SCRIPT["marked"]()
    assert set(tests) <= set(ROWS)
    for key, row in ROWS.items():
        assert bool(tests[key]) != bool(row.missing), key


def test_the_table_names_every_row() -> None:
    text = SCRIPT["table"]()
    assert all(row.text in text for row in ROWS.values())
