"""What the platforms serve, through the whole perception process: codecs, shapes, sizes, rates, several sound tracks."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from clipsight.pipeline.perceiver import Perceived, Perceiver, PerceptionLimits
from clipsight.schema.evidence import Evidence
from clipsight.testing.clips import Backdrop, ClipRecipe, Encoding, Overlay, Shot, render

pytestmark = pytest.mark.xdist_group("perceiver")

CUT, TEXT = 1.2, "Hello there"


def recipe(size: tuple[int, int], **rest: Any) -> ClipRecipe:
    return ClipRecipe((Shot(Backdrop(1), CUT), Shot(Backdrop(2), 1.0)), (Overlay(TEXT, 0.4, 2.0),), size=size, **rest)


def seen(perceiver: Perceiver, path: Path, **limits: Any) -> Perceived:
    return perceiver.perceive(path, PerceptionLimits(**limits), lambda _stage, _fraction: None, threading.Event())


def written(evidence: Evidence) -> list[str]:
    """Without spaces: between letters of nine pixels they cannot always be seen."""
    return [text.text.replace(" ", "") for text in evidence.screen_text]


@pytest.mark.parametrize(
    ("codec", "suffix", "size", "fps"),
    [
        ("libx264", "mp4", (426, 240), 30),
        ("libx264", "mp4", (1216, 2160), 10),
        ("libx265", "mov", (360, 640), 60),
        ("libvpx-vp9", "webm", (640, 360), 120),
        ("libsvtav1", "mkv", (480, 480), 24),
    ],
)
def test_codecs_shapes_and_rates(
    codec: Any, suffix: str, size: tuple[int, int], fps: int, tmp_path: Path, perceiver: Perceiver
) -> None:
    path = tmp_path / f"clip.{suffix}"
    render(recipe(size, fps=Fraction(fps), encoding=Encoding(codec)), path)
    report = seen(perceiver, path).report
    assert [stage.name for stage in report.stages if stage.status == "failed"] == []
    assert (report.facts.width, report.facts.height) == size
    assert report.facts.fps == pytest.approx(fps, rel=0.02)
    assert [shot.start for shot in report.evidence.shots] == pytest.approx([0, CUT], abs=1 / fps + 0.001)
    assert written(report.evidence) == [TEXT.replace(" ", "")]
    assert report.evidence.screen_text[0].start == pytest.approx(0.4, abs=0.15)
    assert report.evidence.screen_text[0].end == pytest.approx(2.0, abs=0.15)


def test_a_variable_rate(tmp_path: Path, perceiver: Perceiver) -> None:
    times = [number / 30 for number in range(24)] + [0.8 + number / 10 for number in range(4)]
    times += [1.2 + number / 50 for number in range(50)]
    render(recipe((270, 480), times=tuple(times)), tmp_path / "vfr.mp4")
    evidence = seen(perceiver, tmp_path / "vfr.mp4").report.evidence
    assert [shot.start for shot in evidence.shots] == pytest.approx([0, CUT], abs=0.001)
    assert written(evidence) == [TEXT.replace(" ", "")]


@pytest.mark.parametrize(("tracks", "layout"), [(2, "stereo"), (1, "5.1")])
def test_sound_tracks(tracks: int, layout: str, tmp_path: Path, perceiver: Perceiver) -> None:
    render(recipe((270, 480)), tmp_path / "silent.mp4")
    _with_sound(tmp_path / "silent.mp4", tmp_path / "clip.mp4", tracks, layout)
    report = seen(perceiver, tmp_path / "clip.mp4").report
    assert report.facts.has_audio
    assert [stage.name for stage in report.stages if stage.status == "failed"] == []
    assert report.evidence.sound is not None
    assert {region.kind for region in report.evidence.sound.regions} == {"silence"}
    assert written(report.evidence) == [TEXT.replace(" ", "")]


def test_the_fast_profile_says_so_and_decodes_less(tmp_path: Path, perceiver: Perceiver) -> None:
    render(recipe((270, 480), encoding=Encoding("libx264", options={"bf": "3", "b_strategy": "0"})), tmp_path / "clip.mp4")
    report = seen(perceiver, tmp_path / "clip.mp4", fast=True).report
    decode = next(stage for stage in report.stages if stage.name == "decode")
    assert (decode.status, decode.code) == ("ok", "fast_profile")
    assert [shot.start for shot in report.evidence.shots] == pytest.approx([0, CUT], abs=0.001)
    assert written(report.evidence) == [TEXT.replace(" ", "")]


def test_a_contact_sheet_comes_when_asked_for(tmp_path: Path, perceiver: Perceiver) -> None:
    render(recipe((270, 480)), tmp_path / "clip.mp4")
    assert seen(perceiver, tmp_path / "clip.mp4").contact_sheet is None
    perceived = seen(perceiver, tmp_path / "clip.mp4", contact_sheet=True)
    assert perceived.contact_sheet is not None
    assert perceived.contact_sheet.startswith(b"\xff\xd8")
    assert perceived.contact_sheet not in perceived.keyframes.values()
    assert set(perceived.keyframes) == set(perceived.report.keyframe_ids)


def _with_sound(source: Path, target: Path, tracks: int, layout: str) -> None:
    """The same picture with tracks of silence."""
    with av.open(str(source)) as taken, av.open(str(target), "w") as made:
        picture = made.add_stream_from_template(taken.streams.video[0])
        sounds: list[Any] = [made.add_stream("aac", rate=48_000, layout=layout) for _ in range(tracks)]
        for packet in taken.demux(video=0):
            if packet.dts is not None:
                packet.stream = picture
                made.mux(packet)
        for sound in sounds:
            for number in range(100):
                frame = av.AudioFrame(format="fltp", layout=layout, samples=1024)
                for plane in frame.planes:
                    plane.update(bytes(plane.buffer_size))
                frame.pts, frame.sample_rate = number * 1024, 48_000
                made.mux(sound.encode(frame))
            made.mux(sound.encode(None))
