"""The zoo of inputs that are not a plain video with sound and text: each must give a correct account or a clear error.

Everything is tiny and rendered in a few seconds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream

from clipsight.testing.encode import Encoding, write_sound
from clipsight.testing.overlays import Overlay, Style
from clipsight.testing.rendering import ClipRecipe, Shot, render
from clipsight.testing.scenes import Backdrop, Plain
from clipsight.testing.sounds import Music, Noise, mixed

LONG_SECONDS = 200  # more than any limit on the length of a video
SHORT = Shot(Backdrop(21), 1.5)
LETTERS = Style(size=0.07)


PLAIN = ClipRecipe(shots=(SHORT, Shot(Backdrop(22), 1.5)), size=(180, 320), fps=Fraction(24))
FULL = replace(
    PLAIN,
    texts=(Overlay("Two hundred", 0.3, 2.7, style=LETTERS),),
    sounds=(Music(0, 3, gain=0.5), Noise(0, 3, gain=0.002)),
)
ODD_CLIPS: dict[str, ClipRecipe] = {
    "no_sound": replace(FULL, sounds=None),
    "silent": replace(FULL, sounds=()),
    "music_only": replace(PLAIN, sounds=(Music(0, 3, gain=0.6),)),
    "no_text": replace(PLAIN, sounds=(Noise(0, 3, gain=0.05),)),
    "one_frame": replace(PLAIN, shots=(SHORT,), times=(0.0,), texts=(Overlay("Single", 0, 9, style=LETTERS, fade_in=0),)),
    "too_long": ClipRecipe(shots=(Shot(Plain(), LONG_SECONDS),), size=(64, 64), fps=Fraction(1), grain=0),
    "rotated": replace(FULL, encoding=Encoding(rotation=90)),
    "odd_size": replace(FULL, size=(181, 321), encoding=Encoding(pixel_format="yuv444p")),
    "variable_rate": replace(FULL, times=tuple(float(time) for time in np.cumsum([0] + [0.02, 0.04, 0.1, 0.05] * 14))),
    "start_offset": replace(FULL, encoding=Encoding(offset=1.25)),
}
"""Videos that must be accounted for; only ``too_long`` is refused, and only because of its length."""


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text_file(path: Path) -> None:
    path.write_text("This is not a video.\n" * 50, encoding="utf-8")


def _picture_file(path: Path) -> None:
    """A PNG under the name of a video, which FFmpeg would take for a video of one picture."""
    with av.open(str(path), "w", format="image2pipe") as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "rgb24"
        picture = Backdrop(23, size=(96, 96)).picture(0, (64, 64))
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))


def _playlist(path: Path) -> None:
    """A playlist that would have a careless reader open other files."""
    path.write_text("ffconcat version 1.0\nfile /etc/hostname\nfile no_sound.mp4\n", encoding="utf-8")


def _sound_only(path: Path) -> None:
    write_sound(path, mixed((Music(0, 2),), 2), Encoding())


FOREIGN_FILES: dict[str, Callable[[Path], None]] = {
    "empty": _empty,
    "text_file": _text_file,
    "picture_file": _picture_file,
    "playlist": _playlist,
    "sound_only": _sound_only,
}
"""Not videos at all; each must be refused."""


STILL_SECONDS = 40  # of sound that all claim to be at the same moment
EARLY_SECONDS = 40  # of sound before the first picture


def _still_sound(path: Path) -> None:
    """All packets of the sound have the same time stamp, so that a clock alone never sees its end."""
    _disordered(path, STILL_SECONDS, still=True, picture_at=0)


def _early_sound(path: Path) -> None:
    """The first picture comes long after the sound."""
    _disordered(path, EARLY_SECONDS + 1, still=False, picture_at=EARLY_SECONDS)


def _disordered(path: Path, seconds: int, *, still: bool, picture_at: int) -> None:
    rate, block, pictures = 48_000, 1024, 10
    unspoken = {"live": "1"} if picture_at else {}  # with a declared length it would be refused before it is decoded
    with av.open(str(path), "w", format="matroska", options=unspoken) as container:
        picture = container.add_stream("libx264", rate=pictures, options={"preset": "veryfast"})
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        sound = container.add_stream("aac", rate=rate, layout="mono")
        for number in range(seconds * rate // block):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, block), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = rate, number * block
            for packet in cast("list[av.Packet[AudioStream]]", sound.encode(frame)):
                if still:
                    packet.pts = packet.dts = 0
                container.mux(packet)
        for number in range(pictures):
            shown = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8), "rgb24")
            shown.pts = picture_at * pictures + number
            container.mux(picture.encode(shown))
        container.mux(picture.encode(None))


DISORDERED_FILES: dict[str, Callable[[Path], None]] = {"still_sound": _still_sound, "early_sound": _early_sound}
"""A second of pictures with far more sound than fits: to be accounted for, and no more of it decoded than the limit."""


def _truncated(data: bytes) -> bytes:
    """The first half of a file whose index stands at the front: pictures up to the middle can be decoded."""
    return data[: len(data) // 2]


def _late_garbage(data: bytes) -> bytes:
    """The index is whole, and so is the first third of the pictures; the rest is noise."""
    media = data.index(b"mdat") + 4
    keep = media + (len(data) - media) // 3
    return data[:keep] + random.Random(25).randbytes(len(data) - keep)


def _index_only(data: bytes) -> bytes:
    """Header and index, and nothing of what they point at: to be refused."""
    return data[: data.index(b"mdat") + 4]


def _garbage(data: bytes) -> bytes:
    """A valid header, then noise: to be refused."""
    return data[:32] + random.Random(24).randbytes(20_000)


DAMAGED_FILES: dict[str, Callable[[bytes], bytes]] = {
    "truncated": _truncated,
    "late_garbage": _late_garbage,
    "index_only": _index_only,
    "garbage": _garbage,
}
"""Made from a sound video; the first two still have pictures to account for, the others must be refused."""


def wrong_inputs(folder: Path) -> dict[str, Path]:
    """Render all of them into a folder.

    Returns:
        Path by name, see :data:`ODD_CLIPS`, :data:`DAMAGED_FILES`, :data:`DISORDERED_FILES` and :data:`FOREIGN_FILES`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = {name: folder / f"{name}.mp4" for name in (*ODD_CLIPS, *DAMAGED_FILES, *FOREIGN_FILES)}
    found |= {name: folder / f"{name}.mkv" for name in DISORDERED_FILES}
    found["sound_only"] = folder / "sound_only.m4a"
    for name, recipe in ODD_CLIPS.items():
        render(recipe, found[name])
    for name, write in (FOREIGN_FILES | DISORDERED_FILES).items():
        write(found[name])
    whole = found["start_offset"].with_name("whole.mp4")
    render(FULL, whole)
    for name, damaged in DAMAGED_FILES.items():
        found[name].write_bytes(damaged(whole.read_bytes()))
    return found
