"""Rendered clips, kept between runs under ``build/bench`` until a recipe or the code that renders it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.stream import Stream
from av.video.frame import PictureType, VideoFrame

from clipset import BenchClip, clip_named
from clipsight.testing.clips import render
from clipsight.testing.encode import QUICK, VideoCodec
from clipsight.testing.truth import Truth
from voices import ROOT, NoVoice

STORE = ROOT / "build" / "bench"
RECIPES = ("footage", "grounds", "heldout", "lettering", "tuning", "voices", "clipset")
RENDERERS = ("rendering", "scenes", "sounds", "overlays", "karaoke", "painting", "encode")
CRF: dict[VideoCodec, str] = {"libx265": "26", "libvpx-vp9": "32", "libsvtav1": "34"}
SUFFIX = ".mp4"  # holds every codec in use


@dataclass(frozen=True, slots=True)
class Rendered:
    """A clip that can be measured; ``path`` is None where it could not be made, ``why_not`` then says what to install."""

    clip: BenchClip
    path: Path | None
    truth: Truth | None
    why_not: str = ""


def rendered(clips: Sequence[BenchClip]) -> list[Rendered]:
    """Render what is not there yet, on two processors."""
    folder = STORE / _fingerprint()
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        reasons = list(pool.map(_render, [clip.name for clip in clips], [folder] * len(clips)))
    made: list[Rendered] = []
    for clip, reason in zip(clips, reasons, strict=True):
        path = folder / (clip.name + SUFFIX)
        made.append(Rendered(clip, None, None, reason) if reason else Rendered(clip, path, Truth.load(_truth_of(path))))
    return made


def _render(name: str, folder: Path) -> str:
    """Render one clip unless it is there; returns why it cannot be, or nothing."""
    path = folder / (name + SUFFIX)
    if _truth_of(path).exists():
        return ""
    try:
        render(clip_named(name).recipe(), path).save(_truth_of(path))
    except NoVoice as missing:
        return str(missing)
    return ""


def in_other_codec(source: Path, codec: VideoCodec) -> Path:
    """The same clip encoded again; the sound is copied."""
    target = source.with_name(f"{source.stem}-{codec}{SUFFIX}")
    if target.exists():
        return target
    unfinished = target.with_name("unfinished" + SUFFIX)
    with av.open(str(source)) as read, av.open(str(unfinished), "w") as write:
        picture, sound = read.streams.video[0], read.streams.audio[0]
        picture.thread_type = "AUTO"
        video = write.add_stream(codec, rate=picture.average_rate, options={"crf": CRF[codec], **QUICK[codec]})
        video.width, video.height, video.pix_fmt = picture.width, picture.height, "yuv420p"
        audio = write.add_stream_from_template(sound)
        for packet in read.demux(picture, sound):
            if packet.stream is sound:
                if packet.dts is not None:  # None marks the end
                    packet.stream = audio
                    write.mux(packet)
                continue
            for frame in packet.decode():
                assert isinstance(frame, VideoFrame)
                frame.pict_type = PictureType.NONE  # the encoder chooses
                write.mux(video.encode(frame))
        write.mux(video.encode(None))
    unfinished.rename(target)
    return target


def repeated(source: Path, times: int) -> Path:
    """The clip ``times`` in a row, without encoding anything again."""
    target = source.with_name(f"{source.stem}-x{times}{SUFFIX}")
    if target.exists():
        return target
    unfinished = target.with_name("unfinished" + SUFFIX)
    with av.open(str(unfinished), "w") as write, av.open(str(source)) as first:
        streams = {stream.type: write.add_stream_from_template(stream) for stream in first.streams}
        length = Fraction(first.duration or 0, av.time_base)
        last: dict[str, int] = {}
        for number in range(times):
            with av.open(str(source)) as read:
                _append(read, write, (streams, last), length * number)
    unfinished.rename(target)
    return target


def _append(
    read: InputContainer, write: OutputContainer, to: tuple[dict[str, Stream], dict[str, int]], by: Fraction
) -> None:
    """Copy all packets, later by ``by`` seconds. ``to`` has the streams by kind and the last time stamp written to each."""
    streams, last = to
    for packet in read.demux():
        if packet.dts is None or packet.pts is None:
            continue
        kind, shift = packet.stream.type, round(by / packet.time_base)
        if packet.dts + shift <= last.get(kind, packet.dts + shift - 1):
            continue  # sound begins a little before zero, where the round before has not ended yet
        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
        last[kind] = packet.dts
        packet.stream = streams[kind]
        write.mux(packet)


def _truth_of(path: Path) -> Path:
    return path.with_suffix(".json")


def _fingerprint() -> str:
    """Of everything that the rendered files follow from."""
    here = Path(__file__).parent
    files = [here / f"{name}.py" for name in RECIPES]
    files += [ROOT / "src" / "clipsight" / "testing" / f"{name}.py" for name in RENDERERS]
    digest = hashlib.sha256(json.dumps(sorted(CRF.items())).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
