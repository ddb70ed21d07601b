"""The part of the page about what an account costs, beside decoding alone and beside other tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clipsight.testing.scores import score_shots, score_sounds, score_texts, score_words
from clipsight.testing.truth import Truth
from comparison import OURS, Comparison, Side
from cost import FAST, Measured
from measure import Cost, Job, Spread
from peers import LABELS
from tables import NOT_MEASURED, seconds, share, spread, table

Row = tuple[str, ...]

COST = """\
The clip `dense` of the tuning set, 30 s of 1080x1920 full of text with speech over music, everything on, models loaded.
Decoding alone (PyAV, every picture, two threads, nothing done with it) takes turns with the jobs: it is the floor that no
analysis of all pictures can go below. Medians, with the lowest and highest in brackets where there is more than one run.
Memory is the most that the perception process held until then; the longest clip has a process of its own.
"""
STAGES = """\
Busy seconds of each stage on the wall, on the same clip. Stages overlap, so they add up to more than the whole; a stage
that waits for a processor counts the waiting too.
"""
PEERS = """\
Each tool ran on the same clips in the same run, in a process of its own, models loaded before its clock starts. Tools that
read single pictures get the obvious rows: the same line in successive pictures is one row until a picture lacks it.
"""
SAMPLE = """\
The clip behind `make demo`, rendered by a recipe. It was looked at during development: its figures guard against getting
worse, no more. What clipsight says about it, and when:

