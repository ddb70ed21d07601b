"""What a model fills into a format, held against the evidence, field by field along the format's schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NoReturn, cast

from clipsight.analysis.model.checking import NO_EVIDENCE, NOT_SAID, STRANGE, Checker, Unheld, bare
from clipsight.grounding.check import evidence_spans
from clipsight.grounding.numbers import numbers
from clipsight.grounding.passages import Passage, passages, whole
from clipsight.grounding.quotes import Quotable
from clipsight.grounding.tokens import near, tokens
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart
from clipsight.timeline import Instant, Span, wire_seconds, wire_span

ENTRY = "EvidenceEntry"
VERBATIM = "Verbatim"  # how the description of a field begins whose words must stand in the evidence
OURS = frozenset({"order", "confidence", "checkworthiness", "difficulty"})  # numbers that judge or count, not measure
_NAMING = "name title brand venue city address place destination product garment equipment"
EXTRACTED = frozenset(_NAMING.split())
"""Fields that name a thing: its words must be in the lines that are cited, unless it is a picture that shows it."""
TIMES = frozenset({"start", "end", "timestamp"})
PER_MINUTE, PER_HOUR = 60, 3600

Json = dict[str, Any]


class Fields:
    """A format's JSON Schema, with references followed."""

    def __init__(self, schema: Json) -> None:
        self.root = schema
        self._defs: Json = schema.get("$defs", {})

    def follow(self, part: Json) -> Json:
        """The schema that a part stands for; of alternatives the one that is not null."""
        while True:
            if "$ref" in part:
                part = self._defs[str(part["$ref"]).rpartition("/")[2]] | {k: v for k, v in part.items() if k != "$ref"}
            elif "anyOf" in part:
                options = [option for option in cast("list[Json]", part["anyOf"]) if option.get("type") != "null"]
                part = options[0] | {k: v for k, v in part.items() if k != "anyOf"}
            else:
                return part

    def is_entry(self, part: Json) -> bool:
        """Whether a list holds evidence entries."""
        items: Json = part.get("items", {})
        return str(items.get("$ref", "")).endswith(f"/{ENTRY}")


@dataclass(slots=True)
class _Round:
    """One answer while it is checked."""

    fields: Fields
    unheld: list[Unheld] = field(default_factory=list[Unheld])


class _Dropped(Exception):
    """This part of the answer does not hold; the list or field around it does without."""


