"""The page about quality and cost, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import accuracy
import costs
import fetch_overhead
from clipset import Group
from clipsight.testing.truth import Truth
from comparison import Comparison
from cost import Measured
from faces import FaceScore
from lettering import PACKAGES
from library import Rendered
from measure import Cost, Job, Spread
from quality import Looked, pooled
from tables import table

INTRODUCTION = """\
# Benchmarks

Written by the command below; do not edit. Wall-clock figures of a busy machine are worth little: see its load before the
run. CPU seconds are user and system time of all processes that take part.
"""

PARTIAL = """\
**This is part of a run**, not the whole: what was left out is missing below.
"""

SETS = """\
Clips are recipes in `bench/`, rendered when they are needed, so that what is true of them is known by construction. The
*tuning* set may be looked at by whoever changes a threshold: its figures flatter. The *held-out* set (`bench/heldout.py`,
`bench/footage.py`) has other typefaces, footage, picture sizes and rates, codecs, sentences and music; its figures are the
ones to quote. All clips are synthetic, and so are the voices: read the figures as comparisons under the same conditions,
not as what a given video will get. Faces are real (Labeled Faces in the Wild, half of them in either set), laid into
photographs. The conventions of the scores are named in `src/clipsight/testing/scores.py` and in `bench/pooling.py`.
"""


@dataclass(slots=True)
class Sample:
    """The bundled sample: decoding alone and jobs in turn, and what happens before a warm job."""

    truth: Truth
    floors: list[Cost] = field(default_factory=list[Cost])
    jobs: list[Job] = field(default_factory=list[Job])
    starts: dict[str, Spread] = field(default_factory=dict[str, Spread])


@dataclass(slots=True)
class Report:
    """All that a run measured; what it left out is empty or None."""

    machine: Sequence[tuple[str, str]]
    partial: bool = False
    sample: Sample | None = None
    looked: list[Looked] = field(default_factory=list[Looked])
    not_rendered: list[Rendered] = field(default_factory=list[Rendered])
    missing_faces: Sequence[str] = ()
    faces: dict[Group, FaceScore] = field(default_factory=dict["Group", FaceScore])
    no_faces: str = ""  # why they were not measured
    codecs: list[Measured] = field(default_factory=list[Measured])
    long: Measured | None = None
    comparisons: dict[str, Comparison] = field(default_factory=dict[str, Comparison])
    fetching: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])


def page(report: Report) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    if report.partial:
        parts.append(PARTIAL)
    parts += ["## Where\n", table(("", ""), report.machine)]
    parts += ["## Against the targets\n", table(_TARGET_HEAD, _targets(report))]
    if report.looked:
        parts += ["## Quality\n", SETS, *accuracy.sections(report.looked)]
    if report.comparisons:
        parts += ["## Beside other tools\n", *costs.comparisons(report.comparisons)]
    if report.codecs:
        parts += ["## Cost\n", *costs.sections(report.codecs, report.long)]
    if report.fetching:
        parts += ["## Fetching a link\n", *fetch_overhead.section(report.fetching)]
    if report.sample is not None:
        sample = report.sample
        parts += ["## The bundled sample\n", *costs.sample(sample.truth, sample.floors, sample.jobs, sample.starts)]
    parts += ["## Not measured\n", _not_measured(report)]
    return "\n".join(parts)


_TARGET_HEAD = ("figure", "target", "hard bar", "held out", "tuning set")


def _targets(report: Report) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    rows += costs.targets(report.codecs, report.long, report.comparisons)
    if report.looked:
        rows += accuracy.targets(pooled(report.looked, "held out"), pooled(report.looked, "tuning"))
        rows += accuracy.face_targets(report.faces.get("held out"), report.faces.get("tuning"))
    return rows


def _not_measured(report: Report) -> str:
    lines = [f"faces: {report.no_faces}"] if report.no_faces else []
    lines += [f"{item.clip.name}: {item.why_not}" for item in report.not_rendered]
    lines += [f"{item.clip.name}: {item.failure}" for item in report.looked if item.failure]
    lines += [f"{measured.name}: {measured.failure}" for measured in report.codecs if measured.failure]
    if report.long is not None and report.long.failure:
        lines.append(f"{report.long.name}: {report.long.failure}")
    if report.missing_faces:
        lines.append(f"typefaces {', '.join(report.missing_faces)}: Pillow's own stood in (apt-get install {PACKAGES})")
    lines += _missing_peers(report.comparisons)
    return "".join(f"- {line}\n" for line in dict.fromkeys(lines))


def _missing_peers(comparisons: Mapping[str, Comparison]) -> list[str]:
    return [f"{side.tool}: {side.why_not}" for found in comparisons.values() for side in found.sides if side.why_not]
