"""Figures about a document, held against the truth of its clip. Each names the convention that it follows.

All functions take the document as the dict that its JSON gives. A part that is ``null`` counts as nothing found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from clipsight.testing.truth import SoundKind, TextTruth, Truth
from clipsight.testing.wording import aligned, edit_distance, shown_line, spoken_words
from clipsight.timeline import MICROSECONDS, Instant, Span

Wire = Mapping[str, Any]
Region = tuple[SoundKind, Span]
Shared = tuple[SoundKind, SoundKind, int]  # expected kind, found kind, microseconds

CUT_TOLERANCE = 0.05  # seconds, one and a half pictures at 30 per second
SAME_LINE = 0.2  # edits over length up to which a found line counts as the expected one
NEAR = 0.5  # seconds around an expected text within which a second reading of it is a duplicate


def fraction(part: float, whole: float) -> float:
    """``part / whole``; 1 when nothing was there to get right."""
    return part / whole if whole else 1.0


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that ``share`` (0..1) of the values do not exceed (nearest rank); None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Detection:
    """Counts of one-to-one matches; those of several clips are added up before they are divided."""

    matched: int = 0
    expected: int = 0
    found: int = 0

    def __add__(self, other: Detection) -> Detection:
        return Detection(self.matched + other.matched, self.expected + other.expected, self.found + other.found)

    @property
    def recall(self) -> float:
        return fraction(self.matched, self.expected)

    @property
    def precision(self) -> float:
        return fraction(self.matched, self.found)

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision; 1 when nothing was expected and nothing found."""
        return fraction(2 * self.matched, self.expected + self.found)


# ── shots ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ShotScore:
    """Matching after TRECVID's shot boundary task (Smeaton, Over and Doherty 2010).

    One to one, cuts and gradual transitions apart; a cut matches within a tolerance, a gradual transition when the two
    share time.

    Attributes:
        cuts: transitions without length.
        gradual: dissolves and fades; their kinds are not told apart in the counts.
        all: both kinds together, a cut may then stand for a gradual transition and the other way round.
        cut_errors: seconds, found minus expected, of the matched cuts.
    """

    cuts: Detection
    gradual: Detection
    all: Detection
    cut_errors: tuple[float, ...]


def score_shots(document: Wire, truth: Truth, tolerance: float = CUT_TOLERANCE) -> ShotScore:
    """Compare where shots begin; the first one is not a transition."""
    shots = [shot for shot in document["evidence"]["shots"] if shot["transition"] != "start"]
    half = round(tolerance * MICROSECONDS)
    cuts = [_widened(cut, half) for cut in truth.cuts]
    gradual = [*truth.dissolves, *truth.fades]
    found_cuts = [_widened(Instant.from_seconds(shot["start"]), 0) for shot in shots if shot["transition"] == "cut"]
    found_gradual = [transition_span(shot) for shot in shots if shot["transition"] != "cut"]
    pairs = _pairs(cuts, found_cuts)
    errors = tuple((found_cuts[j].start.us - truth.cuts[i].us) / MICROSECONDS for i, j in pairs)
    slow = _pairs(gradual, found_gradual)
    both, found_both = [*cuts, *gradual], [*found_cuts, *found_gradual]
    return ShotScore(
        Detection(len(pairs), len(cuts), len(found_cuts)),
        Detection(len(slow), len(gradual), len(found_gradual)),
        Detection(len(_pairs(both, found_both)), len(both), len(found_both)),
        errors,
    )


