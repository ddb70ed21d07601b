"""Join a picture file and a sound file into one by copying their streams: no ffmpeg program, nothing is decoded."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

# The files come from a platform's media server: no guessing of formats, no reading of other files, bounded probing.
_DEMUXER = "mov"
_OPTIONS = {"protocol_whitelist": "file", "max_streams": "8", "probesize": "5000000", "analyzeduration": "5000000"}


def join_streams(picture: Path, sound: Path, target: Path) -> None:
    """Write the first video stream of ``picture`` and the first audio stream of ``sound`` to ``target``, an mp4.

    Raises:
        av.error.FFmpegError: a file is not what it should be.
        ValueError: a stream is missing.
    """
    with _opened(picture) as pictures, _opened(sound) as sounds, av.open(str(target), "w", format="mp4") as joined:
        if not pictures.streams.video or not sounds.streams.audio:
            raise ValueError("a stream is missing")
        sources = (pictures.streams.video[0], sounds.streams.audio[0])
        copies = {id(stream): joined.add_stream_from_template(stream) for stream in sources}
        timed = heapq.merge(_packets(pictures, sources[0]), _packets(sounds, sources[1]), key=_decoding_time)
        for packet in timed:
            packet.stream = copies[id(packet.stream)]
            joined.mux(packet)


def _opened(path: Path) -> InputContainer:
    return av.open(str(path), format=_DEMUXER, options=_OPTIONS, timeout=(5, 5))


def _packets(container: InputContainer, stream: Stream) -> Iterator[Packet[Stream]]:
    for packet in container.demux(stream):
        if packet.dts is not None:  # the last one is empty and only flushes decoders
            yield packet


def _decoding_time(packet: Packet[Stream]) -> Fraction:
    assert packet.dts is not None
    return packet.dts * packet.time_base
