"""Whether a stated confidence can be acted on: how often things are right, by how sure the document was of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clipsight.testing.scores import CUT_TOLERANCE, Wire, score_texts, transition_span
from clipsight.testing.truth import Truth
from clipsight.testing.wording import aligned, edit_distance, shown_line, spoken_words
from clipsight.timeline import MICROSECONDS, Instant, Span

Judged = tuple[float, float]
"""A confidence and how right the thing was, both 0..1."""

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
FEW = 10  # things in a band from which its mean says something
ROOM = 2.0  # standard errors by which a band may lie below the one before it; what chance does to few samples


@dataclass(frozen=True, slots=True)
class Band:
    """Things with a confidence of ``low`` to below ``high``; 1 belongs to the last band."""

    low: float
    high: float
    count: int
    right: float

    @property
    def enough(self) -> bool:
        return self.count >= FEW


def bands(judged: Iterable[Judged]) -> list[Band]:
    """Mean correctness per band of confidence; bands without anything in them are left out."""
    items = list(judged)
    made: list[Band] = []
    for low, high in itertools.pairwise(EDGES):
        inside = [right for sure, right in items if low <= sure < high or (high == EDGES[-1] and sure == high)]
        if inside:
            made.append(Band(low, high, len(inside), sum(inside) / len(inside)))
    return made


def monotone(found: Sequence[Band]) -> bool | None:
    """Whether more confidence never meant less correctness, among bands with enough in them; None with fewer than two."""
    solid = [band for band in found if band.enough]
    if len(solid) < 2:
        return None
    return all(later.right >= earlier.right - ROOM * _error(earlier, later) for earlier, later in itertools.pairwise(solid))


def _error(one: Band, other: Band) -> float:
    """Standard error of the difference of two shares, each drawn a little towards one half as Agresti and Caffo 2000 do."""
    drawn = [((band.right * band.count + 1) / (band.count + 2), band.count + 2) for band in (one, other)]
    return math.sqrt(sum(share * (1 - share) / count for share, count in drawn))


def judged_texts(document: Wire, truth: Truth) -> list[Judged]:
    """Each line with the confidence of its row: 1 less its share of wrong characters, 0 when nothing like it was shown."""
    score = score_texts(document, truth)
    matched = {(match.found.text, match.found.span): match for match in score.matches}
    invented = {(line.text, line.span) for line in score.invented}
    judged: list[Judged] = []
    for row in document["evidence"]["screen_text"]:
        span = Span.from_seconds(row["start"], row["end"])
        for line in map(shown_line, row["text"].split("\n")):
            if not line:
                continue
            match = matched.get((line, span))
            if match is not None:
                wrong = edit_distance(match.expected.text, line) / len(match.expected.text)
                judged.append((row["confidence"], max(0.0, 1 - wrong)))
            else:  # a duplicate says what was there
                judged.append((row["confidence"], 0.0 if (line, span) in invented else 1.0))
    return judged


def judged_words(document: Wire, truth: Truth) -> list[Judged]:
    """Each word reported as speech: 1 when it was said there, 0 when not."""
    expected = [token for word in truth.words for token in spoken_words(word.text)]
    found: list[tuple[str, float]] = []
    for segment in document["evidence"]["speech"]["segments"]:
        if segment["kind"] == "speech":
            for word in segment["words"]:
                found.extend((token, word["confidence"]) for token in spoken_words(word["text"]))
    steps = aligned(expected, [token for token, _ in found])
    return [(found[step.found][1], float(step.operation == "same")) for step in steps if step.found is not None]


def judged_shots(document: Wire, truth: Truth) -> list[Judged]:
    """Each transition: 1 when one of any kind was there."""
    half = round(CUT_TOLERANCE * MICROSECONDS)
    there = [*truth.dissolves, *truth.fades]
    there += [Span(Instant(max(0, cut.us - half)), cut.shifted(half + 1)) for cut in truth.cuts]
    judged: list[Judged] = []
    for shot in document["evidence"]["shots"]:
        if shot["transition"] == "start":
            continue
        span = transition_span(shot)
        judged.append((shot["confidence"], float(any(span.overlaps(other) for other in there))))
    return judged
