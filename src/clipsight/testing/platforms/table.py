"""The table of all scenarios for the documentation: ``python -m clipsight.testing.platforms.table``."""

from __future__ import annotations

import sys
from pathlib import Path

from clipsight.errors import by_code
from clipsight.testing.platforms.scenarios import SCENARIOS, SUCCESS, Scenario

PAGE = Path("docs/platforms.md")
NAMES = {"tiktok": "TikTok", "instagram": "Instagram", "youtube": "YouTube"}

HEAD = """# What the platforms do, and what clipsight answers

<!-- Written by `python -m clipsight.testing.platforms.table`; do not edit. -->

Each row is a test: the unpatched extractors of the pinned yt-dlp, in their child process behind the egress guard, meet a
simulated platform on loopback (`clipsight.testing.platforms`) that behaves as the row says. The real platforms change
without notice and are never contacted by the tests, so the table says how clipsight reads an answer, not what a platform
will answer tomorrow. Codes marked with ↻ may go away by themselves: a later try can succeed.
"""


def markdown() -> str:
    """The whole page."""
    parts = [HEAD, f"{len(SCENARIOS)} scenarios.\n"]
    for platform, name in NAMES.items():
        rows = [_row(scenario) for scenario in SCENARIOS if scenario.platform == platform]
        parts.append(
            "\n".join([f"## {name}", "", "| scenario | the platform | outcome |", "| --- | --- | --- |", *rows, ""])
        )
    return "\n".join(parts)


def _row(scenario: Scenario) -> str:
    name = scenario.name.removeprefix(f"{scenario.platform}-")
    origin = scenario.origin.replace("|", "\\|")
    return f"| {name} | {origin} | {_outcome(scenario.expected)} |"


def _outcome(expected: str) -> str:
    if expected == SUCCESS:
        return "the video"
    return f"`{expected}`" + (" ↻" if by_code()[expected].retryable else "")


def main(target: Path = PAGE) -> None:
    """Writes the page, from the root of the repository."""
    target.write_text(markdown(), encoding="utf-8")
    sys.stdout.write(f"{target}: {len(SCENARIOS)} scenarios\n")


if __name__ == "__main__":
    main()
