"""Whatever file comes: a correct document or a clear error with a stable code; nothing invented, nothing crashes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from clipsight.analysis.local import LocalAnalyst
from clipsight.errors import ClipsightError
from clipsight.pipeline.perceiver import Perceiver
from clipsight.pipeline.run import Options, conclude, see
from clipsight.schema.result import Document, Stage
from clipsight.testing.wrong_inputs import wrong_inputs

pytestmark = pytest.mark.xdist_group("perceiver")


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return wrong_inputs(tmp_path_factory.mktemp("zoo"))


def account(path: Path, perceiver: Perceiver, options: Options | None = None) -> Document:
    sight = see(path, perceiver, options or Options(), lambda _stage, _fraction: None, threading.Event())
    return conclude(sight, LocalAnalyst(), "recipe")


def stage(document: Document, name: str) -> Stage:
    return next(stage for stage in document.stages if stage.name == name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty", "empty_file"),
        ("text_file", "unsupported_file"),
        ("picture_file", "unsupported_file"),
        ("playlist", "unsupported_file"),
        ("sound_only", "no_picture"),
        ("too_long", "too_long"),
        ("missing", "file_missing"),
    ],
)
def test_refused_with_a_code(zoo: dict[str, Path], perceiver: Perceiver, name: str, code: str) -> None:
    path = zoo[name] if name != "missing" else Path("/nonexistent/video.mp4")
    with pytest.raises(ClipsightError) as refused:
        account(path, perceiver)
    assert refused.value.code == code
    assert refused.value.public_message


def test_a_file_over_the_size_limit(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    with pytest.raises(ClipsightError) as refused:
        account(zoo["no_text"], perceiver, Options(max_bytes=1000))
    assert refused.value.code == "too_large"


def test_without_sound(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    document = account(zoo["no_sound"], perceiver)
    assert document.video.has_audio is False
    assert document.evidence.sound is None
    assert (document.evidence.speech.verdict, document.evidence.speech.reason) == ("none", "no audio")
    for name in ("sound", "speech"):
        assert (stage(document, name).status, stage(document, name).reason) == ("skipped", "no audio")


def test_music_is_not_speech(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    document = account(zoo["music_only"], perceiver)
    assert document.evidence.speech.verdict == "none"
    assert document.evidence.speech.reason == "music"
    assert document.evidence.speech.segments == []
    assert document.evidence.sound is not None
    assert document.evidence.sound.has_music
    assert document.analysis.quotes == []


def test_without_text(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    document = account(zoo["no_text"], perceiver)
    assert document.evidence.screen_text == []
    assert document.evidence.hook.first_text is None
    assert stage(document, "screen_text").status == "ok"
    assert document.result is not None
    assert document.result["applicable"] is False
    assert document.result["ingredients"] == []


def test_one_picture(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    document = account(zoo["one_frame"], perceiver)
    assert document.video.duration > 0
    assert len(document.evidence.shots) == 1
    assert len(document.evidence.keyframes) == 1
    assert [text.text for text in document.evidence.screen_text] == ["Single"]


def test_broken_off_in_the_middle(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    document = account(zoo["truncated"], perceiver)
    assert stage(document, "decode").code == "truncated"
    assert document.evidence.shots[-1].end == pytest.approx(document.video.duration, abs=0.002)


def test_sound_whose_clock_stands_still(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    document = account(zoo["still_sound"], perceiver, Options(max_seconds=3))
    for name in ("sound", "speech"):
        assert (stage(document, name).status, stage(document, name).code) == ("ok", "truncated")
    assert document.evidence.speech.segments == []
    assert stage(account(zoo["still_sound"], perceiver), "sound").code is None, "all of it was within the limit"


def test_sound_long_before_the_first_picture(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    document = account(zoo["early_sound"], perceiver, Options(max_seconds=3))
    assert document.video.duration == pytest.approx(1, abs=0.1)
    assert stage(document, "sound").code == "truncated"


def test_digital_silence(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    document = account(zoo["silent"], perceiver)
    assert document.video.has_audio is True
    assert (document.evidence.speech.verdict, document.evidence.speech.reason) == ("none", "silence")
    assert document.evidence.sound is not None
    assert {region.kind for region in document.evidence.sound.regions} == {"silence"}
    assert document.evidence.sound.loudness_lufs is None


def test_garbage_behind_a_third_of_the_pictures(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    document = account(zoo["late_garbage"], perceiver)
    assert document.evidence.shots
    assert document.analysis.summary is not None


def test_garbage_behind_a_valid_header(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    for name in ("garbage", "index_only"):
        with pytest.raises(ClipsightError) as refused:
            account(zoo[name], perceiver)
        assert refused.value.code == "damaged_file"


@pytest.mark.parametrize("name", ["rotated", "odd_size", "variable_rate", "start_offset"])
def test_unusual_but_fine(zoo: dict[str, Path], perceiver: Perceiver, name: str) -> None:
    document = account(zoo[name], perceiver)
    assert document.evidence.shots[0].start == 0
    assert all(stage.status != "failed" for stage in document.stages)
    if name == "rotated":
        assert document.video.height > document.video.width


def test_the_process_outlives_bad_files(zoo: dict[str, Path], perceiver: Perceiver) -> None:
    before = perceiver.pid
    for name in ("text_file", "garbage", "no_text"):
        try:
            account(zoo[name], perceiver)
        except ClipsightError:
            continue
    assert perceiver.pid == before
