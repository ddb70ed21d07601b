"""What was expected and what was found, as a table for a terminal. ``make demo`` ends with it.

The figures behind it are in :mod:`clipsight.testing.scores`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clipsight.testing.scores import (
    LineMatch,
    ShotScore,
    SoundScore,
    TextScore,
    Wire,
    WordScore,
    found_regions,
    score_shots,
    score_sounds,
    score_texts,
    score_words,
    transition_span,
    truth_lines,
)
from clipsight.testing.truth import Truth
from clipsight.timeline import MICROSECONDS, Span

TEXT_TOLERANCE = 0.2  # seconds at either end; what a viewer would not notice in a transcript
TEXT_EDITS = 0.1  # share of the characters; a lost space is close, another word is not
MUSIC_TOLERANCE = 0.6  # seconds at either end; voice and beat have no sharper edges
WORDS_WRONG = 0.05  # share of words; clean speech
WORD_TOLERANCE = 0.1  # seconds, median
TEMPO_TOLERANCE = 0.04  # share, as MIREX's tempo task has it; half and double tempo count too
SOUND_SHARE = 0.85  # share of the time whose kind must be named exactly
NARROWEST = 72  # characters of the table
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was asked for.

    Attributes:
        what, expected, found: the cells.
        passed: found within the tolerances above.
        close: passed, but not letter by letter.
    """

    what: str
    expected: str
    found: str
    passed: bool
    close: bool = False

    @property
    def verdict(self) -> str:
        if not self.passed:
            return "DIFFERS"
        return "close" if self.close else "ok"


def expected_against_found(document: Wire, truth: Truth) -> list[Row]:
    """The account of a clip beside its truth: size, transitions, each text, words, sounds.

    Args:
        document: the document as the dict that its JSON gives.
        truth: of the same clip.
    """
    return [
        _video(document, truth),
        *_shots(document, truth, score_shots(document, truth)),
        *_texts(score_texts(document, truth), truth),
        *_words(score_words(document, truth)),
        *_sounds(document, truth, score_sounds(document, truth)),
    ]


