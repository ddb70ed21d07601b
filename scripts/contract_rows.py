"""The table «row of a contract page → test → holds», from ``tests/contract/rows.py`` and the marks of the tests.

A row holds when a test carries it, because that test runs with all others and nothing is handed on while one fails; tests
that are skipped or expected to fail do not count.
"""

from __future__ import annotations

import ast
import runpy
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "contract"
NOT_PROOF = {"skip", "xfail"}


def marked() -> dict[str, list[tuple[str, str]]]:
    """File and name of the tests of each row."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(FOLDER.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = list(_marks(node))
                if not NOT_PROOF & {name for name, _ in marks}:
                    for name, values in marks:
                        for value in values if name == "row" else ():
                            found[value].append((path.name, node.name))
    return found


def _marks(test: ast.FunctionDef) -> Iterator[tuple[str, list[str]]]:
    for decorator in test.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Attribute):
            values = decorator.args if isinstance(decorator, ast.Call) else []
            texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
            yield called.attr, texts


def pages() -> tuple[Any, ...]:
    """The pages with their rows."""
    found: tuple[Any, ...] = runpy.run_path(str(FOLDER / "rows.py"))["PAGES"]
    return found


def table() -> str:
    tests = marked()
    parts: list[str] = []
    for page in pages():
        rows = ["| row of the page | test | holds |", "| --- | --- | --- |"]
        for row in page.rows:
            names = ", ".join(f"`{name}` in `{file}`" for file, name in tests[row.key])
            rows.append(f"| {row.text} | {names or '–'} | {'yes' if names else f'not yet: {row.missing}'} |")
        parts.append(f"## {page.title}\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)
