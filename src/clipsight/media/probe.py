"""What a video file says about itself, checked against what clipsight accepts, before anything is decoded at length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from clipsight.errors import DamagedFile, PictureTooLarge
from clipsight.media.container import ACCEPTED_AUDIO, open_container
from clipsight.media.picture import orientation_of
from clipsight.media.pictures import Damage, codec_name, picture_stream, pictures, prepare
from clipsight.timeline import MICROSECONDS, Instant

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MAX_PIXELS = 3840 * 2160  # 4K; a bigger picture costs memory that a short vertical clip never needs
FASTEST_RATE = 1_000  # pictures per second; what a header claims beyond that is noise
MATROSKA_DURATION = re.compile(r"([0-9]{1,3}):([0-9]{2}):([0-9]{2})\.([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """A file as its headers and its first picture describe it. Everything but the first picture is a claim.

    Attributes:
        container: ``mov`` or ``matroska``.
        width, height: pixels of the first picture, rotation applied.
        rotation: degrees counterclockwise, one of 0, 90, 180, 270.
        mirrored: the picture is flipped left to right as well.
        frame_rate: average pictures per second, None when unknown.
        declared_duration: length of the picture as the header has it, None when unknown.
        video_codec: one of ``h264``, ``hevc``, ``vp9``, ``av1``.
        audio_codec: name of the sound's codec when it is one that is decoded, otherwise None.
        has_audio: there is a sound track, whether or not it can be decoded.
        origin_us: time of the first picture on the container's clock; sound is put on the same clock with it.
        video_start_us: start of the picture track on the container's clock, as the header has it.
        audio_start_us: the same for sound, None without it.
    """

    container: str
    width: int
    height: int
    rotation: int
    mirrored: bool
    frame_rate: Fraction | None
    declared_duration: Instant | None
    video_codec: str
    audio_codec: str | None
    has_audio: bool
    origin_us: int
    video_start_us: int
    audio_start_us: int | None


def probe(descriptor: int, max_pixels: int = MAX_PIXELS) -> MediaFacts:
    """Look at the headers and decode the first picture.

    Args:
        descriptor: an open regular file, see :func:`clipsight.media.container.open_container`.
        max_pixels: largest picture that is accepted, width times height.

    Raises:
        MediaError: the file is not a video that is accepted; the class says why.
    """
    with open_container(descriptor) as container:
        stream = picture_stream(container)
        check_size(stream.width, stream.height, max_pixels)
        prepare(stream, max_pixels)
        frame = next(pictures(container, stream, Damage()), None)
        if frame is None:
            raise DamagedFile
        check_size(frame.width, frame.height, max_pixels)
        return facts_of(container, stream, frame)


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture that has too many pixels.

    Raises:
        PictureTooLarge: ``width * height`` is above ``max_pixels``.
    """
    if width * height > max_pixels:
        raise PictureTooLarge(limit_pixels=max_pixels)


def facts_of(container: InputContainer, stream: VideoStream, first: VideoFrame) -> MediaFacts:
    """Everything that is known once the first picture is decoded."""
    orientation = orientation_of(first)
    sideways = orientation.quarters % 2 == 1
    sound = container.streams.best("audio")
    sound_codec = None if sound is None else codec_name(sound)
    start_us = _start_us(stream)
    return MediaFacts(
        container=container.format.name.split(",")[0],
        width=first.height if sideways else first.width,
        height=first.width if sideways else first.height,
        rotation=orientation.quarters * 90,
        mirrored=orientation.mirrored,
        frame_rate=_rate(stream),
        declared_duration=_declared(container, stream),
        video_codec=codec_name(stream) or "",
        audio_codec=sound_codec if sound_codec in ACCEPTED_AUDIO else None,
        has_audio=sound is not None,
        origin_us=start_us if first.pts is None else moment(first, stream).us,
        video_start_us=start_us,
        audio_start_us=None if sound is None else _start_us(sound),
    )


def moment(frame: VideoFrame, stream: VideoStream) -> Instant:
    """Presentation time on the container's clock.

    Raises:
        ValueError: the frame has no time stamp.
    """
    base = frame.time_base or stream.time_base
    if frame.pts is None or base is None:
        raise ValueError("a frame without a time stamp")
    return Instant.from_pts(frame.pts, base)


def _start_us(stream: Stream) -> int:
    if stream.start_time is None or stream.time_base is None:
        return 0
    return Instant.from_pts(stream.start_time, stream.time_base).us


def _rate(stream: VideoStream) -> Fraction | None:
    rate = stream.average_rate or stream.guessed_rate
    return rate if rate is not None and 0 < rate <= FASTEST_RATE else None


def _declared(container: InputContainer, stream: VideoStream) -> Instant | None:
    """Length of the picture track; of the whole file only where the track has none and nothing else can be longer."""
    claims: list[int] = []
    if stream.duration and stream.time_base is not None:
        claims.append(Instant.from_pts(stream.duration, stream.time_base).us)
    tag = MATROSKA_DURATION.fullmatch(stream.metadata.get("DURATION", ""))
    if tag is not None:
        hours, minutes, seconds = (int(tag[place]) for place in (1, 2, 3))
        fraction = int(tag[4].ljust(9, "0")) // 1_000
        claims.append(((hours * 60 + minutes) * 60 + seconds) * MICROSECONDS + fraction - _start_us(stream))
    # An edit list shortens the whole file but not the track, and sound may be longer than the picture.
    if container.duration and (claims or not container.streams.audio):
        claims.append(container.duration)
    positive = [claim for claim in claims if claim > 0]
    return Instant(min(positive)) if positive else None
