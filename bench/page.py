"""The page about speed and accuracy on the sample, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clipsight.testing.scores import score_shots, score_sounds, score_texts, score_words
from clipsight.testing.truth import Truth
from measure import Cost, Job, Spread

INTRODUCTION = """\
# Benchmarks

Written by `make bench`; do not edit. Everything is measured on the bundled sample ({size}, {seconds:.1f} s,
{fps:.0f} pictures per second, H.264) with warm models unless said otherwise. Decoding alone (PyAV, every picture, two
threads, nothing done with it) is measured between the jobs of the same run: it is the floor that no analysis of all
pictures can go below. Figures are the median, with the lowest and highest of {repeats} runs in brackets.
"""

STAGES = """\
Busy seconds of each stage on the wall. Stages overlap, so they add up to more than the whole; a stage that waits for
a processor counts the waiting too.
"""

ACCURACY = """\
One synthetic clip with a synthetic voice: these figures guard against getting worse. They do not say how well other clips
are understood. The conventions are named in `clipsight/testing/scores.py`.
"""


def page(
    machine: Sequence[tuple[str, str]],
    floors: Sequence[Cost],
    jobs: Sequence[Job],
    starts: Mapping[str, Spread],
    truth: Truth,
) -> str:
    """The whole page.

    Args:
        machine: name and value, in order.
        floors: decoding alone, one per run.
        jobs: the analyses.
        starts: seconds on the wall of what happens before a warm job.
        truth: of the sample.
    """
    seconds = truth.duration.seconds
    size = f"{truth.width}x{truth.height}"
    parts = [
        INTRODUCTION.format(size=size, seconds=seconds, fps=truth.fps or 0, repeats=len(jobs)),
        "## Where\n",
        _table(("", ""), machine),
        "## One job\n",
        _table(("", "whole job", "decoding alone", "ratio"), _costs(floors, jobs, seconds)),
        _table(("before a job", "seconds"), [(name, _spread(spread, 1)) for name, spread in starts.items()]),
        "## By stage\n",
        STAGES,
        _table(("stage", "seconds", "per second of video"), _stages(jobs, seconds)),
        "## Accuracy on the sample\n",
        ACCURACY,
        _table(("", "value"), _accuracy(jobs[-1].document, truth)),
    ]
    return "\n".join(parts)


def _costs(floors: Sequence[Cost], jobs: Sequence[Job], seconds: float) -> list[tuple[str, ...]]:
    wall, cpu = Spread.of([job.cost.wall for job in jobs]), Spread.of([job.cost.cpu for job in jobs])
    floor_wall, floor_cpu = Spread.of([cost.wall for cost in floors]), Spread.of([cost.cpu for cost in floors])
    memory = max(job.cost.memory for job in jobs) / 1e6
    return [
        ("wall seconds", _spread(wall, 1), _spread(floor_wall, 1), f"{wall.median / floor_wall.median:.2f}"),
        ("wall seconds per second of video", _spread(wall.per(seconds)), _spread(floor_wall.per(seconds)), ""),
        ("CPU seconds (user and system)", _spread(cpu, 1), _spread(floor_cpu, 1), f"{cpu.median / floor_cpu.median:.2f}"),
        ("CPU seconds per second of video", _spread(cpu.per(seconds)), _spread(floor_cpu.per(seconds)), ""),
        ("peak memory of the perception process", f"{memory:.0f} MB", "", ""),
    ]


def _stages(jobs: Sequence[Job], seconds: float) -> list[tuple[str, ...]]:
    names = list(jobs[0].document["usage"]["seconds"])
    spreads = {name: Spread.of([job.document["usage"]["seconds"].get(name, 0.0) for job in jobs]) for name in names}
    return [(name, _spread(spread), f"{spread.median / seconds:.3f}") for name, spread in spreads.items()]


def _accuracy(document: Mapping[str, Any], truth: Truth) -> list[tuple[str, str]]:
    shots, texts = score_shots(document, truth), score_texts(document, truth)
    words, sounds = score_words(document, truth), score_sounds(document, truth)
    worst = max((abs(error) for error in shots.cut_errors), default=0.0)
    return [
        (
            "cuts, F1",
            f"{shots.cuts.f1:.2f} ({shots.cuts.matched} of {shots.cuts.expected}), worst {worst * 1000:.0f} ms off",
        ),
        ("dissolves and fades, F1", f"{shots.gradual.f1:.2f} ({shots.gradual.matched} of {shots.gradual.expected})"),
        ("lines of text, recall", f"{texts.lines.recall:.2f} ({texts.lines.matched} of {texts.lines.expected})"),
        ("lines of text, precision", f"{texts.lines.precision:.2f}, {texts.duplicates} duplicates"),
        ("character error rate", f"{texts.character_error_rate:.1%}"),
        ("text start and end, 90th percentile", f"{_seconds(texts.start_error())}, {_seconds(texts.end_error())}"),
        ("word error rate", f"{words.word_error_rate:.1%} of {words.expected} words"),
        ("word start, median", _seconds(words.median_start_error)),
        ("kind of sound, share of time", f"{sounds.same:.2f} (speech F1 {sounds.speech:.2f}, music F1 {sounds.music:.2f})"),
    ]


def _seconds(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f} s"


def _spread(spread: Spread, digits: int = 2) -> str:
    if spread.low == spread.high:
        return f"{spread.median:.{digits}f}"
    return f"{spread.median:.{digits}f} ({spread.low:.{digits}f} to {spread.high:.{digits}f})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
