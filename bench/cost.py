"""What a warm job costs beside decoding alone, on the same clip in the same run: each codec, a long clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clipsight.errors import ClipsightError
from clipsight.pipeline.perceiver import Perceiver
from clipsight.testing.encode import VideoCodec
from library import in_other_codec, repeated
from measure import Cost, Job, decode_only, start, whole_job

CODECS: dict[str, VideoCodec | None] = {
    "H.264": None,  # as the recipe renders it
    "HEVC": "libx265",
    "VP9": "libvpx-vp9",
    "AV1": "libsvtav1",
}
LONG = 6  # times 30 s: the longest clip that is accepted


@dataclass(slots=True)
class Measured:
    """Jobs and floors on one clip, in turn; ``failure`` says why there are none."""

    name: str
    seconds: float
    jobs: list[Job] = field(default_factory=list[Job])
    floors: list[Cost] = field(default_factory=list[Cost])
    failure: str = ""


def measure(name: str, clip: Path, seconds: float, perceiver: Perceiver, repeats: int) -> Measured:
    """``repeats`` jobs with warm models, each after one decoding alone."""
    measured = Measured(name, seconds)
    try:
        for _ in range(repeats):
            measured.floors.append(decode_only(clip))
            measured.jobs.append(whole_job(clip, perceiver, "recipe"))
    except (ClipsightError, RuntimeError) as error:  # the second: stages failed, so there is no cost to speak of
        measured.failure = str(error) or type(error).__name__
    return measured


def codecs(dense: Path, seconds: float, perceiver: Perceiver, repeats: int, say: Callable[[str], None]) -> list[Measured]:
    """The clip full of text in every codec that platforms serve; H.264 as often as asked, the others once."""
    found: list[Measured] = []
    for name, codec in CODECS.items():
        say(f"cost: {name}")
        clip = dense if codec is None else in_other_codec(dense, codec)
        found.append(measure(name, clip, seconds, perceiver, repeats if codec is None else 1))
    return found


def long_clip(dense: Path, seconds: float) -> Measured:
    """One long job in a process of its own, so that its peak of memory is nobody else's."""
    with Perceiver() as perceiver:
        start(perceiver)
        return measure(f"{seconds * LONG:.0f} s", repeated(dense, LONG), seconds * LONG, perceiver, 1)
