"""Write the generated parts of the documentation, between ``<!-- generated: NAME -->`` and ``<!-- end -->``.

``python scripts/docs.py`` writes them; ``python scripts/docs.py --check`` only says which are out of date (exit 1).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import contract_rows

from clipsight.cli.main import COMMANDS, cli
from clipsight.errors import AnalysisError, BadSetting, ClipsightError, SourceError, by_code
from clipsight.formats.registry import all_formats
from clipsight.schema.result import json_schema

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def command_help() -> str:
    parts: list[str] = []
    root = click.Context(cli, info_name="clipsight", terminal_width=100)
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=root, terminal_width=100)
        parts.append(f"## clipsight {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def error_table() -> str:
    rows = ["| code | retry helps | message |", "| --- | --- | --- |"]
    for code, error in sorted(by_code().items()):
        if _is_reported(error):
            rows.append(f"| `{code}` | {'yes' if error.retryable else 'no'} | {error.message} |")
    return "\n".join(rows) + "\n"


def link_failures() -> str:
    rows = ["| code | passes by itself | what it says, and what helps |", "| --- | --- | --- |"]
    rows += [
        f"| `{code}` | {'perhaps' if error.retryable else 'no'} | {error.message} |"
        for code, error in sorted(by_code().items())
        if issubclass(error, SourceError) and _is_reported(error)
    ]
    return "\n".join(rows) + "\n"


def _is_reported(error: type[ClipsightError]) -> bool:
    """Whether the class itself is ever raised, rather than only the kinds under it."""
    return error in (AnalysisError, BadSetting) or not error.__subclasses__()


def format_table() -> str:
    rows = ["| slug | category | what it gives |", "| --- | --- | --- |"]
    rows += [f"| `{f.slug}` | {f.category} | {f.description} |" for f in sorted(all_formats(), key=lambda f: f.slug)]
    return "\n".join(rows) + "\n"


def document_keys() -> str:
    """One table for each part of the document."""
    schema = json_schema()
    parts = {"document": schema, **schema["$defs"]}
    pages: list[str] = []
    for name, part in parts.items():
        if "properties" not in part:
            continue
        pages.append(
            f"## {name}\n\n{part.get('description', '').strip().splitlines()[0] if part.get('description') else ''}\n"
        )
        rows = ["| key | type | meaning |", "| --- | --- | --- |"]
        for key, value in part["properties"].items():
            rows.append(f"| `{key}` | {_type(value)} | {value.get('description', '')} |")
        pages.append("\n".join(rows) + "\n")
    return "\n".join(pages)


def _type(value: dict[str, Any]) -> str:
    if "$ref" in value:
        return str(value["$ref"]).rsplit("/", 1)[-1]
    if "const" in value:
        return f'`"{value["const"]}"`'
    if "enum" in value:
        return " \\| ".join(f"`{option}`" for option in value["enum"])
    if "anyOf" in value:
        return " \\| ".join(_type(option) for option in value["anyOf"])
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}" if "items" in value else f"{value.get('maxItems')} numbers"
    return str(value.get("type", "any"))


GENERATORS: dict[str, Callable[[], str]] = {
    "command-help": command_help,
    "error-table": error_table,
    "link-failures": link_failures,
    "format-table": format_table,
    "document-keys": document_keys,
    "contract-rows": contract_rows.table,
}


def renewed(text: str) -> str:
    """The page with every generated block written again."""

    def fill(block: re.Match[str]) -> str:
        return f"{block[1]}{GENERATORS[block['name']]()}{block[3]}"

    return BLOCK.sub(fill, text)


def main() -> int:
    stale: list[str] = []
    for page in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        text = page.read_text(encoding="utf-8")
        fresh = renewed(text)
        if fresh != text:
            stale.append(str(page.relative_to(ROOT)))
            if "--check" not in sys.argv:
                page.write_text(fresh, encoding="utf-8")
    if "--check" in sys.argv and stale:
        sys.stdout.write("out of date, run `make docs`: " + ", ".join(stale) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
