"""Rendered files: put in a row, encoded again, kept, and taken from outside."""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest

import library
from clipset import clip_named
from clipsight.testing.clips import ClipRecipe, Encoding, Music, Plain, Shot, render
from clipsight.testing.encode import write_sound
from footage import Bricks, Flashing, Leaves, Street, Water, Whipped
from library import in_other_codec, rendered, repeated
from realclips import measures_of, real_clips, truth_of

SIZE = (64, 96)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    render(ClipRecipe((Shot(Plain(), 1),), sounds=(Music(0, 1),), size=(96, 160)), path)
    return path


def length(path: Path) -> tuple[int, float]:
    with av.open(str(path)) as container:
        pictures = sum(1 for _ in container.decode(video=0))
    with av.open(str(path)) as container:
        return pictures, sum(frame.samples for frame in container.decode(audio=0)) / 48_000


def test_a_clip_in_a_row(clip: Path) -> None:
    pictures, sound = length(clip)
    many, more = length(repeated(clip, 3))
    assert many == 3 * pictures
    assert more == pytest.approx(3 * sound, abs=0.1)


def test_another_codec_keeps_every_picture_and_the_sound(clip: Path) -> None:
    other = in_other_codec(clip, "libvpx-vp9")
    with av.open(str(other)) as container:
        assert container.streams.video[0].codec_context.name.endswith("vp9")
    assert length(other) == length(clip)


def test_a_clip_is_rendered_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(library, "STORE", tmp_path)
    made = rendered([clip_named("silence")])[0]
    assert made.path is not None
    written = made.path.stat().st_mtime_ns
    again = rendered([clip_named("silence")])[0]
    assert again.path == made.path
    assert made.path.stat().st_mtime_ns == written
    assert again.truth == made.truth


@pytest.mark.parametrize("scene", [Street(1), Leaves(2), Water(3), Bricks(4)], ids=lambda scene: type(scene).__name__)
def test_footage_moves_slowly_and_fills_the_picture(scene: Street | Leaves | Water | Bricks) -> None:
    one, other = scene.picture(0.5, SIZE), scene.picture(0.54, SIZE)
    assert one.shape == (SIZE[1], SIZE[0], 3)
    assert one.std() > 5
    assert abs(one.astype(float) - other).mean() < 20


def test_a_flash_is_over_soon_and_a_whip_ends_elsewhere() -> None:
    flashing = Flashing(Bricks(4), (1.0,))
    before, during, after = (flashing.picture(at, SIZE).mean() for at in (0.99, 1.02, 1.08))
    assert during > before + 30
    assert abs(after - before) < 5
    whipped = Whipped(Street(5), 1.0)
    assert abs(whipped.picture(0.9, SIZE).astype(float) - whipped.picture(1.4, SIZE)).mean() > 10


def test_real_clips_are_measured_on_what_is_known(tmp_path: Path, clip: Path) -> None:
    write_sound(tmp_path / "voice.mka", Music(0, 1).wave(), Encoding())
    facts = {"about": "a note", "clip.mp4": {"cuts": [0.5], "speech": ""}, "voice.mka": {"speech": "hello there"}}
    (tmp_path / "truth.json").write_text(json.dumps(facts), encoding="utf-8")
    found = {item.clip.name: item for item in real_clips(tmp_path)}
    assert found["real: clip.mp4"].clip.measures == {"cuts", "no words"}
    assert {item.clip.group for item in found.values()} == {"real"}
    voice = found["real: voice.mka"]
    assert voice.truth is not None
    assert [word.text for word in voice.truth.words] == ["hello", "there"]
    assert voice.truth.duration.seconds == pytest.approx(1, abs=0.3)


def test_nothing_known_is_nothing_measured(clip: Path) -> None:
    assert measures_of({"note": "x"}) == frozenset()
    truth = truth_of(clip, {"texts": [{"text": "hi", "start": 0.1, "end": 0.5}]})
    assert [text.text for text in truth.texts] == ["hi"]
    assert truth.fps == 30
