"""The table of what happened to all scenarios, for the documentation: ``python -m clipsight.testing.platforms.table``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from clipsight.errors import by_code
from clipsight.testing.clips import render
from clipsight.testing.platforms.matrix import CLIP, Played, play_all
from clipsight.testing.platforms.scenarios import SCENARIOS, SUCCESS, Scenario
from clipsight.testing.platforms.world import SimulatedPlatforms

PAGE = Path("docs/platforms.md")
NAMES = {"tiktok": "TikTok", "instagram": "Instagram", "youtube": "YouTube"}
COLUMNS = "| scenario | the platform | outcome | what is said | seconds | bytes |"
MEASURED = 2  # columns at the end that differ from run to run

HEAD = """# What the platforms do, and what clipsight answers

<!-- Written by `python -m clipsight.testing.platforms.table` from a run of all scenarios; do not edit. -->

Each row was played: the unpatched extractors of the pinned yt-dlp, in their child process behind the egress guard, met a
simulated platform on loopback (`clipsight.testing.platforms`) that behaves as the row says; this is what came out. The
tests play the same scenarios and compare code and message with this page. The real platforms change without notice and
are never contacted by the tests, so the table says how clipsight reads an answer, not what a platform will answer
tomorrow. Codes marked with ↻ may go away by themselves: a later try can succeed. Seconds are those of one run, two fetches
at a time, on a machine that may have been busy; bytes are those of the file that was kept.
"""


def markdown(played: Mapping[str, Played]) -> str:
    """The whole page."""
    parts = [HEAD, f"{len(SCENARIOS)} scenarios.\n"]
    for platform, name in NAMES.items():
        rows = [row(scenario, played[scenario.name]) for scenario in SCENARIOS if scenario.platform == platform]
        head = [
            "| scenario | the platform | outcome | what is said | seconds | bytes |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        parts.append("\n".join([f"## {name}", "", *head, *rows, ""]))
    return "\n".join(parts)


def row(scenario: Scenario, played: Played) -> str:
    """One row; its last :data:`MEASURED` columns differ from run to run."""
    name = scenario.name.removeprefix(f"{scenario.platform}-")
    cells = [name, scenario.origin, _outcome(played.code), played.message]
    size = str(played.size) if played.size else ""
    return "| " + " | ".join([*(cell.replace("|", "\\|") for cell in cells), f"{played.seconds:.1f}", size]) + " |"


def steady(text: str) -> str:
    """A row, or a page, without what differs from run to run."""
    return "\n".join(line.rsplit(" | ", MEASURED)[0] if line.startswith("| ") else line for line in text.splitlines())


def _outcome(code: str) -> str:
    if code == SUCCESS:
        return "the video"
    return f"`{code}`" + (" ↻" if by_code()[code].retryable else "")


def main(target: Path = PAGE) -> int:
    """Plays everything and writes the page, from the root of the repository. 1 when something came out otherwise."""
    wrong: list[str] = []

    def told(scenario: Scenario, played: Played) -> None:
        sys.stderr.write(f"{scenario.name}: {played.code}, {played.seconds:.1f} s\n")
        if played.code != scenario.expected:
            wrong.append(f"{scenario.name}: {played.code} instead of {scenario.expected}: {played.reason}")

    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        render(CLIP, clip)
        with SimulatedPlatforms(clip) as world:
            played = play_all(SCENARIOS, world, told)
    target.write_text(markdown(played), encoding="utf-8")
    sys.stdout.write("\n".join([f"{target}: {len(SCENARIOS)} scenarios", *wrong, ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