class Bearing:
    """Holds answers against one document. ``shown``: ids of the pictures that the model saw."""

    def __init__(self, video: VideoPart, evidence: Evidence, shown: Sequence[str]) -> None:
        found = passages(video, evidence)
        self._passages: dict[str, list[Passage]] = {}
        for passage in found:
            self._passages.setdefault(passage.id, []).append(passage)
        self._quotable = Quotable(found)
        self._checker = Checker(video, evidence, shown, measures=False)
        self._spans = evidence_spans(video, evidence)
        self._whole = whole(video)

    def hold(self, value: Json, fields: Fields, by_rules: Json) -> tuple[Json, list[Unheld]]:
        """The part of an answer that holds, and what does not.

        A field of the head that does not hold, or that the answer lacks, is the one that the rules found.
        """
        work = _Round(fields)
        held: Json = {}
        for name, part in cast("Json", fields.root["properties"]).items():
            if name not in value:
                held[name] = by_rules[name]
                continue
            try:
                held[name] = self._value(work, value[name], part, name, None)
            except _Dropped:
                held[name] = by_rules[name]
        if held.get("applicable") is False:
            held |= {name: [] for name, item in held.items() if isinstance(item, list) and name != "notes"}
            held["notes"] = held["notes"] or by_rules["notes"] or ["The model found nothing that suits this format."]
        return held, work.unheld

    def _value(self, work: _Round, value: Any, part: Json, where: str, cited: list[str] | None) -> Any:
        shape = work.fields.follow(part)
        if value is None:
            return None
        if isinstance(value, dict):
            return self._object(work, cast("Json", value), shape, where, cited)
        if isinstance(value, list):
            return self._list(work, cast("list[Any]", value), shape, where, cited)
        if isinstance(value, str) and "enum" not in shape and "const" not in shape:
            return self._text(work, value, shape, where, cited)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._number(work, value, where, cited)
        return value

    def _object(self, work: _Round, value: Json, shape: Json, where: str, cited: list[str] | None) -> Json:
        properties: Json = shape.get("properties", {})
        own = properties.get("evidence")
        entries: list[Json] | None = None
        if own is not None and work.fields.is_entry(work.fields.follow(own)):
            raw = value.get("evidence")
            cited = self._checker.cited(_texts(raw))
            if not cited:
                self._drop(work, where, NO_EVIDENCE)
            entries = [self._entry(ref) for ref in cited]
        held: Json = {}
        for name, part in properties.items():
            if name == "evidence" and entries is not None:
                held[name] = entries
                continue
            required = "anyOf" not in part
            try:
                held[name] = self._value(work, value.get(name), part, f"{where}.{name}", cited)
            except _Dropped:
                if required:
                    raise
                held[name] = None
        return self._in_time(held, cited)

    def _list(self, work: _Round, values: list[Any], shape: Json, where: str, cited: list[str] | None) -> list[Any]:
        if work.fields.is_entry(shape):
            return [self._entry(ref) for ref in self._checker.cited(_texts(values))]
        held: list[Any] = []
        for number, value in enumerate(values):
            try:
                held.append(self._value(work, value, shape.get("items", {}), f"{where}[{number}]", cited))
            except _Dropped:
                continue
        return held

    def _text(self, work: _Round, text: str, shape: Json, where: str, cited: list[str] | None) -> str:
        plain = bare(text)
        if str(shape.get("description", "")).startswith(VERBATIM):
            place = self._quotable.find(plain, cited or [])
            if place is None:
                self._drop(work, where, NOT_SAID)
            return plain if place.literal else place.text
        faults = self._checker.faults(plain, cited if cited is not None else list(self._spans))
        if _field(where) in EXTRACTED and self._strange_words(plain, cited):
            faults.append(STRANGE["word"])
        for fault in faults:
            work.unheld.append(Unheld(where, fault))
        if faults:
            raise _Dropped
        return plain

    def _number(self, work: _Round, value: float, where: str, cited: list[str] | None) -> float:
        name = _field(where)
        if name in OURS or name in TIMES:
            return value
        wanted = Fraction(str(value))
        texts = [p.text for ref in (cited or self._passages) for p in self._passages.get(ref, [])]
        there = {number.value for text in texts for number in numbers(text)}
        if not any(wanted in (n, n * PER_MINUTE, n * PER_HOUR) for n in there):
            self._drop(work, where, STRANGE["number"])
        return value

    def _strange_words(self, text: str, cited: list[str] | None) -> bool:
        """Whether most of the words are in none of the lines; what a picture shows may have any name."""
        if cited is not None and not all(ref in self._passages for ref in cited):
            return False
        lines = [p.text for ref in (cited or self._passages) for p in self._passages[ref]]
        there = {token.text for line in lines for token in tokens(line)}
        words = [token.text for token in tokens(text) if len(token.text) > 2]
        missing = [word for word in words if not any(_same(word, other) for other in there)]
        return 2 * len(missing) > len(words)

    def _in_time(self, held: Json, cited: list[str] | None) -> Json:
        """Times moved into the evidence; a stretch that is none becomes the evidence's own."""
        if not cited or not TIMES & set(held):
            return held
        spans = [self._spans[ref] for ref in cited]
        around = Span(min(span.start for span in spans), max(span.end for span in spans))
        start, end = held.get("start"), held.get("end")
        if isinstance(start, int | float) and isinstance(end, int | float):
            first, last = Instant.from_seconds(max(0.0, start)), Instant.from_seconds(max(0.0, end))
            inside = Span(first, last).clamped(around) if first < last else None
            held["start"], held["end"] = wire_span(inside or around, self._whole.end)
        for name in ("timestamp", "start") if end is None else ("timestamp",):
            at = held.get(name)
            if isinstance(at, int | float):
                held[name] = wire_seconds(Instant.from_seconds(max(0.0, at)).clamped(around.start, around.end))
        return held

    def _entry(self, ref: str) -> Json:
        found = self._passages.get(ref)
        start, end = wire_span(self._spans[ref], self._whole.end)
        quote = " ".join(found[0].text.split()) if found else None
        return {"id": ref, "start": start, "end": end, "source": found[0].source if found else "visual", "quote": quote}

    def _drop(self, work: _Round, where: str, why: str) -> NoReturn:
        work.unheld.append(Unheld(where, why))
        raise _Dropped


def _field(where: str) -> str:
    return where.rpartition(".")[2].partition("[")[0]


def _same(word: str, other: str) -> bool:
    return word == other or near(word, other) or word in (f"{other}s", f"{other}es") or other in (f"{word}s", f"{word}es")


def _texts(value: Any) -> list[str]:
    listed = cast("list[Any]", value) if isinstance(value, list) else []
    return [item for item in listed if isinstance(item, str)]
