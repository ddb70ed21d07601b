"""Writing pictures and sound into a file with PyAV."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container.output import OutputContainer
from av.video.frame import PictureType
from av.video.stream import VideoStream

from clipsight.testing.painting import Picture
from clipsight.testing.sounds import RATE, Wave
from clipsight.timeline import MICROSECONDS, Instant

VideoCodec = Literal["libx264", "libx265", "libvpx-vp9", "libsvtav1"]
AudioCodec = Literal["aac", "libopus", "libmp3lame"]

FREE_TIME_BASE = Fraction(1, 90_000)  # for pictures at irregular times; the clock of MPEG systems
AUDIO_BLOCK = 1024  # samples that are handed to the encoder at once; the frame size of AAC
QUICK: dict[VideoCodec, dict[str, str]] = {
    "libx264": {"preset": "veryfast"},
    "libx265": {"preset": "veryfast", "x265-params": "log-level=error:pools=2"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "b": "0"},
    "libsvtav1": {"preset": "11", "svtav1-params": "lp=2"},
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a clip is stored.

    Attributes:
        video: encoder of the picture.
        audio: encoder of the sound.
        crf: quality, smaller is better; the scale belongs to the encoder.
        audio_bit_rate: bits per second.
        rotation: 90, 180 or 270: the picture is stored turned and the file asks the player to turn it clockwise (mp4, mov).
        offset: seconds on the file's clock at which picture and sound begin; a multiple of the picture's length is exact.
        pixel_format: how colours are stored; sizes that are odd need one without shared colours, such as yuv444p.
        options: further options of the video encoder.
    """

    video: VideoCodec = "libx264"
    audio: AudioCodec = "aac"
    crf: int = 23
    audio_bit_rate: int = 96_000
    rotation: Literal[0, 90, 180, 270] = 0
    offset: float = 0
    pixel_format: str = "yuv420p"
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """When the pictures stand: ``moments`` in order, first at zero, and the rate they are said to have."""

    moments: tuple[Instant, ...]
    rate: Fraction
    regular: bool

    @property
    def time_base(self) -> Fraction:
        return 1 / self.rate if self.regular else FREE_TIME_BASE

    def pts(self, number: int, offset: float) -> int:
        """The time stamp of picture ``number`` in ticks of :attr:`time_base`."""
        return round((Fraction(self.moments[number].us, MICROSECONDS) + Fraction(offset)) / self.time_base)


def write_clip(path: Path, pictures: Iterator[Picture], clock: Clock, sound: Wave | None, encoding: Encoding) -> None:
    """Encode ``pictures`` (all of one size) at the moments of ``clock``, and the sound if there is any.

    The container follows from the suffix of ``path``; mp4 and mov get their index at the front.
    """
    container_options = {"movflags": "faststart"} if path.suffix in {".mp4", ".mov", ".m4a"} else {}
    with av.open(str(path), "w", options=container_options) as container:
        first = _turned(next(pictures), encoding.rotation)
        video = _video_stream(container, first, clock, encoding)
        audio = None if sound is None else _AudioWriter(container, sound, encoding)
        for number in range(len(clock.moments)):
            picture = first if number == 0 else _turned(next(pictures), encoding.rotation)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24")
            frame = frame.reformat(format=encoding.pixel_format, dst_colorspace="ITU709")
            frame.pts, frame.time_base = clock.pts(number, encoding.offset), clock.time_base
            frame.pict_type = PictureType.NONE  # the encoder chooses
            container.mux(video.encode(frame))
            if audio is not None:
                audio.write_until(clock.moments[number].seconds)
        container.mux(video.encode(None))
        if audio is not None:
            audio.finish()
    if encoding.rotation:
        _ask_for_rotation(path, encoding.rotation, first.shape[1], first.shape[0])


def write_sound(path: Path, sound: Wave, encoding: Encoding) -> None:
    """A file without any picture."""
    with av.open(str(path), "w") as container:
        _AudioWriter(container, sound, encoding).finish()


def _video_stream(container: OutputContainer, picture: Picture, clock: Clock, encoding: Encoding) -> VideoStream:
    options = {"crf": str(encoding.crf), **QUICK[encoding.video], **encoding.options}
    stream = container.add_stream(encoding.video, rate=clock.rate, options=options)
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = encoding.pixel_format
    context = stream.codec_context
    context.time_base = clock.time_base
    context.thread_count = 2
    # BT.709 in the limited range, as phones and platforms store it
    context.colorspace, context.color_primaries, context.color_trc, context.color_range = 1, 1, 1, 1
    return stream


class _AudioWriter:
    """Feeds a wave to the encoder in step with the pictures, so that the muxer need not hold one of them back."""

    def __init__(self, container: OutputContainer, sound: Wave, encoding: Encoding) -> None:
        self.container, self.sound = container, sound
        self.offset = round(encoding.offset * RATE)
        self.done = 0
        self.stream: AudioStream = container.add_stream(encoding.audio, rate=RATE, layout="stereo")
        self.stream.bit_rate = encoding.audio_bit_rate

    def write_until(self, seconds: float) -> None:
        while self.done < len(self.sound) and self.done < seconds * RATE:
            block = self.sound[self.done : self.done + AUDIO_BLOCK]
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(np.stack([block, block])), "fltp", "stereo")
            frame.sample_rate, frame.pts = RATE, self.offset + self.done
            frame.time_base = Fraction(1, RATE)
            self.container.mux(self.stream.encode(frame))
            self.done += len(block)

    def finish(self) -> None:
        self.write_until(float("inf"))
        self.container.mux(self.stream.encode(None))


def _turned(picture: Picture, rotation: int) -> Picture:
    """Stored so that turning it clockwise by ``rotation`` sets it upright."""
    return np.rot90(picture, rotation // 90)


def _ask_for_rotation(path: Path, rotation: int, width: int, height: int) -> None:
    """Write a turning matrix (ISO/IEC 14496-12, 8.3.2) into the track header of the picture, which comes first."""
    data = bytearray(path.read_bytes())
    header = data.index(b"tkhd") + 4
    matrix_at = header + (52 if data[header] == 1 else 40)  # version 1 has three 64-bit fields
    cos, sin = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[rotation]
    shift_x, shift_y = {90: (height, 0), 180: (width, height), 270: (0, width)}[rotation]
    matrix = (cos << 16, sin << 16, 0, -sin << 16, cos << 16, 0, shift_x << 16, shift_y << 16, 1 << 30)
    data[matrix_at : matrix_at + 36] = struct.pack(">9i", *matrix)
    path.write_bytes(bytes(data))
