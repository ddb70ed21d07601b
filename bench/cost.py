"""What a warm job costs beside decoding alone, on the same clip in the same run: each codec, a long clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clipsight.errors import ClipsightError
from clipsight.pipeline.options import Profile
from clipsight.pipeline.perceiver import Perceiver
from clipsight.testing.encode import VideoCodec
from clipsight.testing.truth import Truth
from library import in_other_codec, repeated
from measure import Cost, Job, decode_only, start, whole_job

CODECS: dict[str, VideoCodec] = {
    "HEVC": "libx265",
    "VP9": "libvpx-vp9",
    "AV1": "libsvtav1",
}
FAST = "H.264, `fast` profile"
LONG = 6  # times 30 s: the longest clip that is accepted


@dataclass(slots=True)
class Measured:
    """Jobs and floors on one clip, in turn; ``failure`` says why there are none."""

    name: str
    seconds: float
    jobs: list[Job] = field(default_factory=list[Job])
    floors: list[Cost] = field(default_factory=list[Cost])
    failure: str = ""
    truth: Truth | None = None


def measure(clip: Path, measured: Measured, perceiver: Perceiver, repeats: int, profile: Profile = "full") -> Measured:
    """``repeats`` jobs with warm models, each after one decoding alone, added to ``measured``."""
    try:
        for _ in range(repeats):
            measured.floors.append(decode_only(clip))
            measured.jobs.append(whole_job(clip, perceiver, "recipe", profile))
    except (ClipsightError, RuntimeError) as error:  # the second: stages failed, so there is no cost to speak of
        measured.failure = str(error) or type(error).__name__
    return measured


def plain(dense: Path, truth: Truth, perceiver: Perceiver, repeats: int) -> list[Measured]:
    """The clip full of text as the recipe renders it, in both profiles."""
    seconds = truth.duration.seconds
    return [
        measure(dense, Measured("H.264", seconds, truth=truth), perceiver, repeats),
        measure(dense, Measured(FAST, seconds, truth=truth), perceiver, repeats, "fast"),
    ]


def other_codecs(
    dense: Path, truth: Truth, perceiver: Perceiver, repeats: int, say: Callable[[str], None]
) -> list[Measured]:
    """The same clip in the other codecs that platforms serve."""
    found: list[Measured] = []
    for name, codec in CODECS.items():
        say(f"cost: {name}")
        measured = Measured(name, truth.duration.seconds, truth=truth)
        found.append(measure(in_other_codec(dense, codec), measured, perceiver, repeats))
    return found


def long_clip(dense: Path, seconds: float) -> Measured:
    """One long job in a process of its own, so that its peak of memory is nobody else's."""
    with Perceiver() as perceiver:
        start(perceiver)
        measured = Measured(f"{seconds * LONG:.0f} s", seconds * LONG)
        return measure(repeated(dense, LONG), measured, perceiver, 1)
