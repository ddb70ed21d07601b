"""Real recordings with known truth, from a folder outside the repository.

``truth.json`` in it maps file names to what is known: ``speech`` (the words, an empty string for none), ``cuts`` (seconds),
``texts`` (``text``, ``start``, ``end``), each optional; keys that are no file are left alone. Sound without a picture is
laid under a grey one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av

from clipset import BenchClip, Measure
from clipsight.testing.clips import ClipRecipe, Encoding, Plain, Shot, Spoken, render
from clipsight.testing.truth import SentenceTruth, TextTruth, Truth, WordTruth
from clipsight.timeline import Instant, Span
from library import STORE, Rendered
from voices import STILL_RATE, length

LEVEL = "real recordings"


def real_clips(folder: Path) -> list[Rendered]:
    """The clips of a folder, ready to be measured.

    Raises:
        FileNotFoundError: there is no ``truth.json``.
    """
    known: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return [_clip(folder / name, facts) for name, facts in known.items() if (folder / name).is_file()]


def _clip(file: Path, facts: Mapping[str, Any]) -> Rendered:
    measures = measures_of(facts)
    path = file if _has_picture(file) else _with_picture(file)
    clip = BenchClip(f"real: {file.name}", True, measures, _no_recipe, LEVEL if "words" in measures else "", real=True)
    return Rendered(clip, path, truth_of(path, facts))


def measures_of(facts: Mapping[str, Any]) -> frozenset[Measure]:
    """What can be scored with these facts."""
    measures: set[Measure] = set()
    if "cuts" in facts:
        measures.add("cuts")  # of gradual transitions nothing is said
    if "texts" in facts:
        measures.add("text")
    if "speech" in facts:
        measures.add("words" if facts["speech"].split() else "no words")
    return frozenset(measures)


def truth_of(path: Path, facts: Mapping[str, Any]) -> Truth:
    """The facts in the form that the scorers read; words have no times."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        seconds = (container.duration or 0) / av.time_base
        rate = float(stream.average_rate or 30)
        size = stream.width, stream.height
    whole = Span(Instant(0), Instant.from_seconds(max(0.001, seconds)))
    words = tuple(WordTruth(word, None) for word in facts.get("speech", "").split())
    return Truth(
        width=size[0],
        height=size[1],
        duration=whole.end,
        fps=rate,
        texts=tuple(
            TextTruth(text["text"], Span.from_seconds(text["start"], text["end"]), (0, 0, 1, 1))
            for text in facts.get("texts", ())
        ),
        sentences=(SentenceTruth(facts["speech"], whole, words),) if words else (),
        cuts=tuple(Instant.from_seconds(cut) for cut in facts.get("cuts", ())),
    )


def _has_picture(file: Path) -> bool:
    with av.open(str(file)) as container:
        return bool(container.streams.video)


def _with_picture(file: Path) -> Path:
    """A clip with that sound. Made anew each time: it is small, and the file may have changed."""
    STORE.mkdir(parents=True, exist_ok=True)
    part = Spoken(file, 0, "")
    shots = (Shot(Plain(), length(part)),)
    recipe = ClipRecipe(shots, sounds=(part,), size=(180, 320), fps=STILL_RATE, encoding=Encoding(crf=30))
    path = STORE / f"real-{file.stem}.mp4"
    render(recipe, path)
    return path


def _no_recipe() -> ClipRecipe:
    raise ValueError("a real clip has no recipe")
