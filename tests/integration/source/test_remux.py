"""Joining a picture file and a sound file by copying: every packet stays, nothing is encoded again."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipsight.source.remux import join_streams

RATE, SOUND_RATE, PICTURES = 15, 44_100, 30


def picture_file(path: Path, codec: str = "libx264") -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=RATE, width=64, height=128, pix_fmt="yuv420p")
        for index in range(PICTURES):
            frame = av.VideoFrame.from_ndarray(np.full((128, 64, 3), index * 8, np.uint8), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def sound_file(path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        wave = (0.2 * np.sin(np.arange(2 * SOUND_RATE) * 0.06)).astype(np.float32)
        for start in range(0, len(wave) - 1024, 1024):
            frame = av.AudioFrame.from_ndarray(wave[None, start : start + 1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, start, Fraction(1, SOUND_RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def packets(path: Path, kind: str) -> list[tuple[Fraction, bytes]]:
    with av.open(str(path)) as container:
        stream = getattr(container.streams, kind)[0]
        return [
            (packet.pts * packet.time_base, bytes(packet))
            for packet in container.demux(stream)
            if packet.pts is not None and packet.time_base is not None
        ]


def test_every_packet_is_copied_with_its_time(tmp_path: Path) -> None:
    picture, sound, joined = (tmp_path / name for name in ("video.mp4", "audio.m4a", "joined.mp4"))
    picture_file(picture)
    sound_file(sound)
    join_streams(picture, sound, joined)
    assert packets(joined, "video") == packets(picture, "video")
    assert packets(joined, "audio") == packets(sound, "audio")
    with av.open(str(joined)) as container:
        assert container.streams.video[0].start_time == 0
        assert len(container.streams) == 2


def test_a_file_of_another_kind_is_not_opened(tmp_path: Path) -> None:
    picture, sound = tmp_path / "video.mp4", tmp_path / "audio.m4a"
    picture_file(picture)
    sound.write_text("ffconcat version 1.0\nfile video.mp4\n")
    with pytest.raises(av.error.FFmpegError):
        join_streams(picture, sound, tmp_path / "joined.mp4")


def test_names_are_not_instructions_to_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FFmpeg takes what stands before a colon in a name for a protocol: ``file:other.mp4`` would open ``other.mp4``."""
    monkeypatch.chdir(tmp_path)
    picture, sound, joined = Path("file:picture.mp4"), Path("file:sound.m4a"), Path("file:joined.mp4")
    picture_file(tmp_path / picture)
    sound_file(tmp_path / sound)
    join_streams(picture, sound, joined)
    assert joined.stat().st_size > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file:joined.mp4", "file:picture.mp4", "file:sound.m4a"]


def test_streams_in_other_codecs_are_not_copied(tmp_path: Path) -> None:
    picture, sound = tmp_path / "video.mp4", tmp_path / "audio.m4a"
    picture_file(picture, "mpeg4")
    sound_file(sound)
    with pytest.raises(ValueError, match="codec"):
        join_streams(picture, sound, tmp_path / "joined.mp4")


def test_what_is_there_already_is_not_written_over(tmp_path: Path) -> None:
    picture, sound, joined = (tmp_path / name for name in ("video.mp4", "audio.m4a", "joined.mp4"))
    picture_file(picture)
    sound_file(sound)
    joined.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        join_streams(picture, sound, joined)


def test_a_missing_stream(tmp_path: Path) -> None:
    picture = tmp_path / "video.mp4"
    picture_file(picture)
    with pytest.raises(ValueError, match="missing"):
        join_streams(picture, picture, tmp_path / "joined.mp4")
