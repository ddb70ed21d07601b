from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.stream import Disposition
from numpy.typing import NDArray

from clipsight.errors import JobCancelled, UnsupportedFile
from clipsight.media.loudness import LoudnessMeter
from clipsight.media.sound import DROPPED_SECONDS, SAMPLE_RATE, DecodedSound, read_sound
from clipsight.testing.wrong_inputs import DISORDERED_FILES, STILL_SECONDS
from clipsight.timeline import ZERO

Wave = NDArray[np.float32]


def tone(seconds: float, rate: int, hertz: float = 1000.0, level: float = 0.5) -> Wave:
    time = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def written(
    path: Path,
    channels: Wave,
    rate: int,
    codec: str = "pcm_s16le",
    layout: str = "mono",
    pieces: list[tuple[int, int, int]] | None = None,
    packet: int = 1024,
) -> Path:
    """A file with one sound stream of ``channels``, shape (channels, n), in packets of so many samples.

    ``pieces`` are first sample, end sample, and the sample number at which the piece is put.
    """
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        for first, end, place in pieces or [(0, channels.shape[1], 0)]:
            for begin in range(first, end, packet):
                part = channels[:, begin : min(end, begin + packet)]
                frame = AudioFrame.from_ndarray(np.ascontiguousarray(part), format="fltp", layout=layout)
                frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), place + begin - first
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@contextmanager
def opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read(path: Path, origin_us: int = 0, max_seconds: int = 60) -> DecodedSound:
    with opened(path) as descriptor:
        sound = read_sound(descriptor, origin_us, max_seconds, threading.Event())
    assert sound is not None
    return sound


