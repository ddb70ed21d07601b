"""The media that all simulated platforms hand out: one clip, whole and as separate streams."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import av

from clipsight.timeline import MICROSECONDS

WHOLE, PICTURE, SOUND = "whole.mp4", "picture.mp4", "sound.m4a"
COVER = b"\xff\xd8\xff\xd9"  # the smallest thing that starts and ends as a JPEG


@dataclass(frozen=True, slots=True)
class Media:
    """Contents of the media files by name, and what platforms say about them.

    Attributes:
        files: :data:`WHOLE`, :data:`PICTURE` and :data:`SOUND`.
        seconds: duration.
        width: pixels.
        height: pixels.
    """

    files: dict[str, bytes]
    seconds: float
    width: int
    height: int

    @classmethod
    def of(cls, clip: Path) -> Media:
        """From an mp4 with picture and sound.

        Raises:
            ValueError: a stream is missing.
        """
        with av.open(clip) as container:
            if not container.streams.video or not container.streams.audio or container.duration is None:
                raise ValueError("the clip needs picture and sound")
            stream = container.streams.video[0]
            seconds, width, height = container.duration / MICROSECONDS, stream.width, stream.height
        files = {WHOLE: clip.read_bytes(), PICTURE: _one_stream(clip, "video"), SOUND: _one_stream(clip, "audio")}
        return cls(files, round(seconds, 3), width, height)


def _one_stream(clip: Path, kind: str) -> bytes:
    """One stream of a clip in an mp4 of its own, copied and not encoded again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part.mp4"
        with av.open(clip) as source, av.open(path, "w", format="mp4", options={"movflags": "faststart"}) as target:
            wanted = source.streams.video[0] if kind == "video" else source.streams.audio[0]
            copy = target.add_stream_from_template(wanted)
            for packet in source.demux(wanted):
                if packet.dts is not None:  # the empty packet at the end
                    packet.stream = copy
                    target.mux(packet)
        return path.read_bytes()