def transition_span(shot: Wire) -> Span:
    """Where a found transition lies: around the start of its shot, as the document does not say on which side."""
    start, length = Instant.from_seconds(shot["start"]), round(shot["transition_seconds"] * MICROSECONDS)
    return Span(start.shifted(-length // 2), start.shifted(max(1, length // 2)))


def _widened(moment: Instant, by: int) -> Span:
    return Span(moment.shifted(-by), moment.shifted(by + 1))


def _pairs(expected: Sequence[Span], found: Sequence[Span]) -> list[tuple[int, int]]:
    """As many one-to-one pairs of overlapping spans as possible (augmenting paths, Kuhn 1955), nearest middles first."""
    partner: dict[int, int] = {}

    def place(i: int, seen: set[int]) -> bool:
        near = sorted(range(len(found)), key=lambda j: abs(found[j].middle.us - expected[i].middle.us))
        for j in near:
            if j in seen or not expected[i].overlaps(found[j]):
                continue
            seen.add(j)
            if j not in partner or place(partner[j], seen):
                partner[j] = i
                return True
        return False

    for i in range(len(expected)):
        place(i, set())
    return sorted((i, j) for j, i in partner.items())


# ── text on the screen ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Line:
    """One line of on-screen text, normalised."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class LineMatch:
    """An expected line and what was found of it; errors in seconds, found minus expected."""

    expected: Line
    found: Line
    edits: int

    @property
    def start_error(self) -> float:
        return (self.found.span.start.us - self.expected.span.start.us) / MICROSECONDS

    @property
    def end_error(self) -> float:
        return (self.found.span.end.us - self.expected.span.end.us) / MICROSECONDS


@dataclass(frozen=True, slots=True)
class TextScore:
    """The unit is the line, since readers group lines differently.

    A found line is the expected one when their times meet and at most a fifth of the characters differs (spaces and
    capitals aside). The character error rate is that of the ICDAR robust reading tasks: edits over expected characters.

    Attributes:
        lines: counts; duplicates and inventions lower the precision.
        duplicates: further readings of a line that is matched already.
        missed: expected lines that were not found.
        invented: found lines that are neither matched nor duplicates.
        matches: pairs in order of the truth.
    """

    lines: Detection
    duplicates: int
    missed: tuple[Line, ...]
    invented: tuple[Line, ...]
    matches: tuple[LineMatch, ...]

    @property
    def character_error_rate(self) -> float:
        """Edits over expected characters of the matched lines, capitals and spaces included."""
        return fraction(sum(match.edits for match in self.matches), self._characters) if self._characters else 0.0

    @property
    def _characters(self) -> int:
        return sum(len(match.expected.text) for match in self.matches)

    def start_error(self, share: float = 0.9) -> float | None:
        """Seconds that ``share`` of the matched lines do not exceed, without sign."""
        return percentile([abs(match.start_error) for match in self.matches], share)

    def end_error(self, share: float = 0.9) -> float | None:
        return percentile([abs(match.end_error) for match in self.matches], share)


def score_texts(document: Wire, truth: Truth) -> TextScore:
    """Compare on-screen text line by line, best pairs first."""
    return _text_score([line for text in truth.texts for line in truth_lines(text)], found_lines(document))


def score_captions(document: Wire, truth: Truth) -> TextScore:
    """Compare on-screen text row by row, best pairs first: where words come one by one, it is the phrase that counts.

    The unit of the answer is the row, its lines joined by spaces.
    """
    expected = [Line(line, text.span) for text in truth.texts if (line := _on_one_line(text.text))]
    rows = document["evidence"]["screen_text"]
    found = [(_on_one_line(row["text"]), Span.from_seconds(row["start"], row["end"])) for row in rows]
    return _text_score(expected, [Line(text, span) for text, span in found if text])


def _on_one_line(text: str) -> str:
    return shown_line(text.replace("\n", " "))


def _text_score(expected: Sequence[Line], found: Sequence[Line]) -> TextScore:
    close = _close_pairs(expected, found)
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(close):
        if i not in pairs and j not in taken and expected[i].span.overlaps(found[j].span):
            pairs[i] = j
            taken.add(j)
    duplicates = {j for _, i, j in close if i in pairs and j not in taken}
    return TextScore(
        Detection(len(pairs), len(expected), len(found)),
        len(duplicates),
        tuple(line for i, line in enumerate(expected) if i not in pairs),
        tuple(line for j, line in enumerate(found) if j not in taken | duplicates),
        tuple(
            LineMatch(expected[i], found[j], edit_distance(expected[i].text, found[j].text))
            for i, j in sorted(pairs.items())
        ),
    )


def truth_lines(text: TextTruth) -> list[Line]:
    return [Line(line, text.span) for line in map(shown_line, text.text.split("\n")) if line]


def found_lines(document: Wire) -> list[Line]:
    """All lines of the document's on-screen text, each with the times of its text."""
    return [
        Line(line, Span.from_seconds(text["start"], text["end"]))
        for text in document["evidence"]["screen_text"]
        for line in map(shown_line, text["text"].split("\n"))
        if line
    ]


def _close_pairs(expected: Sequence[Line], found: Sequence[Line]) -> list[tuple[tuple[float, int], int, int]]:
    """Pairs that say the same near the same time: (share of edits, less time in common is worse), places."""
    close: list[tuple[tuple[float, int], int, int]] = []
    for i, line in enumerate(expected):
        wanted = _bare(line.text)
        for j, other in enumerate(found):
            if line.span.gap_us(other.span) > NEAR * MICROSECONDS:
                continue
            share = edit_distance(wanted, _bare(other.text)) / max(1, len(wanted))
            if share <= SAME_LINE:
                close.append(((share, -line.span.shared_us(other.span)), i, j))
    return close


def _bare(text: str) -> str:
    return text.casefold().replace(" ", "")


# ── speech ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class WordScore:
    """Word error rate as NIST's sclite counts it: replaced, missing and extra words over the expected ones.

    Attributes:
        expected: number of expected words, after normalisation.
        replaced, missing, extra: errors.
        start_errors: seconds, found minus expected, of words that are the same and whose time is known.
    """

    expected: int
    replaced: int
    missing: int
    extra: int
    start_errors: tuple[float, ...]

    @property
    def word_error_rate(self) -> float:
        """0 is perfect; may exceed 1. Infinite when words were found where none were said."""
        errors = self.replaced + self.missing + self.extra
        if not self.expected:
            return float("inf") if errors else 0.0
        return errors / self.expected

    @property
    def median_start_error(self) -> float | None:
        return median(abs(error) for error in self.start_errors) if self.start_errors else None


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    start: float | None


def score_words(document: Wire, truth: Truth) -> WordScore:
    """Compare what is said, word by word; lyrics are left out."""
    expected = _said((word.text, word.span.start.seconds if word.span else None) for word in truth.words)
    segments = [part for part in document["evidence"]["speech"]["segments"] if part["kind"] == "speech"]
    found = _said((word["text"], word["start"]) for part in segments for word in part["words"])
    steps = aligned([word.text for word in expected], [word.text for word in found])
    counts = {name: sum(step.operation == name for step in steps) for name in ("replaced", "missing", "extra")}
    errors: list[float] = []
    for step in steps:
        if step.operation == "same" and step.expected is not None and step.found is not None:
            want, got = expected[step.expected].start, found[step.found].start
            if want is not None and got is not None:
                errors.append(got - want)
    return WordScore(len(expected), counts["replaced"], counts["missing"], counts["extra"], tuple(errors))


def _said(words: Iterable[tuple[str, float | None]]) -> list[_Said]:
    """Normalised words; a number made of several words begins with the first of them."""
    result: list[_Said] = []
    stretch: list[tuple[str, float | None]] = []
    for word in [*words, ("", None)]:
        alone = spoken_words(" ".join(text for text, _ in stretch))
        joined = spoken_words(" ".join(text for text, _ in [*stretch, word]))
        is_sign = not spoken_words(word[0])  # such as "$", which belongs to what follows; also the end
        if alone and (is_sign or len(joined) > 1):
            result.extend(_Said(text, stretch[0][1]) for text in alone)
            stretch = []
        if word[0]:
            stretch.append(word)
    return result


# ── sound ────────────────────────────────────────────────────────────────────────────────────────────────────────────

SPEAKING: frozenset[SoundKind] = frozenset(("speech", "speech_over_music"))
PLAYING: frozenset[SoundKind] = frozenset(("music", "speech_over_music"))


@dataclass(frozen=True, slots=True)
class SoundScore:
    """Shares of time, as in MIREX's music and speech detection (segment level, no collar).

    Attributes:
        same: share of the clip whose kind was named exactly.
        speech: F1 of the time with speech, with or without music.
        music: F1 of the time with music, with or without speech.
    """

    same: float
    speech: float
    music: float


def score_sounds(document: Wire, truth: Truth) -> SoundScore:
    """Compare the sound regions, microsecond by microsecond."""
    expected: list[Region] = [(sound.kind, sound.span) for sound in truth.sounds]
    found = found_regions(document)
    shared: list[Shared] = [(want, got, span.shared_us(other)) for want, span in expected for got, other in found]
    return SoundScore(
        fraction(sum(us for want, got, us in shared if want == got), truth.duration.us),
        _time_f1(expected, found, shared, SPEAKING.__contains__),
        _time_f1(expected, found, shared, PLAYING.__contains__),
    )


def right_by_kind(document: Wire, truth: Truth) -> dict[SoundKind, tuple[int, int]]:
    """Microseconds of each kind that were named exactly, and all of that kind."""
    found = found_regions(document)
    shares: dict[SoundKind, tuple[int, int]] = {}
    for sound in truth.sounds:
        named = sum(sound.span.shared_us(span) for kind, span in found if kind == sound.kind)
        right, whole = shares.get(sound.kind, (0, 0))
        shares[sound.kind] = right + named, whole + sound.span.us
    return shares


def found_regions(document: Wire) -> list[Region]:
    """The document's sound regions; none when the sound was not looked at."""
    sound: Wire | None = document["evidence"]["sound"]
    regions: Sequence[Wire] = sound["regions"] if sound else ()
    return [(region["kind"], Span.from_seconds(region["start"], region["end"])) for region in regions]


def _time_f1(
    expected: Sequence[Region],
    found: Sequence[Region],
    shared: Sequence[Shared],
    counts: Callable[[SoundKind], bool],
) -> float:
    both = sum(us for want, got, us in shared if counts(want) and counts(got))
    total = sum(span.us for kind, span in [*expected, *found] if counts(kind))
    return fraction(2 * both, total)