def first_loud(sound: DecodedSound, threshold: float = 0.1) -> float:
    """Seconds on the video's clock at which it becomes loud."""
    return sound.start.seconds + int(np.argmax(np.abs(sound.samples) > threshold)) / SAMPLE_RATE


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_any_rate_becomes_the_one_rate(tmp_path: Path, rate: int):
    sound = read(written(tmp_path / "a.mov", tone(1.0, rate)[np.newaxis], rate))
    assert sound.samples.dtype == np.float32
    assert sound.start == ZERO
    assert len(sound.samples) == pytest.approx(SAMPLE_RATE, abs=2)
    middle = sound.samples[4000:12000]
    assert float(np.abs(np.fft.rfft(middle)).argmax()) * SAMPLE_RATE / len(middle) == pytest.approx(1000, abs=3)
    assert float(np.abs(middle).max()) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("codec", "name", "rate"), [("aac", "a.mp4", 44_100), ("libopus", "a.webm", 48_000), ("libmp3lame", "a.mkv", 44_100)]
)
def test_a_click_stays_where_it_is(tmp_path: Path, codec: str, name: str, rate: int):
    wave = np.zeros(2 * rate, np.float32)
    wave[rate : rate + rate // 20] = tone(0.05, rate, level=0.9)
    sound = read(written(tmp_path / name, wave[np.newaxis], rate, codec))
    assert first_loud(sound) == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize(("layout", "channels"), [("mono", 1), ("stereo", 2), ("5.1", 6)])
def test_all_channels_are_heard(tmp_path: Path, layout: str, channels: int):
    wave = np.tile(tone(1.0, 48_000, level=0.2), (channels, 1))
    sound = read(written(tmp_path / "a.mov", wave, 48_000, layout=layout))
    assert 0.1 < float(np.abs(sound.samples[4000:12000]).max()) < 0.6


def test_opposite_phases_do_not_cancel(tmp_path: Path):
    wave = tone(1.0, 48_000)
    sound = read(written(tmp_path / "a.mov", np.stack([wave, -wave]), 48_000, layout="stereo"))
    assert float(np.abs(sound.samples).max()) > 0.4


def test_sound_before_the_first_picture_is_dropped(tmp_path: Path):
    wave = np.zeros(48_000 * 2, np.float32)
    wave[48_000:] = tone(1.0, 48_000)
    path = written(tmp_path / "a.mov", wave[np.newaxis], 48_000)
    sound = read(path, origin_us=400_000)
    assert sound.start == ZERO
    assert len(sound.samples) == pytest.approx(1.6 * SAMPLE_RATE, abs=2)
    assert first_loud(sound) == pytest.approx(0.6, abs=0.002)


def test_sound_that_begins_late_starts_late(tmp_path: Path):
    wave = tone(1.0, 48_000)[np.newaxis]
    path = written(tmp_path / "a.mkv", wave, 48_000, pieces=[(0, 48_000, 24_000)])
    sound = read(path, origin_us=-250_000)
    assert sound.start.seconds == pytest.approx(0.75, abs=0.002)
    assert first_loud(sound) == pytest.approx(0.75, abs=0.002)


def test_a_gap_becomes_silence(tmp_path: Path):
    wave = tone(2.0, 48_000)[np.newaxis]
    path = written(tmp_path / "a.mkv", wave, 48_000, pieces=[(0, 48_000, 0), (48_000, 96_000, 96_000)])
    sound = read(path)
    assert len(sound.samples) == pytest.approx(3 * SAMPLE_RATE, abs=40)
    assert float(np.abs(sound.samples[round(1.02 * SAMPLE_RATE) : round(1.98 * SAMPLE_RATE)]).max()) == 0
    assert float(np.abs(sound.samples[round(2.05 * SAMPLE_RATE) :]).max()) > 0.4


def test_overlapping_sound_is_not_heard_twice(tmp_path: Path):
    wave = tone(2.0, 48_000)[np.newaxis]
    path = written(tmp_path / "a.mkv", wave, 48_000, pieces=[(0, 48_000, 0), (48_000, 96_000, 39_000)], packet=9_600)
    assert len(read(path).samples) == pytest.approx((39 + 48) / 48 * SAMPLE_RATE, abs=40)


def test_the_limit_ends_the_sound(tmp_path: Path):
    path = written(tmp_path / "a.mov", tone(3.0, 48_000)[np.newaxis], 48_000)
    sound = read(path, max_seconds=2)
    assert sound.truncated
    assert len(sound.samples) == 2 * SAMPLE_RATE
    assert not read(path, max_seconds=4).truncated


@pytest.mark.parametrize("name", DISORDERED_FILES)
def test_the_limit_is_one_on_what_is_decoded(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    """What is dropped costs as much as what is kept."""
    path = tmp_path / "a.mkv"
    DISORDERED_FILES[name](path)
    origin_us = 0 if name == "still_sound" else STILL_SECONDS * 1_000_000
    heard = list[float]()
    honest = LoudnessMeter.add

    def counted(meter: LoudnessMeter, frame: AudioFrame) -> None:
        heard.append(frame.samples / frame.sample_rate)
        honest(meter, frame)

    monkeypatch.setattr(LoudnessMeter, "add", counted)
    sound = read(path, origin_us, max_seconds=2)
    assert sound.truncated
    assert sum(heard) == pytest.approx(2 + DROPPED_SECONDS, abs=0.1)
    whole = read(path, origin_us, max_seconds=60)
    assert not whole.truncated


def test_the_default_track_is_heard(tmp_path: Path):
    path = tmp_path / "a.mkv"
    with av.open(path, "w") as container:
        streams = [container.add_stream("pcm_s16le", rate=48_000, layout="mono") for _ in range(2)]
        streams[0].disposition, streams[1].disposition = Disposition(0), Disposition.default
        for stream, hertz in zip(streams, (500, 2000), strict=True):
            frame = AudioFrame.from_ndarray(tone(1.0, 48_000, hertz)[np.newaxis], format="fltp", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), 0
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    spectrum = np.abs(np.fft.rfft(read(path).samples))
    assert float(spectrum.argmax()) * SAMPLE_RATE / len(read(path).samples) == pytest.approx(2000, abs=5)


def test_damage_in_the_middle_costs_only_the_middle(tmp_path: Path):
    path = written(tmp_path / "a.mp4", tone(4.0, 44_100)[np.newaxis], 44_100, "aac")
    content = bytearray(path.read_bytes())
    begin = content.index(b"mdat") + (len(content) - content.index(b"mdat")) // 3
    content[begin : begin + 600] = b"\xff" * 600
    path.write_bytes(content)
    sound = read(path)
    assert sound.damaged > 0
    assert len(sound.samples) == pytest.approx(4 * SAMPLE_RATE, abs=2000)
    assert float(np.abs(sound.samples[-SAMPLE_RATE:-2000]).max()) > 0.4


def test_codecs_that_are_not_accepted_give_no_samples(tmp_path: Path):
    sound = read(written(tmp_path / "a.mkv", tone(1.0, 48_000)[np.newaxis], 48_000, "ac3"))
    assert len(sound.samples) == 0
    assert sound.loudness_lufs is None


def test_no_sound_stream(tmp_path: Path):
    path = tmp_path / "a.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=10, width=64, height=64, pix_fmt="yuv420p")
        for number in range(3):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with opened(path) as descriptor:
        assert read_sound(descriptor, 0, 60, threading.Event()) is None


def test_not_a_video(tmp_path: Path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"#EXTM3U\nfile:///etc/passwd\n")
    with opened(path) as descriptor, pytest.raises(UnsupportedFile):
        read_sound(descriptor, 0, 60, threading.Event())


def test_cancel(tmp_path: Path):
    cancel = threading.Event()
    cancel.set()
    path = written(tmp_path / "a.mov", tone(1.0, 48_000)[np.newaxis], 48_000)
    with opened(path) as descriptor, pytest.raises(JobCancelled):
        read_sound(descriptor, 0, 60, cancel)


# EBU Tech 3341 (2016), minimum requirements: stereo sine of 1000 Hz; level in dBFS and seconds, expected loudness.
@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([(-23.0, 20)], -23.0),
        ([(-33.0, 20)], -33.0),
        ([(-36.0, 10), (-23.0, 60), (-36.0, 10)], -23.0),
        ([(-72.0, 10), (-36.0, 10), (-23.0, 60), (-36.0, 10), (-72.0, 10)], -23.0),
        ([(-26.0, 20), (-20.0, 20.1), (-26.0, 20)], -23.0),
    ],
)
def test_loudness_meets_the_standard(tmp_path: Path, levels: list[tuple[float, float]], expected: float):
    parts = [tone(seconds, 48_000, level=10 ** (level / 20)) for level, seconds in levels]
    wave = np.concatenate(parts)
    path = written(tmp_path / "a.mov", np.stack([wave, wave]), 48_000, "pcm_s24le", "stereo", packet=48_000)
    assert read(path, max_seconds=120).loudness_lufs == pytest.approx(expected, abs=0.1)


def test_loudness_of_surround_weighs_the_channels(tmp_path: Path):
    """Case 6 of EBU Tech 3341: front at -28, centre at -24, surround at -30 dBFS is -23 LUFS."""
    levels = [-28.0, -28.0, -24.0, -200.0, -30.0, -30.0]
    wave = np.stack([tone(20, 48_000, level=10 ** (level / 20)) for level in levels])
    path = written(tmp_path / "a.mov", wave, 48_000, "pcm_s24le", "5.1", packet=48_000)
    assert read(path).loudness_lufs == pytest.approx(-23.0, abs=0.1)


def test_silence_has_no_loudness(tmp_path: Path):
    path = written(tmp_path / "a.mov", np.zeros((1, 48_000), np.float32), 48_000)
    assert read(path).loudness_lufs is None
