"""Write the generated parts of the documentation, between ``<!-- generated: NAME -->`` and ``<!-- end -->``.

``python scripts/docs.py`` writes them; ``python scripts/docs.py --check`` only says which are out of date (exit 1).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import click

from clipsight.cli.main import COMMANDS, cli
from clipsight.errors import ClipsightError, by_code
from clipsight.formats.registry import all_formats

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
        if _is_leaf(error):
            rows.append(f"| `{code}` | {'yes' if error.retryable else 'no'} | {error.message} |")
    return "\n".join(rows) + "\n"


def _is_leaf(error: type[ClipsightError]) -> bool:
    return not error.__subclasses__()


def format_table() -> str:
    rows = ["| slug | category | what it gives |", "| --- | --- | --- |"]
    rows += [f"| `{f.slug}` | {f.category} | {f.description} |" for f in sorted(all_formats(), key=lambda f: f.slug)]
    return "\n".join(rows) + "\n"


GENERATORS: dict[str, Callable[[], str]] = {
    "command-help": command_help,
    "error-table": error_table,
    "format-table": format_table,
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
