"""Join a picture file and a sound file into one by copying their streams: no ffmpeg program, nothing is decoded."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

# The files come from a platform's media server, so they are opened as what they must be and as nothing else: no guessing of
# formats, no other file, address or protocol, no decoder while probing, bounded probing. The library gets open files and
# no names: a name such as ``file:x`` or ``concat:…`` would be an instruction to it.
_DEMUXER = "mov"
_OPTIONS = {
    "protocol_whitelist": "none",
    "codec_whitelist": "none",
    "enable_drefs": "0",
    "max_streams": "8",
    "probesize": "5000000",
    "analyzeduration": "5000000",
}
_PATIENCE = (5, 5)  # seconds for opening and for each packet
PICTURE_CODECS = frozenset({"h264", "hevc", "vp9", "av1"})
SOUND_CODECS = frozenset({"aac", "mp3", "opus"})


def join_streams(picture: Path, sound: Path, target: Path) -> None:
    """Write the first video stream of ``picture`` and the first audio stream of ``sound`` to ``target``, an mp4.

    Raises:
        av.error.FFmpegError: a file is not what it should be.
        ValueError: a stream is missing, or in none of the codecs that the platform uses.
    """
    with ExitStack() as stack:
        pictures, sounds = (_opened(path, stack) for path in (picture, sound))
        if not pictures.streams.video or not sounds.streams.audio:
            raise ValueError("a stream is missing")
        sources = (pictures.streams.video[0], sounds.streams.audio[0])
        for stream, known in zip(sources, (PICTURE_CODECS, SOUND_CODECS), strict=True):
            if _codec(stream) not in known:
                raise ValueError("a stream is in another codec")
        joined = stack.enter_context(av.open(stack.enter_context(target.open("xb")), "w", format="mp4"))
        copies = {id(stream): joined.add_stream_from_template(stream) for stream in sources}
        timed = heapq.merge(_packets(pictures, sources[0]), _packets(sounds, sources[1]), key=_decoding_time)
        for packet in timed:
            packet.stream = copies[id(packet.stream)]
            joined.mux(packet)


def _opened(path: Path, stack: ExitStack) -> InputContainer:
    file = stack.enter_context(path.open("rb"))
    return stack.enter_context(av.open(file, "r", format=_DEMUXER, options=_OPTIONS, timeout=_PATIENCE))


def _codec(stream: Stream) -> str | None:
    """Canonical name of the codec; None when the library does not know it."""
    context = cast("object | None", stream.codec_context)
    return None if context is None else stream.codec_context.codec.canonical_name


def _packets(container: InputContainer, stream: Stream) -> Iterator[Packet[Stream]]:
    for packet in container.demux(stream):
        if packet.dts is not None:  # the last one is empty and only flushes decoders
            yield packet


def _decoding_time(packet: Packet[Stream]) -> Fraction:
    assert packet.dts is not None
    return packet.dts * packet.time_base