def table(rows: Sequence[Row], width: int | None = None) -> str:
    """The rows as plain text, one line each, cells cut to fit.

    Args:
        rows: in the order they are shown.
        width: characters of a line; None asks the terminal.
    """
    total = max(NARROWEST, width or shutil.get_terminal_size((118, 24)).columns)
    cells = [("what", "expected", "found", "verdict"), *((row.what, row.expected, row.found, row.verdict) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    spare = total - widths[0] - widths[3] - 6
    if widths[1] + widths[2] > spare:
        narrow = min(widths[1], spare // 2)
        widths[1:3] = (narrow, spare - narrow) if widths[2] > spare - narrow else (spare - widths[2], widths[2])
    lines = ["  ".join(_cut(cell, size) for cell, size in zip(line, widths, strict=True)).rstrip() for line in cells]
    passed = sum(row.passed for row in rows)
    return "\n".join(
        [lines[0], "  ".join("-" * size for size in widths), *lines[1:], f"{passed} of {len(rows)} as expected"]
    )


def _cut(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def _video(document: Wire, truth: Truth) -> Row:
    video = document["video"]
    same = (video["width"], video["height"], video["has_audio"]) == (truth.width, truth.height, truth.has_audio)
    close = abs(video["duration"] - truth.duration.seconds) <= 1 / (truth.fps or 1)
    return Row(
        "video",
        f"{truth.width}x{truth.height}, {truth.duration.seconds:.1f} s",
        f"{video['width']}x{video['height']}, {video['duration']:.1f} s",
        same and close,
    )


def _shots(document: Wire, truth: Truth, score: ShotScore) -> list[Row]:
    shots = document["evidence"]["shots"]
    cuts = [f"{shot['start']:.2f}" for shot in shots if shot["transition"] == "cut"]
    slow = [(shot, transition_span(shot)) for shot in shots if shot["transition"] in ("dissolve", "fade")]
    rows = [Row("cuts", _list(f"{cut.seconds:.2f}" for cut in truth.cuts), _list(cuts), score.cuts.f1 == 1)]
    expected = [("dissolve", span) for span in truth.dissolves] + [("fade", span) for span in truth.fades]
    if expected or slow:
        found = _list(f"{shot['transition']} {_range(span)}" for shot, span in slow)
        rows.append(
            Row("gradual", _list(f"{kind} {_range(span)}" for kind, span in expected), found, score.gradual.f1 == 1)
        )
    return rows


def _texts(score: TextScore, truth: Truth) -> list[Row]:
    matches = {match.expected: match for match in score.matches}
    rows = [_text(line.text, line.span, matches.get(line)) for text in truth.texts for line in truth_lines(text)]
    extra = [line.text for line in score.invented]
    if score.duplicates:
        extra.append(f"{score.duplicates} twice")
    return [*rows, Row("other text", NOTHING, _list(extra), not extra)]


def _text(text: str, span: Span, match: LineMatch | None) -> Row:
    expected = f"{_range(span)} {text}"
    if match is None:
        return Row("text", expected, NOTHING, passed=False)
    passed = max(abs(match.start_error), abs(match.end_error)) <= TEXT_TOLERANCE and match.edits <= TEXT_EDITS * len(text)
    return Row("text", expected, f"{_range(match.found.span)} {match.found.text}", passed, close=match.edits > 0)


def _words(score: WordScore) -> list[Row]:
    wrong = score.replaced + score.missing + score.extra
    if not score.expected:
        return [Row("words", NOTHING, f"{score.extra} words" if score.extra else NOTHING, not score.extra)]
    rate = score.word_error_rate
    rows = [Row("words", f"{score.expected} words", f"{wrong} wrong, error rate {rate:.1%}", rate <= WORDS_WRONG)]
    late = score.median_start_error
    if late is not None:
        found = f"median {late * 1000:.0f} ms off"
        rows.append(Row("word starts", f"within {WORD_TOLERANCE * 1000:.0f} ms", found, late <= WORD_TOLERANCE))
    return rows


def _sounds(document: Wire, truth: Truth, score: SoundScore) -> list[Row]:
    sound = document["evidence"]["sound"]
    rows: list[Row] = []
    longest = max((item.span for item in truth.sounds if item.kind == "music"), key=lambda span: span.us, default=None)
    if longest is not None:
        spans = [span for kind, span in found_regions(document) if kind == "music"]
        best = max(spans, key=longest.shared_us, default=None)
        near = best is not None and all(
            abs(edge.us - other.us) <= MUSIC_TOLERANCE * MICROSECONDS
            for edge, other in ((best.start, longest.start), (best.end, longest.end))
        )
        rows.append(Row("music alone", _range(longest), _range(best) if best else NOTHING, near))
    if truth.sounds:
        rows.append(Row("kinds of sound", f"{SOUND_SHARE:.0%} of the time", f"{score.same:.0%}", score.same >= SOUND_SHARE))
    if truth.tempo_bpm is not None:
        tempo = sound["tempo_bpm"] if sound else None
        found = NOTHING if tempo is None else f"{tempo:.0f} bpm"
        rows.append(Row("tempo", f"{truth.tempo_bpm:.0f} bpm", found, _same_tempo(truth.tempo_bpm, tempo)))
    return rows


def _same_tempo(expected: float, found: float | None) -> bool:
    return found is not None and any(
        abs(found - expected * factor) <= TEMPO_TOLERANCE * expected * factor for factor in (0.5, 1, 2)
    )


def _list(items: Iterable[str]) -> str:
    return ", ".join(items) or NOTHING


def _range(span: Span) -> str:
    return f"{span.start.seconds:.2f}-{span.end.seconds:.2f}"
