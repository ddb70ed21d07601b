"""The sound of a video, decoded once: one channel at 16 kHz on the video's clock, and its loudness as it was mixed.

Sound and picture streams begin at their own moments, sound has gaps, and packets are lost; none of this may move a word.
Every sample is therefore placed by the time stamp of its frame, and what is missing in between is silence.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from numpy.typing import NDArray

from clipsight.errors import JobCancelled
from clipsight.media.audio_format import Converter
from clipsight.media.container import ACCEPTED_AUDIO, open_container
from clipsight.media.loudness import LoudnessMeter
from clipsight.timeline import MICROSECONDS, Instant

SAMPLE_RATE = 16_000  # samples per second; what the listening models take
SHIFT_TOLERANCE_US = 40_000  # time stamps jitter (WebM has whole milliseconds); a hole or overlap beyond it is real
# Seconds that may be decoded beyond the limit: sound before the first picture and sound that comes twice are dropped, but
# cost as much as what is kept, and time stamps that stand still or step back would make them endless.
DROPPED_SECONDS = 5

OPPOSITE_SHARE = 0.01  # of a channel's energy; a mix with less left was made of opposite phases, so one channel is taken

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DecodedSound:
    """All sound of a video; satisfies the listening stages' idea of a sound track.

    Attributes:
        samples: float32, shape (n,), -1..1, 16,000 per second, one channel. Empty when nothing could be decoded.
        start: moment of the first sample on the video's clock, never negative.
        loudness_lufs: integrated loudness of all channels at their own rate (EBU R128); None when nothing was loud enough.
        damaged: packets that could not be decoded and were skipped.
        truncated: the sound goes on after the limit of seconds, by its time stamps or by its amount, or the file ends
            in the middle of it.
    """

    samples: Samples
    start: Instant
    loudness_lufs: float | None
    damaged: int
    truncated: bool

    @property
    def end(self) -> Instant:
        """The moment after the last sample."""
        return self.start.shifted(round(len(self.samples) * MICROSECONDS / SAMPLE_RATE))


def read_sound(descriptor: int, origin_us: int, max_seconds: int, cancel: threading.Event) -> DecodedSound | None:
    """Decode the default sound stream of a file; None when it has none.

    Args:
        descriptor: an open file; its own offset is neither used nor moved.
        origin_us: presentation time of the first picture, in microseconds; sound before it is dropped.
        max_seconds: sound later than this after the first picture is not decoded, and neither is more than this and
            :data:`DROPPED_SECONDS` of it in all.
        cancel: checked at every packet.

    Raises:
        MediaError: the file cannot be opened.
        JobCancelled: ``cancel`` was set.
    """
    with open_container(descriptor) as container:
        stream = _default_stream(container)
        if stream is None:
            return None
        if stream.codec_context.codec.canonical_name not in ACCEPTED_AUDIO:
            return DecodedSound(np.zeros(0, np.float32), Instant(0), None, damaged=0, truncated=False)
        reader = _Reader(stream, origin_us, max_seconds)
        for frame in reader.frames(container, cancel):
            reader.take(frame)
            if reader.truncated:
                break
        return reader.finished()


def _default_stream(container: InputContainer) -> AudioStream | None:
    """The stream a player would choose: the first that is marked as default, else the first."""
    streams = container.streams.audio
    marked = [stream for stream in streams if stream.disposition & Disposition.default]
    return next(iter(marked or streams), None)


class _Reader:
    """Places decoded frames on the video's clock. Positions are samples at the wanted rate, the first picture at 0."""

    def __init__(self, stream: AudioStream, origin_us: int, max_seconds: int) -> None:
        self.truncated = False
        self._stream = stream
        self._origin_us = origin_us
        self._limit = max_seconds * SAMPLE_RATE
        self._left_us = (max_seconds + DROPPED_SECONDS) * MICROSECONDS
        self._damaged = 0
        self._meter = LoudnessMeter()
        # Two channels are kept to the end: mixing opposite phases at once would make silence of them.
        self._channels = 1 if stream.codec_context.channels == 1 else 2
        self._converter = Converter("fltp", "mono" if self._channels == 1 else "stereo", SAMPLE_RATE)
        self._expected_us: int | None = None  # where the next frame begins if nothing is missing
        self._position = 0  # of the next sample that comes out of the converter
        self._start = 0  # position of the first sample that is kept
        self._chunks: list[Samples] = []
        self._length = 0

    def frames(self, container: InputContainer, cancel: threading.Event) -> Iterator[AudioFrame]:
        """What can be decoded, in order of the file; damaged packets are counted and skipped."""
        packets = container.demux(self._stream)
        while True:
            if cancel.is_set():
                raise JobCancelled
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:
                self.truncated = True
                return
            if packet is None:
                return
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                self._damaged += 1

    def take(self, frame: AudioFrame) -> None:
        """Put a frame where its time stamp says, or after the one before it when the difference is only jitter."""
        length_us = round(frame.samples * MICROSECONDS / frame.sample_rate)
        self._left_us -= length_us
        if self._left_us < 0:
            self.truncated = True
            return
        expected = self._expected_us
        begin = self._begin(frame)
        if expected is None or abs(begin - expected) > SHIFT_TOLERANCE_US:
            self._place_all(self._converter.rest())
            self._position = round(begin * SAMPLE_RATE / MICROSECONDS)
            expected = begin
        self._expected_us = expected + length_us
        self._meter.add(frame)
        self._place_all(self._converter.add(frame))

    def finished(self) -> DecodedSound:
        """Everything that was taken, as one track."""
        self._place_all(self._converter.rest())
        both = np.concatenate(self._chunks, axis=1) if self._chunks else np.zeros((1, 0), np.float32)
        start = Instant(-(-self._start * MICROSECONDS // SAMPLE_RATE))
        return DecodedSound(_mixed(both), start, self._meter.lufs, self._damaged, self.truncated)

    def _begin(self, frame: AudioFrame) -> int:
        """Microseconds from the first picture to the start of the frame."""
        if frame.pts is None or frame.time_base is None:
            return self._expected_us or 0
        return Instant.from_pts(frame.pts, frame.time_base, self._origin_us).us

    def _place_all(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self._place(np.asarray(frame.to_ndarray(), np.float32))

    def _place(self, chunk: Samples) -> None:
        begin, end = self._position, self._position + chunk.shape[1]
        self._position = end
        kept_to = self._start + self._length if self._chunks else 0
        if end > self._limit:
            self.truncated = True
            chunk = chunk[:, : max(0, self._limit - begin)]
        chunk = chunk[:, max(0, kept_to - begin) :]
        if chunk.shape[1] == 0:
            return
        begin = max(begin, kept_to)
        if not self._chunks:
            self._start = begin
        elif begin > kept_to:
            self._keep(np.zeros((self._channels, begin - kept_to), np.float32))
        self._keep(chunk)

    def _keep(self, chunk: Samples) -> None:
        self._chunks.append(chunk)
        self._length += chunk.shape[1]


def _mixed(channels: Samples) -> Samples:
    """One channel, -1..1, free of values that are not numbers."""
    channels = np.clip(np.nan_to_num(channels, copy=False), -1.0, 1.0)
    mixed = np.ascontiguousarray(channels.mean(axis=0, dtype=np.float32))
    loudest = max((float(np.square(channel).sum()) for channel in channels), default=0.0)
    if float(np.square(mixed).sum()) < OPPOSITE_SHARE * loudest:
        return np.ascontiguousarray(channels[0])
    return mixed
