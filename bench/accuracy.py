"""The part of the page about how right the account is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

from calibration import Band, monotone
from clipset import Group
from clipsight.testing.truth import SoundKind
from faces import FaceScore
from pooling import CaptionPool, FalsePool, SoundPool, TextPool
from quality import Looked, Quality, confidence, levels_of, pooled
from tables import NONE, NOT_MEASURED, seconds, share, table

Row = tuple[str, ...]

_KINDS = get_args(SoundKind)

CONFIDENCE = """\
Correctness by stated confidence. A line of text counts as right by its share of right characters, a word or a transition
as a whole. "In order" says whether more confidence never went with less correctness by more than chance explains (two
standard errors), among bands with ten things or more.
"""
KARAOKE = """\
Captions that follow the voice word by word (words that light up, are added, or replace one another) are judged twice: by
their words, in order, and by their phrases. A phrase is found when a row says it as a whole, line ends aside.
"""
WORDS = "Word error rate by the level of the music under the speech; words start when the synthesiser says so.\n"


def targets(held_out: Quality, tuning: Quality) -> list[Row]:
    """Figure, target, hard bar, held out, tuning set."""
    return [(figure, target, bar, value(held_out), value(tuning)) for figure, target, bar, value in _TARGETS]


def face_targets(held_out: FaceScore | None, tuning: FaceScore | None) -> list[Row]:
    """The same for faces; None where they could not be measured."""
    both = (held_out, tuning)
    return [
        ("faces found", "≥ 90 %", "85 %", *(_faces_found(score) for score in both)),
        ("faces seen where there is none, per 100 pictures", "≤ 2", "5", *(_false_faces(score) for score in both)),
    ]


def _faces_found(score: FaceScore | None) -> str:
    return NOT_MEASURED if score is None else _of(score.with_face.expected, share(score.recall))


def _false_faces(score: FaceScore | None) -> str:
    return NOT_MEASURED if score is None else _of(score.pictures, f"{score.false_per_hundred:.1f}")


def sections(looked: Sequence[Looked]) -> list[str]:
    """Text, shots, words, sound, confidence; the held-out set first in every table."""
    sets: list[tuple[str, Quality]] = [(group, pooled(looked, group)) for group in _groups(looked)]
    return [
        "### Text on the screen\n",
        table(
            ("set", "clips", "lines", "recall", "precision", "rows per line", "character errors", "start p90", "end p90"),
            [(name, *_text_row(quality.texts)) for name, quality in sets],
        ),
        KARAOKE,
        table(
            ("set", "clips", "words", "wrong", "phrases", "found as one row", "rows per phrase", "start p90", "end p90"),
            [(name, *_caption_row(quality.captions)) for name, quality in sets],
        ),
        "### Shots\n",
        table(
            ("set", "clips", "cuts, F1", "gradual, F1", "both, F1", "worst cut, pictures"),
            [_shot_row(*item) for item in sets],
        ),
        "### Speech\n",
        WORDS,
        table(
            ("set", "speech", "words", "wrong", "word start, median"),
            [row for item in sets for row in _word_rows(*item)],
        ),
        table(
            ("set", "without speech", "words per minute", "other languages", "words per minute", "verdict `unknown`"),
            [_false_row(*item) for item in sets],
        ),
        "### Sound\n",
        table(
            ("set", "clips", "kind of sound named exactly, share of time", *(kind.replace("_", " ") for kind in _KINDS)),
            [_sound_row(name, q.sounds) for name, q in sets if q.sounds.clips],
        ),
        "### Confidence\n",
        CONFIDENCE,
        table(("set", "what", "confidence: mean correctness (things)", "in order"), _confidence_rows(looked)),
        "### Clip by clip\n",
        table(("clip", "set", "measured", "result"), [_clip_row(item) for item in looked]),
    ]


def _groups(looked: Sequence[Looked]) -> list[Group]:
    """Held out first; real recordings only where there are some."""
    real: list[Group] = ["real"] if any(item.clip.real for item in looked) else []
    return ["held out", "tuning", *real]


def _text_row(texts: TextPool) -> Row:
    if not texts.clips:
        return ("0", *[NOT_MEASURED] * 7)
    return (
        str(texts.clips),
        str(texts.lines.expected),
        share(texts.lines.recall),
        share(texts.lines.precision),
        f"{texts.per_text:.2f}",
        share(texts.character_error_rate),
        seconds(texts.start_error),
        seconds(texts.end_error),
    )


def _caption_row(captions: CaptionPool) -> Row:
    if not captions.clips:
        return ("0", *[NOT_MEASURED] * 7)
    return (
        str(captions.clips),
        str(captions.expected),
        share(captions.error_rate),
        str(captions.phrases.expected),
        share(captions.phrases.recall),
        f"{captions.per_phrase:.2f}",
        seconds(captions.start_error),
        seconds(captions.end_error),
    )


def _shot_row(name: str, quality: Quality) -> Row:
    shots = quality.shots
    if not shots.clips:
        return (name, "0", *[NOT_MEASURED] * 4)
    cells = (f"{counts.f1:.2f} of {counts.expected}" for counts in (shots.cuts, shots.gradual, shots.both))
    return (name, str(shots.clips), *cells, _pictures(quality))


def _word_rows(name: str, quality: Quality) -> list[Row]:
    rows: list[Row] = []
    for level in levels_of(quality):
        words = quality.words[level]
        rows.append((name, level, str(words.expected), share(words.error_rate), seconds(words.start_error)))
    return rows


def _false_row(name: str, quality: Quality) -> Row:
    silent, foreign = quality.no_words, quality.languages
    return (
        name,
        f"{silent.clips} clips, {silent.seconds:.0f} s",
        f"{silent.per_minute:.1f}",
        f"{foreign.clips} clips, {foreign.seconds:.0f} s",
        f"{foreign.per_minute:.1f}" if foreign.clips else NOT_MEASURED,
        f"{foreign.unknown} of {foreign.clips}",
    )


def _sound_row(name: str, sounds: SoundPool) -> Row:
    by_kind = (sounds.share_of(kind) for kind in _KINDS)
    return (name, str(sounds.clips), share(sounds.share), *(NONE if found is None else share(found) for found in by_kind))


def _confidence_rows(looked: Sequence[Looked]) -> list[Row]:
    rows: list[Row] = []
    for group in _groups(looked):
        for what, found in confidence(looked, group).items():
            rows.append((group, what, ", ".join(map(_band, found)) or NONE, _in_order(found)))
    return rows


def _band(band: Band) -> str:
    return f"{band.low:g} to {band.high:g}: {band.right:.2f} ({band.count})"


def _in_order(found: Sequence[Band]) -> str:
    return {None: "too few", True: "yes", False: "no"}[monotone(found)]


def _clip_row(item: Looked) -> Row:
    quality = pooled([item], item.clip.group)
    results: list[str] = [item.failure] if item.failure else []
    for measure in sorted(item.clip.measures):
        match measure:
            case "shots" | "cuts":
                results.append(f"F1 {quality.shots.both.f1:.2f} of {quality.shots.both.expected}")
            case "text":
                lines = quality.texts.lines
                results.append(f"{lines.matched} of {lines.expected} lines, {lines.found - lines.matched} others")
            case "captions":
                captions, phrases = quality.captions, quality.captions.phrases
                results.append(
                    f"{captions.wrong} of {captions.expected} shown words wrong; "
                    f"{phrases.matched} of {phrases.expected} phrases, {phrases.found} rows"
                )
            case "no text":
                results.append(f"{quality.no_text.found} false rows")
            case "words":
                results += [f"{words.wrong} of {words.expected} words wrong" for words in quality.words.values()]
            case "no words" | "language":
                results.append(f"{quality.no_words.found + quality.languages.found} false words")
            case "sound":
                results.append(f"sound {share(quality.sounds.share, 0)}")
    return (
        item.clip.name,
        item.clip.group,
        ", ".join(sorted(item.clip.measures)),
        "; ".join(results),
    )


def _of(count: int, value: str) -> str:
    return f"{value} (n = {count})" if count else NOT_MEASURED


def _rate(found: FalsePool) -> str:
    return f"{found.per_minute:.1f} (in {found.seconds:.0f} s)" if found.clips else NOT_MEASURED


def _ends(texts: TextPool) -> str:
    return f"{seconds(texts.start_error)}, {seconds(texts.end_error)}" if texts.starts else NOT_MEASURED


def _phrases(quality: Quality) -> str:
    phrases = quality.captions.phrases
    return _of(phrases.expected, share(phrases.recall))


def _pictures(quality: Quality) -> str:
    worst = quality.shots.worst_cut
    return NOT_MEASURED if worst is None else f"{worst:.2f}"


def _wrong(quality: Quality, level: str) -> str:
    words = quality.words.get(level)
    return NOT_MEASURED if words is None else _of(words.expected, share(words.error_rate))


def _start(quality: Quality) -> str:
    error = quality.word_start.start_error
    return NOT_MEASURED if error is None else f"{error * 1000:.0f} ms (n = {len(quality.word_start.starts)})"


_TARGETS: tuple[tuple[str, str, str, Callable[[Quality], str]], ...] = (
    ("text: lines found", "≥ 95 %", "92 %", lambda q: _of(q.texts.lines.expected, share(q.texts.lines.recall))),
    ("text: character errors", "≤ 1 %", "2 %", lambda q: _of(q.texts.characters, share(q.texts.character_error_rate))),
    ("text: rows per line", "≤ 1.05", "1.2", lambda q: _of(q.texts.lines.matched, f"{q.texts.per_text:.2f}")),
    ("text: start and end error, 90th percentile", "≤ 0.10 s", "0.15 s", lambda q: _ends(q.texts)),
    ("karaoke: phrases found as one row", "", "", _phrases),
    ("karaoke: words wrong", "", "", lambda q: _of(q.captions.expected, share(q.captions.error_rate))),
    ("text: false rows per minute", "≤ 1", "3", lambda q: _rate(q.no_text)),
    ("shots: F1, cuts and gradual", "≥ 0.95", "0.90", lambda q: _of(q.shots.both.expected, f"{q.shots.both.f1:.2f}")),
    ("shots: worst cut error, pictures", "≤ 1", "1", _pictures),
    ("words wrong, clean", "≤ 4 %", "6 %", lambda q: _wrong(q, "clean")),
    ("words wrong, music 5 dB below", "≤ 12 %", "15 %", lambda q: _wrong(q, "5 dB")),
    ("word start error, median", "≤ 50 ms", "80 ms", _start),
    ("words per minute of music, noise, silence", "0", "2", lambda q: _rate(q.no_words)),
    ("words per minute of other languages", "0", "2", lambda q: _rate(q.languages)),
)
