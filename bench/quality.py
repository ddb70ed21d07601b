"""How right the account is: every clip of the sets goes through the whole job, and each figure is pooled over its clips."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calibration import Band, Judged, bands, judged_shots, judged_texts, judged_words
from clipset import LEVELS, BenchClip, Group
from clipsight.errors import ClipsightError
from clipsight.pipeline.perceiver import Perceiver
from clipsight.testing.truth import Truth
from library import Rendered
from measure import Cost, account
from pooling import CaptionPool, FalsePool, ShotPool, SoundPool, TextPool, WordPool, false_rows, false_words

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """A clip and the account of it as its JSON gives it; ``failure`` says what kept it from being complete."""

    clip: BenchClip
    truth: Truth
    document: dict[str, Any] | None
    failure: str = ""
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """All figures about one set of clips."""

    shots: ShotPool = field(default_factory=ShotPool)
    texts: TextPool = field(default_factory=TextPool)
    captions: CaptionPool = field(default_factory=CaptionPool)
    no_text: FalsePool = field(default_factory=FalsePool)
    words: dict[str, WordPool] = field(default_factory=dict[str, WordPool])
    no_words: FalsePool = field(default_factory=FalsePool)
    languages: FalsePool = field(default_factory=FalsePool)
    sounds: SoundPool = field(default_factory=SoundPool)

    @property
    def word_start(self) -> WordPool:
        """Words without music, the clips that the target of their start is about."""
        return self.words.get("clean", WordPool())


def look_at(clips: Sequence[Rendered], perceiver: Perceiver, say: Say) -> list[Looked]:
    """The account of every clip that could be rendered."""
    looked: list[Looked] = []
    for number, item in enumerate(clips, 1):
        if item.path is None or item.truth is None:
            continue
        looked.append(_look(item.clip, item.path, item.truth, perceiver))
        say(f"{number} of {len(clips)}: {item.clip.name} {looked[-1].failure}".rstrip())
    return looked


def _look(clip: BenchClip, path: Path, truth: Truth, perceiver: Perceiver) -> Looked:
    try:
        job = account(path, perceiver)
    except ClipsightError as error:
        return Looked(clip, truth, None, error.code)
    return Looked(clip, truth, job.document, f"failed stages: {', '.join(job.failed)}" if job.failed else "", job.cost)


def pooled(looked: Iterable[Looked], group: Group) -> Quality:
    """The figures of one set. A clip without an account counts nowhere; the page lists it."""
    quality = Quality()
    for item in looked:
        if item.clip.group == group and item.document is not None:
            _add(quality, item.clip, item.document, item.truth)
    return quality


def _add(quality: Quality, clip: BenchClip, document: dict[str, Any], truth: Truth) -> None:
    for measure in clip.measures:
        match measure:
            case "shots":
                quality.shots.add(document, truth)
            case "cuts":
                quality.shots.add(_without_gradual(document), truth)
            case "text":
                quality.texts.add(document, truth)
            case "captions":
                quality.captions.add(document, truth)
            case "no text":
                quality.no_text.add(false_rows(document), document, truth)
            case "words":
                quality.words.setdefault(clip.level, WordPool()).add(document, truth)
            case "no words":
                quality.no_words.add(false_words(document), document, truth)
            case "language":
                quality.languages.add(false_words(document), document, truth)
            case "sound":
                quality.sounds.add(document, truth)


def _without_gradual(document: dict[str, Any]) -> dict[str, Any]:
    """The document as if it had seen cuts only, for clips of which nothing else is known."""
    evidence = document["evidence"]
    shots = [shot for shot in evidence["shots"] if shot["transition"] in ("start", "cut")]
    return {**document, "evidence": {**evidence, "shots": shots}}


def confidence(looked: Iterable[Looked], group: Group) -> dict[str, list[Band]]:
    """Correctness by confidence for texts, words and transitions of one set."""
    judged: dict[str, list[Judged]] = {"text": [], "words": [], "shots": []}
    for item in looked:
        if item.clip.group != group or item.document is None:
            continue
        measures = item.clip.measures
        if measures & {"text", "no text", "confidence"}:
            judged["text"] += judged_texts(item.document, item.truth)
        if "words" in measures or "no words" in measures or "language" in measures:
            judged["words"] += judged_words(item.document, item.truth)
        if "shots" in measures:
            judged["shots"] += judged_shots(item.document, item.truth)
    return {name: bands(items) for name, items in judged.items()}


def levels_of(quality: Quality) -> list[str]:
    """The levels of music in their order, then the other voices."""
    return [level for level in LEVELS if level in quality.words] + [name for name in quality.words if name not in LEVELS]
