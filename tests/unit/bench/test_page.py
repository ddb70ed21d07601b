"""The page: every section from a made-up report, and honesty about what was not measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clipset import BenchClip
from clipsight.testing.clips import ClipRecipe
from clipsight.testing.scores import Detection
from clipsight.testing.truth import SentenceTruth, TextTruth, Truth, WordTruth
from clipsight.timeline import Instant, Span
from comparison import OURS, Comparison, Side
from cost import FAST, Measured
from faces import FaceScore
from library import Rendered
from measure import Cost, Job, Spread
from page import Report, Sample, page
from quality import Looked
from tables import share, spread, table

Wire = Callable[..., dict[str, Any]]


def recipe() -> ClipRecipe:
    raise AssertionError("nothing is rendered here")


@pytest.fixture
def truth() -> Truth:
    return Truth(
        width=360,
        height=640,
        duration=Instant.from_seconds(10),
        fps=30,
        texts=(TextTruth("hello world", Span.from_seconds(1, 3), (0, 0, 1, 1)),),
        sentences=(SentenceTruth("hi", Span.from_seconds(0, 9), (WordTruth("hi", Span.from_seconds(1, 2)),)),),
        cuts=(Instant.from_seconds(2),),
    )


@pytest.fixture
def report(wire: Wire, truth: Truth) -> Report:
    document = wire(texts=[("hello world", 1, 3, 0.9)], cuts=[(2, 0.9)], words=[("hi", 1.02, 0.9)])
    everything = frozenset(("shots", "text", "captions", "words", "sound"))
    clips = [
        BenchClip("one", True, everything, recipe, "clean"),
        BenchClip("two", False, everything, recipe, "5 dB"),
        BenchClip("three", True, frozenset(("no text", "no words", "language")), recipe),
    ]
    job, floor = Job(Cost(5, 9, 700_000_000), document), Cost(2, 4)
    ours, naive = Side(OURS), Side("naive", stages={"OCR": 12.0})
    for side, wall in ((ours, 5.0), (naive, 35.0)):
        side.costs.append(Cost(wall, wall * 2, 0))
        side.seconds = 10
        side.texts.add(document, truth)
        side.shots.add(document, truth)
    return Report(
        machine=[("processor", "one | two")],
        sample=Sample(truth, [floor], [job], {"models loaded": Spread(2, 2, 2)}),
        looked=[Looked(clip, truth, document) for clip in clips],
        codecs=[
            Measured("H.264", 10, [job], [floor], truth=truth),
            Measured(FAST, 10, [Job(Cost(2, 5), wire())], [floor], truth=truth),
            Measured("AV1", 10, failure="stage x failed"),
        ],
        long=Measured("60 s", 60, [job], [floor]),
        comparisons={"whole": Comparison(("one",), [ours, naive])},
        faces={"held out": FaceScore(Detection(45, 50, 46), 100, 1)},
        no_faces="no wheel",
    )


def cells(text: str, start: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {start} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_targets_stand_beside_what_was_measured(report: Report) -> None:
    text = page(report)
    assert cells(text, "text: lines found")[1:] == ["≥ 95 %", "92 %", "100.0 % (n = 1)", "100.0 % (n = 1)"]
    assert cells(text, "words wrong, clean")[3:] == ["0.0 % (n = 1)", "not measured"]
    assert cells(text, "words wrong, music 5 dB below")[3:] == ["not measured", "0.0 % (n = 1)"]
    assert cells(text, "whole job, seconds per second of video")[4] == "0.50"
    assert cells(text, "the same in the `fast` profile")[4] == "0.20, 0 of 1 lines"
    assert cells(text, "H.264")[-1] == "1 of 1 lines"
    assert cells(text, "CPU seconds against decoding alone, H.264")[4] == "2.25"
    assert cells(text, "against the naive pipeline, both sets")[4] == "7.0x, 1 lines against 1 of 1"
    assert cells(text, "peak memory of a worker, 60 s clip")[4] == "0.70 GB"
    assert cells(text, "text: false rows per minute")[3] == "6.0 (in 10 s)"
    assert cells(text, "faces found")[3:] == ["90.0 % (n = 50)", "not measured"]
    assert cells(text, "faces seen where there is none, per 100 pictures")[3] == "1.0 (n = 100)"


def test_every_table_is_whole(report: Report) -> None:
    width = 0
    for line in page(report).splitlines():
        bars = line.replace("\\|", "").count("|")
        if not line.startswith("|"):
            width = 0
            continue
        width = width or bars
        assert bars == width, line


def test_what_was_not_measured_is_named(report: Report, truth: Truth) -> None:
    clip = report.looked[0].clip
    report.not_rendered = [Rendered(replace(clip, name="speech-x"), None, None, "apt-get install flite")]
    report.looked = [Looked(replace(clip, name="broken"), truth, None, "undecodable")]
    report.missing_faces = ["Lato Black"]
    report.comparisons = {"shots": Comparison((), [Side(OURS), Side("scenedetect-content", why_not="run bench/peers.sh")])}
    text = page(report).partition("## Not measured")[2]
    for part in ("faces", "speech-x: apt-get install flite", "broken: undecodable", "Lato Black", "AV1: stage x failed"):
        assert part in text
    assert "scenedetect-content: run bench/peers.sh" in text
    assert "not measured: run bench/peers.sh" in page(report)


def test_a_part_of_a_run_says_so_and_an_empty_one_can_be_shown() -> None:
    text = page(Report(machine=[], partial=True))
    assert "part of a run" in text
    assert "## Cost" not in text


def test_cells_are_kept_apart() -> None:
    assert table(("a",), [("x | y\nz",)]).splitlines()[2] == "| x \\| y z |"
    with pytest.raises(ValueError, match="2 cells"):
        table(("a",), [("x", "y")])
    assert (share(0.9545), spread(Spread(1, 1, 1)), spread(Spread(2, 1, 3))) == ("95.5 %", "1.00", "2.00 (1.00 to 3.00)")


def test_real_recordings_stand_apart(report: Report, wire: Wire, truth: Truth) -> None:
    clip = replace(report.looked[0].clip, name="real: x", measures=frozenset(("cuts", "words")), real=True)
    document = wire(cuts=[(2, 0.9), (7, 0.9)])
    document["evidence"]["shots"].append({"start": 8, "transition": "fade", "transition_seconds": 0.5, "confidence": 0.5})
    report.looked.append(Looked(clip, truth, document))
    text = page(report)
    assert cells(text, "shots: F1, cuts and gradual")[3] == "1.00 (n = 1)"
    assert cells(text, "real")[1:3] == ["0", "not measured"]  # no text is known of it
    assert any(row.startswith("| real | 1 | 0.67 of 1") for row in text.splitlines())
