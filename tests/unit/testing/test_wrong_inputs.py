from __future__ import annotations

from pathlib import Path

import av
import av.error
import pytest

from clipsight.testing.wrong_inputs import (
    DAMAGED_FILES,
    DISORDERED_FILES,
    FOREIGN_FILES,
    LONG_SECONDS,
    ODD_CLIPS,
    wrong_inputs,
)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return wrong_inputs(tmp_path_factory.mktemp("zoo"))


def test_every_input_is_there_under_its_name(zoo: dict[str, Path]) -> None:
    assert set(zoo) == {*ODD_CLIPS, *DAMAGED_FILES, *DISORDERED_FILES, *FOREIGN_FILES}
    assert all(path.stem == name and path.exists() for name, path in zoo.items())


def test_odd_clips_are_sound_videos_of_the_promised_length(zoo: dict[str, Path]) -> None:
    for name, recipe in ODD_CLIPS.items():
        with av.open(str(zoo[name])) as container:
            assert sum(1 for _ in container.decode(video=0)) == len(recipe.clock.moments), name
            assert bool(container.streams.audio) == (recipe.sounds is not None), name
    assert ODD_CLIPS["too_long"].duration.seconds == LONG_SECONDS


def test_the_disordered_ones_have_more_sound_than_picture(zoo: dict[str, Path]) -> None:
    for name in DISORDERED_FILES:
        with av.open(str(zoo[name])) as container:
            frames = list(container.decode(audio=0))
        assert sum(frame.samples for frame in frames) / 48_000 == pytest.approx(40, abs=2), name
        assert len({frame.pts for frame in frames}) == (1 if name == "still_sound" else len(frames))


def test_a_truncated_file_still_has_pictures(zoo: dict[str, Path]) -> None:
    with av.open(str(zoo["truncated"])) as container:
        count = sum(1 for _ in container.decode(video=0))
    assert 10 < count < 70


def test_garbage_after_the_first_third_breaks_decoding_in_the_middle(zoo: dict[str, Path]) -> None:
    with av.open(str(zoo["late_garbage"])) as container, pytest.raises(av.error.InvalidDataError):
        for _ in container.decode(video=0):
            pass


@pytest.mark.parametrize("name", ["empty", "text_file", "garbage"])
def test_what_is_no_video_cannot_be_opened(name: str, zoo: dict[str, Path]) -> None:
    with pytest.raises(av.error.InvalidDataError):
        av.open(str(zoo[name]))


def test_an_index_alone_has_no_picture(zoo: dict[str, Path]) -> None:
    with av.open(str(zoo["index_only"])) as container:
        assert sum(1 for _ in container.decode(video=0)) == 0


def test_a_careless_reader_would_take_these(zoo: dict[str, Path]) -> None:
    """Otherwise they would prove nothing."""
    assert zoo["playlist"].read_bytes().startswith(b"ffconcat version 1.0")
    with av.open(str(zoo["picture_file"])) as container:
        assert container.format.name == "png_pipe"
    with av.open(str(zoo["sound_only"])) as container:
        assert not container.streams.video
