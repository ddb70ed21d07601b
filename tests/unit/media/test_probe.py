"""The facts of a file, and the refusals that need no decoding at length."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipsight.errors import NoPicture, PictureTooLarge, UnsupportedCodec
from clipsight.media.probe import probe
from clipsight.testing.clips import Backdrop, ClipRecipe, Encoding, Shot, render
from clipsight.testing.encode import write_sound

Opener = Callable[[Path], int]


def test_facts_of_a_plain_clip(plain_clip: Path, opened: Opener) -> None:
    facts = probe(opened(plain_clip))
    assert (facts.container, facts.video_codec, facts.audio_codec, facts.has_audio) == ("mov", "h264", "aac", True)
    assert (facts.width, facts.height, facts.rotation, facts.mirrored) == (180, 320, 0, False)
    assert facts.frame_rate == Fraction(30)
    assert facts.declared_duration is not None
    assert facts.declared_duration.seconds == pytest.approx(2, abs=0.05)
    assert facts.origin_us == facts.video_start_us == 0


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_clip_is_measured_upright(rotation: int, tmp_path: Path, opened: Opener) -> None:
    recipe = ClipRecipe((Shot(Backdrop(1), 0.2),), size=(96, 160), encoding=Encoding(rotation=rotation))  # type: ignore[arg-type]
    render(recipe, tmp_path / "turned.mp4")
    facts = probe(opened(tmp_path / "turned.mp4"))
    assert (facts.width, facts.height) == (96, 160)
    assert facts.rotation == 360 - rotation  # clockwise in the file, counterclockwise here


def test_the_start_offset_is_known(tmp_path: Path, opened: Opener) -> None:
    recipe = ClipRecipe(
        (Shot(Backdrop(1), 0.5),), sounds=(), size=(96, 160), encoding=Encoding("libvpx-vp9", "libopus", offset=1.5)
    )
    render(recipe, tmp_path / "late.webm")
    facts = probe(opened(tmp_path / "late.webm"))
    assert (facts.container, facts.video_codec, facts.audio_codec) == ("matroska", "vp9", "opus")
    assert facts.origin_us == pytest.approx(1_500_000, abs=20_000)


def test_sound_alone_is_no_video(tmp_path: Path, opened: Opener) -> None:
    write_sound(tmp_path / "sound.m4a", np.zeros(48_000, np.float32), Encoding())
    with pytest.raises(NoPicture):
        probe(opened(tmp_path / "sound.m4a"))


def test_an_old_codec_is_refused(tmp_path: Path, opened: Opener) -> None:
    with av.open(str(tmp_path / "old.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")))
        container.mux(stream.encode(None))
    with pytest.raises(UnsupportedCodec):
        probe(opened(tmp_path / "old.mp4"))


def test_too_many_pixels_are_refused(plain_clip: Path, opened: Opener) -> None:
    with pytest.raises(PictureTooLarge):
        probe(opened(plain_clip), max_pixels=180 * 320 - 1)
    assert probe(opened(plain_clip), max_pixels=180 * 320).width == 180
