"""``make bench``: how right the account is and what it costs, beside other tools, in one run.

Prints the page and writes it to ``docs/benchmarks.md``. Clips are rendered once and kept under ``build/bench``; other tools
are measured when ``bench/peers.sh`` has installed them.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import comparison
import cost
import fetch_overhead
from clipset import all_clips
from clipsight.pipeline.perceiver import Perceiver
from clipsight.testing.sample import SAMPLE, load_truth
from faces import score_faces
from lettering import missing_faces
from library import Rendered, rendered
from machine import machine
from measure import Spread, command_line, decode_only, start, whole_job
from page import Report, Sample, page
from photographs import NoPhotographs, Photographs
from quality import look_at
from realclips import real_clips
from voices import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
PARTS = ("sample", "quality", "cost", "peers", "fetch")
STARTED = time.monotonic()


def main() -> None:
    arguments = _arguments()
    os.environ.setdefault("SVT_LOG", "1")  # the encoder of AV1 tells its settings otherwise
    wanted: set[str] = set(arguments.only or PARTS)
    given = [
        "DIR" if before == "--clips" else each for before, each in pairwise(sys.argv)
    ]  # a page names no machine's folder
    asked = f"make bench ARGS='{shlex.join(given)}'" if given else "make bench"
    where = [("date", arguments.date), ("command", f"`{asked}`"), *machine()]
    report = Report(where, partial=arguments.quick or wanted != set(PARTS), missing_faces=missing_faces())
    clips = _clips(arguments, wanted)
    report.not_rendered = [clip for clip in clips.values() if clip.path is None]
    if arguments.render:
        return
    if "fetch" in wanted:
        say("fetching: guard, child, yt-dlp")
        report.fetching = fetch_overhead.measured(arguments.repeats)
    if wanted != {"fetch"}:
        _looking(report, clips, wanted, arguments)
    text = page(report)
    print(text)
    if not arguments.dry:
        PAGE.write_text(text, encoding="utf-8")
        say(f"written to {PAGE}")


def _looking(report: Report, clips: dict[str, Rendered], wanted: set[str], arguments: argparse.Namespace) -> None:
    """All parts that look at clips."""
    with Perceiver() as perceiver:
        say("starting the perception process")
        loading = start(perceiver)
        say("one run to warm up")
        whole_job(SAMPLE, perceiver, "recipe")
        if "sample" in wanted:
            report.sample = _sample(perceiver, loading, arguments.repeats)
        if "cost" in wanted:
            _cost(report, clips["dense"], perceiver, arguments)
        if "quality" in wanted or "peers" in wanted:
            report.looked = look_at(list(clips.values()), perceiver, say)
    if "quality" in wanted:
        _faces(report)
    if "cost" in wanted and not arguments.quick:
        say("cost: the longest clip")
        path, truth = clips["dense"].path, clips["dense"].truth
        assert path is not None
        assert truth is not None
        report.long = cost.long_clip(path, truth.duration.seconds)
    if "peers" in wanted:
        _peers(report, clips, arguments.quick)


def _clips(arguments: argparse.Namespace, wanted: set[str]) -> dict[str, Rendered]:
    """The clips of the run by name; those for cost and for the peers are always among them."""
    kept = [clip for clip in all_clips() if clip.quick or not arguments.quick]
    if arguments.clip:
        kept = [clip for clip in all_clips() if clip.name in arguments.clip or (clip.name == "dense" and "cost" in wanted)]
    if wanted <= {"sample", "cost", "fetch"}:
        kept = [clip for clip in kept if clip.name == "dense"] if "cost" in wanted else []
    say(f"rendering what is not there yet of {len(kept)} clips")
    clips = {item.clip.name: item for item in rendered(kept)}
    if arguments.clips is not None:
        clips |= {item.clip.name: item for item in real_clips(arguments.clips)}
    return clips


def _sample(perceiver: Perceiver, loading: float, repeats: int) -> Sample:
    sample = Sample(load_truth())
    for number in range(repeats):
        sample.floors.append(decode_only(SAMPLE))
        sample.jobs.append(whole_job(SAMPLE, perceiver, "recipe"))
        say(f"sample, run {number + 1}: {sample.jobs[-1].cost.wall:.1f} s")
    sample.starts = {
        "models loaded": Spread.of([loading]),
        "`clipsight analyze`, from nothing": Spread.of([command_line(SAMPLE)]),
    }
    return sample


def _cost(report: Report, dense: Rendered, perceiver: Perceiver, arguments: argparse.Namespace) -> None:
    assert dense.path is not None
    assert dense.truth is not None
    say("cost: H.264, both profiles")
    report.codecs = cost.plain(dense.path, dense.truth, perceiver, arguments.repeats)
    if not arguments.quick:
        report.codecs += cost.other_codecs(dense.path, dense.truth, perceiver, arguments.repeats, say)


def _faces(report: Report) -> None:
    say("faces in photographs")
    try:
        photographs = Photographs.load()
    except NoPhotographs as missing:
        report.no_faces = str(missing)
        return
    report.faces = {
        "held out": score_faces(photographs, held_out=True),
        "tuning": score_faces(photographs, held_out=False),
    }


def _peers(report: Report, clips: dict[str, Rendered], quick: bool) -> None:
    ours = {item.clip.name: item for item in report.looked}
    plans: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
        ("whole", comparison.WHOLE_CLIPS, ("naive",)),
        ("shots", comparison.SHOT_CLIPS, comparison.SHOT_PEERS),
    ]
    if not quick:
        plans.insert(1, ("text", comparison.TEXT_CLIPS, comparison.TEXT_PEERS))
    for kind, names, tools in plans:
        found = comparison.compare(names, tools, clips, ours, say)
        if found.clips:
            report.comparisons[kind] = found


def say(text: str) -> None:
    print(f"{time.monotonic() - STARTED:6.0f} s  {text}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="fewer clips, one codec, no long clip, fewer peers, one run of each"
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be given several times")
    parser.add_argument(
        "--clip", action="append", metavar="NAME", help="only this clip of the sets; may be given several times"
    )
    parser.add_argument("--clips", type=Path, metavar="DIR", help="also measure real clips: a folder with a truth.json")
    parser.add_argument("--repeats", type=int, help="runs of each kind where medians are shown; 3, or 1 with --quick")
    parser.add_argument("--date", default=datetime.now(UTC).strftime("%Y-%m-%d"), help="as the page shows it; today")
    parser.add_argument("--render", action="store_true", help="only render the clips, so that a later run need not")
    parser.add_argument("--dry", action="store_true", help="print only, leave docs/benchmarks.md as it is")
    arguments = parser.parse_args()
    if arguments.repeats is None:
        arguments.repeats = 1 if arguments.quick else 3
    return arguments


if __name__ == "__main__":
    main()
