"""All pictures of a video, once, in order, under limits that hold whatever the file claims about itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from clipsight.errors import DamagedFile, TooLong, TooManyFrames
from clipsight.media.container import open_container
from clipsight.media.picture import DecodedFrame, Orientation
from clipsight.media.pictures import Damage, picture_stream, pictures, prepare
from clipsight.media.probe import MAX_PIXELS, MediaFacts, check_size, facts_of, moment
from clipsight.timeline import MICROSECONDS, ZERO, Instant

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

LENGTH_TOLERANCE_US = 1_000_000  # a limit of 180 s is meant for clips of "three minutes", which overshoot by frames
DEFAULT_PICTURE_US = 33_333  # where neither the picture nor the stream says how long a picture lasts
DUE_TOLERANCE_US = 1_000  # time stamps of Matroska are whole milliseconds
QUARTER = 90  # degrees
TRUNCATED_US = 500_000  # less than the header says, by more than this ...
TRUNCATED_SHARE = 0.05  # ... and by more than this share of it


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What a file may cost.

    Attributes:
        max_seconds: longest video.
        max_frames: most pictures that are decoded.
        max_pixels: largest picture, width times height.
        max_frame_rate: most pictures per second that are handed out; what is beyond is decoded and left out.
        referenced_only: leave out pictures that no other picture refers to, which saves up to a third of the time. Cuts
            stay exact, because encoders begin a shot with a picture that others refer to.
    """

    max_seconds: int = 180
    max_frames: int = 36_000
    max_pixels: int = MAX_PIXELS
    max_frame_rate: int = 60
    referenced_only: bool = False


class Decoder:
    """Iterate once to get the pictures; use it as a context manager, it holds the decoder's memory.

    The first picture is decoded at construction, so ``facts`` and ``origin_us`` are known before the iteration begins.
    One thread at a time. The descriptor stays open.

    Attributes:
        facts: what the headers and the first picture say.
        frames_decoded: pictures decoded so far, including those left out for the frame rate.
        damage: what could not be read so far.

    Raises:
        MediaError: not a video that is accepted, or nothing in it can be decoded; the class says why.
        TooLong: the header says so.
    """

    facts: MediaFacts

    def __init__(self, descriptor: int, limits: DecodeLimits | None = None) -> None:
        self._limits = limits or DecodeLimits()
        self._step_us = MICROSECONDS // self._limits.max_frame_rate
        self._due_us = 0
        self._last: Instant | None = None
        self._last_us = 0
        self.frames_decoded = 0
        self.damage = Damage()
        self._container: InputContainer = open_container(descriptor)
        try:
            self._stream: VideoStream = picture_stream(self._container)
            self._begin()
        except BaseException:
            self._container.close()
            raise

    def _begin(self) -> None:
        check_size(self._stream.width, self._stream.height, self._limits.max_pixels)
        prepare(self._stream, self._limits.max_pixels, referenced_only=self._limits.referenced_only)
        self._pictures = pictures(self._container, self._stream, self.damage)
        self._first: VideoFrame | None = next(self._pictures, None)
        if self._first is None:
            raise DamagedFile
        check_size(self._first.width, self._first.height, self._limits.max_pixels)
        self.facts = facts_of(self._container, self._stream, self._first)
        # Once, because asking a picture for its side data keeps its pixels until the garbage collector comes by.
        self._orientation = Orientation(self.facts.rotation // QUARTER, self.facts.mirrored)
        if self.facts.declared_duration is not None:
            self._check_length(self.facts.declared_duration)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the decoder's memory back. Pictures already handed out stay valid."""
        self._first = None
        self._pictures.close()
        self._container.close()

    @property
    def referenced_only(self) -> bool:
        """Whether pictures that no other picture refers to are left out."""
        return self._limits.referenced_only

    @property
    def origin_us(self) -> int:
        """Time of the first picture on the container's clock; it is zero on the video's."""
        return self.facts.origin_us

    @property
    def end(self) -> Instant:
        """The moment after the last picture decoded so far."""
        return ZERO if self._last is None else self._last.shifted(max(1, self._last_us))

    @property
    def truncated(self) -> bool:
        """After the iteration: clearly less came out than the header promises, or reading broke off."""
        declared = self.facts.declared_duration
        if self.damage.broken_off:
            return True
        if declared is None:
            return False
        missing_us = declared.us - self.end.us
        return missing_us > max(TRUNCATED_US, declared.us * TRUNCATED_SHARE)

    def __iter__(self) -> Iterator[DecodedFrame]:
        """The pictures in time order; their times grow strictly and begin at zero.

        Raises:
            TooLong, TooManyFrames, PictureTooLarge: a limit was passed on the way.
        """
        if self._first is not None:
            first, self._first = self._first, None
            yield from self._accepted(first)
        for frame in self._pictures:
            yield from self._accepted(frame)

    def _accepted(self, frame: VideoFrame) -> Iterator[DecodedFrame]:
        check_size(frame.width, frame.height, self._limits.max_pixels)
        if self.frames_decoded >= self._limits.max_frames:
            raise TooManyFrames(limit_frames=self._limits.max_frames)
        time = self._moment(frame)
        self._last, self._last_us = time, self._length_us(frame)
        self._check_length(self.end)
        index, self.frames_decoded = self.frames_decoded, self.frames_decoded + 1
        if time.us >= self._due_us - DUE_TOLERANCE_US:
            self._due_us = max(self._due_us + self._step_us, time.us + self._step_us // 2)
            yield DecodedFrame(index, time, frame, self._orientation)

    def _moment(self, frame: VideoFrame) -> Instant:
        """Time of a picture; one without a usable time stamp follows its predecessor."""
        follows = self.end
        if frame.pts is None:
            return follows
        time = moment(frame, self._stream).shifted(-self.origin_us)
        return time if self._last is None or time > self._last else follows

    def _length_us(self, frame: VideoFrame) -> int:
        base = frame.time_base or self._stream.time_base
        if frame.duration > 0 and base is not None:
            return Instant.from_pts(frame.duration, base).us
        rate = self.facts.frame_rate
        return DEFAULT_PICTURE_US if rate is None else round(MICROSECONDS / rate)

    def _check_length(self, length: Instant) -> None:
        if length.us > self._limits.max_seconds * MICROSECONDS + LENGTH_TOLERANCE_US:
            raise TooLong(limit_seconds=self._limits.max_seconds)
