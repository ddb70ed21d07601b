"""The one loop that turns packets into pictures and survives damage on the way. Probing and decoding share it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import av.error
from av.stream import Disposition
from av.video.stream import VideoStream

from clipsight.errors import NoPicture, OutOfMemory, UnsupportedCodec
from clipsight.media.container import ACCEPTED_VIDEO

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame

DECODE_THREADS = 2
CODING_SLACK = 256 * 256  # pixels; a small picture can be mostly rounding up to coding blocks of 64
MAX_READ_ERRORS = 16  # places where the container itself is broken; each may start again only a little further on


@dataclass(slots=True)
class Damage:
    """What could not be read.

    Attributes:
        packets: packets that the decoder refused, or places where the container was broken.
        broken_off: reading stopped before the end of the file.
    """

    packets: int = 0
    broken_off: bool = False


def codec_name(stream: Stream) -> str | None:
    """Canonical name of the stream's codec (``av1``, not ``libdav1d``), None when there is no decoder for it."""
    context = cast("object | None", stream.codec_context)
    return None if context is None else stream.codec_context.codec.canonical_name


def picture_stream(container: InputContainer) -> VideoStream:
    """The stream to look at: the first moving picture in an accepted codec. Cover art does not count.

    Raises:
        NoPicture: there is only sound.
        UnsupportedCodec: there is a picture, in none of the accepted codecs.
    """
    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not moving:
        raise NoPicture
    for stream in moving:
        if codec_name(stream) in ACCEPTED_VIDEO:
            return stream
    raise UnsupportedCodec


def prepare(stream: VideoStream, max_pixels: int, *, referenced_only: bool = False) -> None:
    """Set the decoder up; must happen before the first packet.

    Args:
        stream: what will be decoded.
        max_pixels: largest picture, width times height.
        referenced_only: leave out pictures that no other picture refers to; VP9 and AV1 may have none.

    The loop filter is skipped: it costs a fifth of the decoding time and changes neither shots nor readable text.
    """
    context = stream.codec_context
    context.thread_count = DECODE_THREADS
    # The library counts whole coding blocks, so its limit is a coarse guard for memory; each picture is checked exactly.
    context.options = {"max_pixels": str(2 * max_pixels + CODING_SLACK), "skip_loop_filter": "all"}
    if referenced_only:
        context.skip_frame = "NONREF"


def pictures(container: InputContainer, stream: VideoStream, damage: Damage) -> Generator[VideoFrame]:
    """All pictures in order of presentation; what is damaged is skipped and counted in ``damage``."""
    for packet in _packets(container, stream, damage):
        try:
            frames = packet.decode()
        except av.error.EOFError:
            return
        except MemoryError as reason:
            raise OutOfMemory from reason
        except (av.error.FFmpegError, ValueError):
            damage.packets += 1
            continue
        yield from frames


def _packets(container: InputContainer, stream: VideoStream, damage: Damage) -> Iterator[Packet[VideoStream]]:
    for _ in range(MAX_READ_ERRORS):
        try:
            yield from container.demux(stream)
        except MemoryError as reason:
            raise OutOfMemory from reason
        except (av.error.FFmpegError, OSError, ValueError):
            damage.packets += 1
        else:
            return
    damage.broken_off = True
