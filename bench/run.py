"""``make bench``: what one job costs on the bundled sample, beside the cost of decoding alone in the same run.

Prints the page and writes it to ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from clipsight.pipeline.perceiver import Perceiver
from clipsight.testing.sample import SAMPLE, load_truth
from machine import machine
from measure import Cost, Job, Spread, command_line, decode_only, start, whole_job
from page import page

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    arguments = _arguments()
    where = machine()
    floors: list[Cost] = []
    jobs: list[Job] = []
    say("starting the perception process")
    with Perceiver() as perceiver:
        loading = start(perceiver)
        say("one run to warm up")
        whole_job(SAMPLE, perceiver, "recipe")
        for number in range(arguments.repeats):
            floors.append(decode_only(SAMPLE))
            jobs.append(whole_job(SAMPLE, perceiver, "recipe"))
            say(f"run {number + 1}: {jobs[-1].cost.wall:.1f} s, decoding alone {floors[-1].wall:.1f} s")
    say("the command line, from nothing")
    cold = Spread.of([command_line(SAMPLE) for _ in range(arguments.repeats)])
    text = page(
        machine=[("date", datetime.now(UTC).strftime("%Y-%m-%d")), *where],
        floors=floors,
        jobs=jobs,
        starts={"models loaded": Spread.of([loading]), "`clipsight analyze`, cold": cold},
        truth=load_truth(),
    )
    print(text)
    if not arguments.dry:
        PAGE.write_text(text, encoding="utf-8")
        say(f"written to {PAGE}")


def say(text: str) -> None:
    print(text, file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--repeats", type=int, default=3, help="runs of each kind; the page shows median, lowest and highest"
    )
    parser.add_argument("--dry", action="store_true", help="print only, leave docs/benchmarks.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    main()
