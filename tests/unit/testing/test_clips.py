"""Rendered clips are held against their truth by decoding them with nothing of ours in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from clipsight.testing.clips import (
    Backdrop,
    ClipRecipe,
    Encoding,
    Karaoke,
    Music,
    Noise,
    Overlay,
    Plain,
    Shot,
    Spoken,
    Style,
    render,
)
from clipsight.testing.karaoke import Kind
from clipsight.testing.sample import FOLDER
from clipsight.testing.sounds import RATE, decoded, played
from clipsight.testing.truth import Truth
from clipsight.timeline import Instant, Span

DARK, BRIGHT = Plain((30, 30, 30)), Plain((220, 220, 220))
TINY = (64, 112)
TWO_SHOTS = ClipRecipe(shots=(Shot(DARK, 1.02), Shot(BRIGHT, 1)), size=TINY, fps=Fraction(25), grain=0)


def _decoded(path: Path) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Time in seconds and upright luma of every picture."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            assert frame.time is not None
            yield frame.time, frame.to_ndarray(format="gray")


def _brightness(path: Path) -> list[tuple[float, float]]:
    return [(time, float(picture.mean())) for time, picture in _decoded(path)]


def test_a_cut_is_the_first_picture_of_the_new_shot(tmp_path: Path) -> None:
    truth = render(TWO_SHOTS, tmp_path / "clip.mp4")
    bright = [time for time, mean in _brightness(tmp_path / "clip.mp4") if mean > 150]
    assert truth.cuts == (Instant.from_seconds(1.04),)  # 1.02 lies between two pictures
    assert bright[0] == pytest.approx(1.04)
    assert truth.duration == Instant.from_seconds(2.0)


@pytest.mark.parametrize("transition", ["dissolve", "fade"])
def test_a_gradual_transition_covers_exactly_the_pictures_that_it_changes(transition: str, tmp_path: Path) -> None:
    shots = (Shot(BRIGHT, 1), Shot(Plain((120, 120, 120)), 1, transition, 0.6))  # type: ignore[arg-type]
    truth = render(replace(TWO_SHOTS, shots=shots, encoding=Encoding(crf=4)), tmp_path / "clip.mp4")
    (span,) = truth.dissolves if transition == "dissolve" else truth.fades
    means = _brightness(tmp_path / "clip.mp4")
    first, last = means[0][1], means[-1][1]
    mixed = [time for time, mean in means if abs(mean - first) > 2 and abs(mean - last) > 2]
    assert mixed[0] == pytest.approx(span.start.seconds, abs=1e-5)
    assert mixed[-1] + 0.04 == pytest.approx(span.end.seconds, abs=1e-5)
    darkest = min(mean for _, mean in means)
    assert darkest < 30 if transition == "fade" else darkest == pytest.approx(last, abs=2)
    assert truth.cuts == ()


def test_text_is_half_visible_at_the_ends_of_its_truth(tmp_path: Path) -> None:
    style = Style(size=0.2, outline=None, plate=(255, 255, 255), plate_opacity=1, colour=(0, 0, 0))
    text = Overlay("HI", 0.4, 1.6, (0.5, 0.5), style, fade_in=0.4, fade_out=0.2)
    recipe = replace(TWO_SHOTS, shots=(Shot(DARK, 2),), texts=(text,), fps=Fraction(50), encoding=Encoding(crf=4))
    truth = render(recipe, tmp_path / "clip.mp4")
    (found,) = truth.texts
    assert found.span == Span.from_seconds(0.6, 1.5)

    x, y = found.box[0] * TINY[0], found.box[1] * TINY[1]
    plate = {time: float(picture[int(y) - 3, int(x) - 2]) for time, picture in _decoded(tmp_path / "clip.mp4")}
    none, full = plate[0.0], plate[1.0]
    half = [time for time, value in plate.items() if value >= (none + full) / 2 - 3]
    assert half[0] == pytest.approx(0.6, abs=0.021)
    assert half[-1] == pytest.approx(1.5, abs=0.021)


def test_the_box_is_the_ink_of_the_letters(tmp_path: Path) -> None:
    style = Style(size=0.15, outline=None)
    recipe = replace(TWO_SHOTS, size=(360, 640), shots=(Shot(DARK, 0.2),), encoding=Encoding(crf=4))
    truth = render(replace(recipe, texts=(Overlay("Box", 0, 9, (0.4, 0.3), style, 0, 0),)), tmp_path / "clip.mp4")
    _, picture = next(_decoded(tmp_path / "clip.mp4"))
    rows, columns = np.nonzero(picture > 140)
    left, top, width, height = truth.texts[0].box
    assert columns.min() == pytest.approx(left * 360, abs=2)
    assert columns.max() + 1 == pytest.approx((left + width) * 360, abs=2)
    assert rows.min() == pytest.approx(top * 640, abs=2)
    assert rows.max() + 1 == pytest.approx((top + height) * 640, abs=2)
    assert truth.texts[0].span.end == truth.duration  # it would go on longer than the clip


def test_an_emoji_needs_a_picture_and_a_text_must_fit() -> None:
    def with_text(text: str) -> ClipRecipe:
        return replace(TWO_SHOTS, texts=(Overlay(text, 0, 1, style=Style(size=0.1)),))

    assert with_text("a\U0001f525").truth().texts[0].text == "a\U0001f525"
    with pytest.raises(ValueError, match="no picture of the emoji"):
        with_text("\U0001f9ff").truth()
    with pytest.raises(ValueError, match="does not fit"):
        with_text("far too long for this").truth()


@pytest.mark.parametrize(
    ("suffix", "encoding", "codec", "sound"),
    [
        ("mp4", Encoding(), "h264", "aac"),
        ("mov", Encoding(video="libx265"), "hevc", "aac"),
        ("webm", Encoding(video="libvpx-vp9", audio="libopus"), "vp9", "opus"),
        ("mkv", Encoding(video="libsvtav1", audio="libmp3lame"), "av1", "mp3"),
    ],
)
def test_every_codec_and_container(suffix: str, encoding: Encoding, codec: str, sound: str, tmp_path: Path) -> None:
    recipe = replace(TWO_SHOTS, shots=(Shot(Backdrop(1), 0.5), Shot(Backdrop(2), 0.5)), sounds=(Noise(0, 1),))
    path = tmp_path / f"clip.{suffix}"
    render(replace(recipe, encoding=encoding), path)
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.codec.canonical_name == codec
        assert container.streams.audio[0].codec_context.codec.canonical_name == sound
        assert sum(1 for _ in container.decode(video=0)) == 25


def test_pictures_at_irregular_times(tmp_path: Path) -> None:
    times = (0.0, 0.02, 0.15, 0.16, 0.5, 0.9)
    recipe = replace(TWO_SHOTS, shots=(Shot(DARK, 0.3), Shot(BRIGHT, 1)), times=times)
    truth = render(recipe, tmp_path / "clip.mp4")
    assert [time for time, _ in _brightness(tmp_path / "clip.mp4")] == pytest.approx(times, abs=1e-4)
    assert truth.cuts == (Instant.from_seconds(0.5),)
    assert truth.duration == Instant.from_seconds(1.3)


@pytest.mark.parametrize(("rotation", "asked"), [(90, -90), (180, -180), (270, 90)])
def test_a_rotated_clip_is_upright_after_turning(rotation: int, asked: int, tmp_path: Path) -> None:
    corner = Overlay("X", 0, 9, (0.25, 0.12), Style(size=0.15, outline=None), 0, 0)
    recipe = replace(TWO_SHOTS, texts=(corner,), encoding=Encoding(rotation=rotation, crf=4))  # type: ignore[arg-type]
    truth = render(recipe, tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as container:
        frame = next(container.decode(video=0))
        stored = frame.to_ndarray(format="gray")
        assert abs(frame.rotation) == abs(asked)
        assert frame.rotation == asked or rotation == 180
    upright = np.rot90(stored, -rotation // 90)
    assert upright.shape == (truth.height, truth.width)
    rows, columns = np.nonzero(upright > 140)
    assert rows.mean() / truth.height == pytest.approx(0.12, abs=0.05)
    assert columns.mean() / truth.width == pytest.approx(0.25, abs=0.05)


def test_a_start_offset_is_on_the_clock_of_the_file(tmp_path: Path) -> None:
    render(replace(TWO_SHOTS, encoding=Encoding(offset=1.6), sounds=()), tmp_path / "clip.mkv")
    assert next(_decoded(tmp_path / "clip.mkv"))[0] == pytest.approx(1.6, abs=0.001)


def test_regions_of_sound_follow_from_what_is_mixed() -> None:
    speech = Spoken(FOLDER / "parts" / "hook.flac", 1.0, "Hello there.", (("Hello", 0.2, 0.6), ("there", 0.7, 1.0)))
    again = replace(speech, start=2.2)
    recipe = replace(
        TWO_SHOTS,
        shots=(Shot(DARK, 8),),
        sounds=(speech, again, Music(3, 3), Noise(0, 8, gain=0.001), Noise(7, 1, gain=0.1)),
    )
    truth = recipe.truth()
    assert [(sound.kind, sound.span.start.seconds, sound.span.end.seconds) for sound in truth.sounds] == [
        ("silence", 0, 1.2),
        ("speech", 1.2, 3),  # the pause of 0.4 s between the sentences is part of it
        ("speech_over_music", 3, 3.2),
        ("music", 3.2, 6),
        ("silence", 6, 7),
        ("other", 7, 8),
    ]
    assert [word.text for word in truth.words] == ["Hello", "there", "Hello", "there"]
    assert truth.sentences[1].words[0].span == Span.from_seconds(2.4, 2.8)
    assert truth.tempo_bpm == 112


def test_no_sound_and_silence_are_not_the_same(tmp_path: Path) -> None:
    none, silent = replace(TWO_SHOTS, sounds=None), replace(TWO_SHOTS, sounds=())
    assert (none.truth().has_audio, none.truth().sounds) == (False, ())
    assert [sound.kind for sound in silent.truth().sounds] == ["silence"]
    render(silent, tmp_path / "clip.mp4")
    wave = decoded(tmp_path / "clip.mp4")
    assert len(wave) == pytest.approx(2 * RATE, rel=0.03)
    assert float(np.abs(wave).max()) < 1e-4


@pytest.mark.parametrize("bpm", [90, 112, 140])
def test_the_band_keeps_the_beat(bpm: float) -> None:
    """The envelope of the music repeats after one beat: the strongest lag near it is the beat itself."""
    wave = played(12, bpm, seed=3, fade=0.2)
    envelope = np.diff(np.abs(wave).reshape(-1, 480).mean(1)).clip(0)  # 100 values per second
    lags = np.arange(round(6000 / bpm * 0.75), round(6000 / bpm * 1.4))
    likeness = [float(np.dot(envelope[:-lag], envelope[lag:])) for lag in lags]
    assert lags[int(np.argmax(likeness))] == pytest.approx(6000 / bpm, abs=1.5)


def test_rendering_twice_gives_the_same_pictures() -> None:
    recipe = replace(TWO_SHOTS, shots=(Shot(Backdrop(7), 0.2),), grain=3)
    for one, two in zip(recipe.pictures(), recipe.pictures(), strict=True):
        assert np.array_equal(one, two)


def test_shots_with_other_seeds_look_different() -> None:
    one, two = (Backdrop(seed).picture(0, (90, 160)).astype(float) for seed in (1, 2))
    assert np.abs(one - two).mean() > 15
    assert np.abs(one - Backdrop(1).picture(0.5, (90, 160))).mean() > 0.5  # it moves


def test_a_truth_survives_its_file(truth: Truth, tmp_path: Path) -> None:
    truth.save(tmp_path / "truth.json")
    assert Truth.load(tmp_path / "truth.json") == truth


KINDS: tuple[Kind, ...] = ("lit", "boxed", "appended", "centred", "replaced", "bouncing")


@pytest.mark.parametrize("kind", KINDS)
def test_a_phrase_that_comes_word_by_word_is_one_text(kind: Kind) -> None:
    style = Style(size=0.08, outline=None)
    phrase = Karaoke("one two\nthree", 0.4, (0.4, 0.2), kind, (0.5, 0.5), style, (255, 0, 0), stays=0.2)
    recipe = replace(TWO_SHOTS, shots=(Shot(Plain((0, 0, 0)), 2),), texts=(phrase,), size=(180, 320), fps=Fraction(10))
    (text,) = recipe.truth().texts
    assert text.text == ("one two three" if kind in ("replaced", "bouncing") else "one two\nthree")
    assert text.span == Span.from_seconds(0.4, 1.6)
    white = [int((picture.min(axis=2) > 200).sum()) for picture in recipe.pictures()]
    red = [int((picture[..., 0] > picture[..., 1].astype(int) + 100).sum()) for picture in recipe.pictures()]
    assert [count > 0 for count in white] == [0.4 <= number / 10 < 1.6 for number in range(20)]
    assert any(red) == (kind in ("lit", "boxed"))
    if kind in ("appended", "centred"):
        assert white[5] < white[9] < white[11]
    left, top, width, height = text.box
    assert 0 <= left < left + width <= 1
    assert 0.3 < top < top + height < 0.7


def test_words_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        replace(TWO_SHOTS, texts=(Karaoke("much too long for this", 0, style=Style(size=0.2)),)).truth()
