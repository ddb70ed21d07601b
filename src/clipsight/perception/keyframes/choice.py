"""Which candidates become keyframes: one per shot, then the texts that nobody sees yet, then the gaps of long shots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clipsight.perception.keyframes.likeness import nearly_same
from clipsight.timeline import Instant, Span

MOST = 40  # keyframes per video
APART_US = 1_000_000  # between two keyframes
GAP_US = 5_000_000  # a stretch without a keyframe that deserves another one
TEXT_WORTH = 0.5  # what showing a text adds to the sharpness relative to the sharpest picture of the shot
PRESENCE_WORTH = 10.0  # a shot with a keyframe outweighs any choice between two candidates


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that was kept: its moment, size in pixels, sharpness, difference hash and encoded form."""

    time: Instant
    width: int
    height: int
    sharpness: float
    fingerprint: int
    jpeg: bytes


def choose(candidates: Sequence[Candidate], shots: Sequence[Span], texts: Sequence[Span]) -> list[Candidate]:
    """At most 40 candidates in time order, at least a second apart; at least one if there are any.

    What lies in no shot shows two of them at once, and is taken only when there is nothing else.
    """
    candidates = [each for each in candidates if any(shot.contains(each.time) for shot in shots)] or candidates
    chosen = _one_per_shot(candidates, shots, texts)
    if len(chosen) > MOST:
        length = {id(candidate): _shot_length(candidate, shots) for candidate in chosen}
        chosen = sorted(chosen, key=lambda candidate: -length[id(candidate)])[:MOST]
    for text in sorted(texts, key=lambda text: -text.us):
        if not any(text.contains(candidate.time) for candidate in chosen):
            _add_best(chosen, [candidate for candidate in candidates if text.contains(candidate.time)])
    _fill_gaps(chosen, candidates)
    if not chosen and candidates:
        chosen = [max(candidates, key=lambda candidate: candidate.sharpness)]
    return sorted(chosen, key=lambda candidate: candidate.time)


def _one_per_shot(candidates: Sequence[Candidate], shots: Sequence[Span], texts: Sequence[Span]) -> list[Candidate]:
    """The best set with at most one candidate per shot and a second between them, by dynamic programming over time."""
    owned: list[tuple[int, Candidate, float]] = []
    for number, shot in enumerate(shots):
        inside = [candidate for candidate in candidates if shot.contains(candidate.time)]
        sharpest = max((candidate.sharpness for candidate in inside), default=0.0)
        for candidate in inside:
            shown = any(text.contains(candidate.time) for text in texts)
            detail = candidate.sharpness / sharpest if sharpest else 0.0
            owned.append((number, candidate, PRESENCE_WORTH + detail + TEXT_WORTH * shown))
    worth: list[float] = []
    before: list[int | None] = []
    for place, (number, candidate, value) in enumerate(owned):
        best: int | None = None
        for earlier in range(place):
            other_number, other, _ = owned[earlier]
            fits = other_number < number and candidate.time.us - other.time.us >= APART_US
            if fits and (best is None or worth[earlier] > worth[best]):
                best = earlier
        worth.append(value + (worth[best] if best is not None else 0.0))
        before.append(best)
    place = max(range(len(worth)), key=worth.__getitem__, default=None)
    chosen: list[Candidate] = []
    while place is not None:
        chosen.append(owned[place][1])
        place = before[place]
    return chosen


def _shot_length(candidate: Candidate, shots: Iterable[Span]) -> int:
    return next((shot.us for shot in shots if shot.contains(candidate.time)), 0)


def _add_best(chosen: list[Candidate], options: Iterable[Candidate]) -> bool:
    """Add the sharpest option that has room and shows something new; whether there was one."""
    if len(chosen) >= MOST:
        return False
    for option in sorted(options, key=lambda candidate: -candidate.sharpness):
        has_room = all(abs(option.time.us - other.time.us) >= APART_US for other in chosen)
        if has_room and not any(nearly_same(option.fingerprint, other.fingerprint) for other in chosen):
            chosen.append(option)
            return True
    return False


def _fill_gaps(chosen: list[Candidate], candidates: Sequence[Candidate]) -> None:
    """Add pictures to long stretches without one, the sharpest in the middle half of each, until nothing fits."""
    if not chosen or not candidates:
        return
    marks = sorted({candidates[0].time.us, candidates[-1].time.us, *(candidate.time.us for candidate in chosen)})
    waiting = list(pairwise(marks))
    while waiting:
        low, high = waiting.pop()
        if high - low <= GAP_US:
            continue
        quarter = (high - low) // 4
        count = len(chosen)
        middle = [candidate for candidate in candidates if low + quarter <= candidate.time.us <= high - quarter]
        if _add_best(chosen, middle):
            added = chosen[count].time.us
            waiting += [(low, added), (added, high)]
