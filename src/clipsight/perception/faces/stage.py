"""When faces are seen: a few pictures of each shot first, then more of them only where the answer changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clipsight.perception.faces.port import FaceBox, FaceDetector, FaceFinding
from clipsight.perception.frames import Pixels, Sample
from clipsight.timeline import Instant, Span

STEP_US = 500_000  # between pictures that are kept to look at; also how exact the ends of a stretch are
AFTER_CHANGE_US = 100_000  # a short shot gets a picture of its own
COARSE_US = 4_000_000  # between the pictures of a long shot that are looked at in any case
LOOKS, LOOKS_PER_SECOND = 4, 0.3  # a look costs up to 0.05 CPU-seconds: at most 0.7 for 30 seconds of video
SUDDEN = 20.0  # mean change in levels between neighbouring pictures


@dataclass(slots=True)
class _Look:
    """A small luma picture that may be looked at, and what was found in it; None as long as nobody looked."""

    us: int
    small: Pixels
    faces: list[FaceBox] | None = None


class FaceStage:
    """Keeps small pictures while the video runs and looks at some of them at the end; one object per video.

    Memory: about 0.26 MB per second of video.
    """

    def __init__(self, finder: FaceDetector) -> None:
        self._finder = finder
        self._looks: list[_Look] = []
        self._due_us = 0
        self._last: Pixels | None = None

    def see(self, sample: Sample) -> None:
        """Take in one picture; two per second are kept, and one right after each sudden change."""
        glance = sample.small[::16, ::16]
        if self._last is not None and _is_sudden(glance, self._last):
            self._due_us = min(self._due_us, sample.time.us + AFTER_CHANGE_US)
        self._last = glance
        if sample.time.us >= self._due_us:
            self._due_us = sample.time.us + STEP_US
            self._looks.append(_Look(sample.time.us, sample.small))

    def finish(self, shots: Sequence[Span], end: Instant) -> list[FaceFinding]:
        """Stretches with faces, in time order.

        Args:
            shots: the shots in order; no stretch goes across their borders.
            end: the moment after the last picture.
        """
        self._left = LOOKS + round(end.seconds * LOOKS_PER_SECOND)
        groups = [(shot, [look for look in self._looks if shot.contains(Instant(look.us))]) for shot in shots]
        # When there are more shots than looks, the long ones matter more.
        for _, looks in sorted(groups, key=lambda group: -group[0].us):
            for look in _coarse(looks):
                self._look(look)
        for _, looks in groups:
            self._refine(looks)
        return [finding for shot, looks in groups for finding in _stretches(shot, looks)]

    def _look(self, look: _Look) -> None:
        if look.faces is None and self._left > 0:
            self._left -= 1
            look.faces = self._finder.find(look.small)

    def _refine(self, looks: Sequence[_Look]) -> None:
        """Halve the distance between looks that disagree, until they are neighbours or the looks are used up."""
        places = [place for place, look in enumerate(looks) if look.faces is not None]
        waiting = list(pairwise(places))
        while waiting:
            low, high = waiting.pop()
            middle = (low + high) // 2
            if middle == low or bool(looks[low].faces) == bool(looks[high].faces):
                continue
            self._look(looks[middle])
            if looks[middle].faces is not None:
                waiting += [(low, middle), (middle, high)]


def _is_sudden(glance: Pixels, last: Pixels) -> bool:
    if glance.shape != last.shape:
        return True
    return float(abs(glance.astype("int16") - last.astype("int16")).mean()) > SUDDEN


def _coarse(looks: Sequence[_Look]) -> Iterator[_Look]:
    """One picture from the middle of a short shot, otherwise pictures spread evenly."""
    if not looks:
        return
    length_us = looks[-1].us - looks[0].us
    count = min(len(looks), 1 + round(length_us / COARSE_US))
    for number in range(count):
        yield looks[(2 * number + 1) * len(looks) // (2 * count)]


def _stretches(shot: Span, looks: Sequence[_Look]) -> Iterator[FaceFinding]:
    """Runs of looks that saw a face. What nobody looked at is taken to be as its nearest neighbours are."""
    seen = [look for look in looks if look.faces is not None]
    run: list[_Look] = []
    start = shot.start.us
    for place, look in enumerate(seen):
        if look.faces and not run:
            start = shot.start.us if place == 0 else (seen[place - 1].us + look.us) // 2
        if look.faces:
            run.append(look)
        elif run:
            yield _finding(Span(Instant(start), Instant((run[-1].us + look.us) // 2)), run)
            run = []
    if run:
        yield _finding(Span(Instant(start), shot.end), run)


def _finding(span: Span, run: Sequence[_Look]) -> FaceFinding:
    boxes = [box for look in run for box in look.faces or []]
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    count = max(len(look.faces or []) for look in run)
    best = sum(max(box.confidence for box in look.faces or []) for look in run) / len(run)
    # Seen once may be a mistake of the detector (1 picture in 60); seen again in the same shot is none.
    confidence = best if len(run) > 1 else best * 0.8
    return FaceFinding(span, left, top, right - left, bottom - top, count, round(confidence, 3))
