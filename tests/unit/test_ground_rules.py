"""The rules of the house, checked: ladder, types, lint, budgets, names, error codes, public surface."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import clipsight
from clipsight import errors

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
BIN = Path(sys.executable).parent

MAX_FILE_LINES, MAX_FUNCTION_LINES, MAX_CLASS_LINES, MAX_PARAMETERS = 500, 60, 250, 6
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_ladder() -> None:
    run(str(BIN / "lint-imports"), "--no-cache")


def test_lint_and_format() -> None:
    run(str(BIN / "ruff"), "check", "--no-cache", ".")
    run(str(BIN / "ruff"), "format", "--no-cache", "--check", ".")


@pytest.mark.slow
def test_types() -> None:
    run(str(BIN / "basedpyright"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_budgets(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_FILE_LINES
    assert path.stem not in EMPTY_NAMES
    assert not UNFINISHED.search(text)
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            assert lines(node) <= MAX_CLASS_LINES, node.name
    for function in functions(tree):
        assert lines(function) <= MAX_FUNCTION_LINES, function.name
        arguments = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
        is_edge = any(isinstance(d, ast.Call) for d in function.decorator_list)  # frameworks hand in parameters by name
        assert is_edge or len([a for a in arguments if a not in ("self", "cls")]) <= MAX_PARAMETERS, function.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_every_module_and_public_class_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if tree.body:
        assert ast.get_docstring(tree), "module docstring"


def test_nothing_ships_that_imports_the_fakes() -> None:
    for path in SOURCES:
        if "testing" not in path.parts:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"^\s*(from|import) clipsight\.testing", text, re.MULTILINE), path


def test_settings_are_read_by_the_composition_roots_only() -> None:
    allowed = {"cli", "edges", "testing"}  # what is shipped for tests starts servers too
    for path in SOURCES:
        if re.search(r"^(from|import) clipsight\.settings", path.read_text(encoding="utf-8"), re.MULTILINE):
            part = path.relative_to(ROOT / "src" / "clipsight").parts[0]
            assert part in allowed, path


def test_error_codes_are_unique_and_messages_fixed() -> None:
    known = errors.by_code()
    assert len(known) > 40
    for code, error in known.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", code)
        names = re.findall(r"{(\w+)}", error.message)
        filled = error(**dict.fromkeys(names, 1)).public_message
        assert filled
        assert "{" not in filled


def test_public_surface() -> None:
    assert clipsight.__all__ == sorted(clipsight.__all__)
    for name in clipsight.__all__:
        assert getattr(clipsight, name) is not None


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'av', 'cv2', 'onnxruntime', 'pydantic', 'fastapi', 'dbos'}"
    run(sys.executable, "-c", f"import sys, clipsight; bad = {heavy} & set(sys.modules); assert not bad, bad")


def test_no_machine_and_no_index_is_named() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    pattern = re.compile(r"(?<![\w.])/(work|farm)/|pypi\.(org|python)|files\.pythonhosted|registry\.npmjs|deb\.debian\.org")
    for name in listed.split("\0"):
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".toml", ".yml", ".yaml", ".sh", ".lock", ".in", ".cfg"}
            or name
            in {
                "Makefile",
                ".ci/run",
            }
        ) and path != Path(__file__):
            assert not pattern.search(path.read_text(encoding="utf-8")), name