![A filmstrip of the sample, and under it one lane for each kind of evidence](images/timeline.png)
"""


def targets(codecs: Sequence[Measured], long: Measured | None, comparisons: Mapping[str, Comparison]) -> list[Row]:
    """Figure, target, hard bar, held out, tuning set; cost is measured on a tuning clip."""
    rows: list[Row] = []
    by_name = {measured.name: measured for measured in codecs if measured.jobs}
    plain = by_name.get("H.264")
    if plain is not None:
        rows.append(
            ("whole job, seconds per second of video", "≤ 0.25", "0.33", "", spread(_wall(plain).per(plain.seconds)))
        )
    fast = by_name.get(FAST)
    if fast is not None:
        found = f"{spread(_wall(fast).per(fast.seconds))}, {_found(fast)}"
        rows.append(("the same in the `fast` profile", "≤ 0.20", "", "", found))
    for name, target in (("H.264", "≤ 2.0"), ("HEVC", "≤ 2.6"), ("VP9", "≤ 2.6"), ("AV1", "≤ 2.6")):
        if name in by_name:
            rows.append(
                (f"CPU seconds against decoding alone, {name}", target, "2.5", "", f"{_cpu_ratio(by_name[name]):.2f}")
            )
    if "whole" in comparisons:
        rows += _against_naive(comparisons["whole"])
    if long is not None and long.jobs:
        rows.append((f"peak memory of a worker, {long.name} clip", "≤ 0.9 GB", "1.2 GB", "", _gigabytes(long.jobs)))
    return rows


def _against_naive(comparison: Comparison) -> list[Row]:
    sides = {side.tool: side for side in comparison.sides}
    ours, naive = sides[OURS], sides.get("naive")
    if naive is None or naive.why_not or not naive.costs or not ours.costs:
        return [("against the naive pipeline", "≥ 6x faster", "4x", "", NOT_MEASURED)]
    found = f"{ours.texts.lines.matched} lines against {naive.texts.lines.matched} of {ours.texts.lines.expected}"
    return [("against the naive pipeline, both sets", "≥ 6x faster", "4x", "", f"{naive.wall / ours.wall:.1f}x, {found}")]


def sections(codecs: Sequence[Measured], long: Measured | None) -> list[str]:
    """Codecs and the long clip beside the floor, then where the time goes."""
    clips = [*codecs, *([long] if long is not None else [])]
    parts = [
        COST,
        table(
            (
                "clip",
                "runs",
                "wall s per s",
                "decoding alone",
                "ratio",
                "CPU s per s",
                "decoding alone",
                "ratio",
                "peak memory",
                "text",
            ),
            [_cost_row(measured) for measured in clips if measured.jobs],
        ),
    ]
    plain = next((measured for measured in codecs if measured.jobs), None)
    if plain is not None:
        parts += ["### Where the time goes\n", STAGES]
        parts.append(table(("stage", "seconds", "per second of video"), _stages(plain.jobs, plain.seconds)))
    return parts


def _cost_row(measured: Measured) -> Row:
    wall, cpu = _wall(measured), Spread.of([job.cost.cpu for job in measured.jobs])
    floor_wall = Spread.of([cost.wall for cost in measured.floors])
    floor_cpu = Spread.of([cost.cpu for cost in measured.floors])
    return (
        measured.name,
        str(len(measured.jobs)),
        spread(wall.per(measured.seconds)),
        spread(floor_wall.per(measured.seconds)),
        f"{wall.median / floor_wall.median:.2f}",
        spread(cpu.per(measured.seconds)),
        spread(floor_cpu.per(measured.seconds)),
        f"{cpu.median / floor_cpu.median:.2f}",
        _gigabytes(measured.jobs),
        _found(measured),
    )


def _found(measured: Measured) -> str:
    """How many lines of text the last job found."""
    if measured.truth is None:
        return ""
    lines = score_texts(measured.jobs[-1].document, measured.truth).lines
    return f"{lines.matched} of {lines.expected} lines"


def _wall(measured: Measured) -> Spread:
    return Spread.of([job.cost.wall for job in measured.jobs])


def _cpu_ratio(measured: Measured) -> float:
    jobs = Spread.of([job.cost.cpu for job in measured.jobs])
    return jobs.median / Spread.of([cost.cpu for cost in measured.floors]).median


def _gigabytes(jobs: Sequence[Job]) -> str:
    return f"{max(job.cost.memory for job in jobs) / 1e9:.2f} GB"


def _stages(jobs: Sequence[Job], length: float) -> list[Row]:
    names = list(jobs[0].document["usage"]["seconds"])
    spreads = {name: Spread.of([job.document["usage"]["seconds"].get(name, 0.0) for job in jobs]) for name in names}
    return [(name, spread(found), f"{found.median / length:.3f}") for name, found in spreads.items()]


def comparisons(found: Mapping[str, Comparison]) -> list[str]:
    """One table per kind of tool; clipsight first."""
    parts = [PEERS]
    for kind, title, head, row in (
        ("whole", "The whole job", _WHOLE_HEAD, _whole_row),
        ("text", "Readers of text", _TEXT_HEAD, _text_row),
        ("shots", "Detectors of shots", _SHOT_HEAD, _shot_row),
    ):
        comparison = found.get(kind)
        if comparison is None:
            continue
        parts += [f"### {title}\n", f"On {', '.join(comparison.clips)}.\n"]
        blank = ("",) * (len(head) - 2)
        rows = [
            (_label(side), f"{NOT_MEASURED}: {side.why_not}", *blank) if side.why_not else row(side)
            for side in comparison.sides
        ]
        parts.append(table(head, rows))
        parts += [_naive_stages(side) for side in comparison.sides if side.stages]
    return parts


_WHOLE_HEAD = (
    "tool",
    "wall s per s",
    "CPU s per s",
    "lines",
    "rows per line",
    "character errors",
    "words wrong",
    "shots, F1",
)
_TEXT_HEAD = (
    "tool",
    "wall s per s",
    "CPU s per s",
    "lines",
    "precision",
    "rows per line",
    "character errors",
    "start p90",
    "end p90",
)
_SHOT_HEAD = ("tool", "wall s per s", "CPU s per s", "cuts, F1", "gradual, F1", "both, F1")


def _whole_row(side: Side) -> Row:
    texts, words = side.texts, side.words
    wrong = share(words.error_rate) if words.expected else NOT_MEASURED
    return (
        *_prices(side),
        _lines(side),
        f"{texts.per_text:.2f}",
        share(texts.character_error_rate),
        wrong,
        f"{side.shots.both.f1:.2f}",
    )


def _text_row(side: Side) -> Row:
    texts = side.texts
    return (
        *_prices(side),
        _lines(side),
        share(texts.lines.precision),
        f"{texts.per_text:.2f}",
        share(texts.character_error_rate),
        seconds(texts.start_error),
        seconds(texts.end_error),
    )


def _shot_row(side: Side) -> Row:
    shots = side.shots
    return (
        *_prices(side),
        *(f"{counts.f1:.2f} of {counts.expected}" for counts in (shots.cuts, shots.gradual, shots.both)),
    )


def _prices(side: Side) -> Row:
    if not side.costs:
        return (_label(side), NOT_MEASURED, NOT_MEASURED)
    note = " (whole job)" if side.tool == OURS else ""
    return (_label(side) + note, f"{side.wall / side.seconds:.2f}", f"{side.cpu / side.seconds:.2f}")


def _label(side: Side) -> str:
    return LABELS.get(side.tool, side.tool)


def _lines(side: Side) -> str:
    return f"{side.texts.lines.matched} of {side.texts.lines.expected}"


def _naive_stages(side: Side) -> str:
    laps = ", ".join(f"{name} {lap:.1f}" for name, lap in side.stages.items())
    return f"Seconds of the stages of {_label(side).partition(':')[0]}: {laps}.\n"


def sample(truth: Truth, floors: Sequence[Cost], jobs: Sequence[Job], starts: Mapping[str, Spread]) -> list[str]:
    """The bundled sample: what it costs, what happens before a warm job, how right it is."""
    measured = Measured("sample", truth.duration.seconds, list(jobs), list(floors))
    wall, cpu = _wall(measured).per(measured.seconds), Spread.of([job.cost.cpu for job in jobs]).per(measured.seconds)
    before = [(name, f"{spread(found, 1)} s") for name, found in starts.items()]
    costs = [
        ("wall seconds per second of video", spread(wall)),
        ("CPU seconds per second of video", spread(cpu)),
        ("CPU seconds against decoding alone", f"{_cpu_ratio(measured):.2f}"),
    ]
    return [SAMPLE, table(("", "value"), [*costs, *before, *_rightness(jobs[-1].document, truth)])]


def _rightness(document: Mapping[str, Any], truth: Truth) -> list[Row]:
    shots, texts = score_shots(document, truth), score_texts(document, truth)
    words, sounds = score_words(document, truth), score_sounds(document, truth)
    return [
        ("cuts, F1", f"{shots.cuts.f1:.2f} ({shots.cuts.matched} of {shots.cuts.expected})"),
        ("dissolves and fades, F1", f"{shots.gradual.f1:.2f} ({shots.gradual.matched} of {shots.gradual.expected})"),
        ("lines of text", f"{texts.lines.matched} of {texts.lines.expected}, {texts.duplicates} duplicates"),
        ("character error rate", share(texts.character_error_rate)),
        ("text start and end, 90th percentile", f"{seconds(texts.start_error())}, {seconds(texts.end_error())}"),
        ("words wrong", f"{share(words.word_error_rate)} of {words.expected}"),
        ("word start, median", seconds(words.median_start_error)),
        ("kind of sound named exactly", f"{share(sounds.same, 0)} of the time"),
    ]
