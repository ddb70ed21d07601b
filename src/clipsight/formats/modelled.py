"""A format's result by a language model: asked with the format's own schema, held against the evidence field by field.

The model names ids where the result has evidence entries; times and quotations are filled in from the document, so a
model cannot get them wrong. Fields whose description begins with ``Verbatim`` must stand in the evidence word for word,
numbers and names must occur in what an entry cites. An entry that does not hold is dropped, a field of the head falls back
to what the rules found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from clipsight.analysis.model.analyst import ask_and_check
from clipsight.analysis.model.checking import Unheld
from clipsight.analysis.model.pack import pack
from clipsight.analysis.model.port import Answer, Model, Question, Spent
from clipsight.analysis.model.rules import RULES
from clipsight.errors import ModelAnswerUnusable
from clipsight.formats.bearing import ENTRY, Bearing, Fields
from clipsight.formats.format import Format
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart

WRONG_FORM = "does not have the form that was asked for"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Derived:
    """A result that holds. ``dropped`` counts what could not be shown, ``repaired`` what was mended when asked again."""

    result: BaseModel
    spent: Spent
    repaired: int
    dropped: int


def derive(
    model: Model,
    known: Format,
    video: VideoPart,
    evidence: Evidence,
    *,
    keyframes: Mapping[str, bytes],
    by_rules: BaseModel,
) -> Derived:
    """The result of a format by a model.

    Args:
        model: who is asked.
        known: the format.
        video: what the platform says.
        evidence: what was seen and heard.
        keyframes: JPEG files by the id of their keyframe.
        by_rules: what the rules make of the same evidence; it stands in where the model's head does not hold.

    Raises:
        AnalysisError: the model gave no answer, or none from which a result can be made.
    """
    account = pack(video, evidence, keyframes)
    schema = known.model.model_json_schema(by_alias=True, mode="serialization")
    bearing = Bearing(video, evidence, account.pictures)
    rules: Json = by_rules.model_dump(mode="json", by_alias=True)

    fields = Fields(schema)

    def check(answer: Answer) -> tuple[BaseModel | None, list[Unheld]]:
        held, unheld = bearing.hold(answer.value, fields, rules)
        try:
            return known.model.model_validate(held), unheld
        except ValidationError:
            return None, [*unheld, Unheld("the answer", WRONG_FORM)]

    question = Question(
        rules=RULES,
        material=f"{account.text}\n\nFill in the format {known.slug!r}: {known.description}.\n{known.prompt}\n{_HEAD}",
        schema=asked_schema(schema),
        pictures=[keyframes[ref] for ref in account.pictures],
        name=known.slug.replace("-", "_"),
    )
    result, spent, repaired, dropped = ask_and_check(model, question, check)
    if result is None:
        raise ModelAnswerUnusable
    return Derived(result, spent, repaired, dropped)


_HEAD = (
    "If the video does not suit this format, applicable is false, all lists are empty and notes says why. confidence says "
    "how sure you are of the whole, 0 to 1. notes says what could not be determined, and why."
)


def asked_schema(schema: Json) -> Json:
    """The schema of a result as a model is asked for it: plain ids instead of evidence entries."""
    definitions = {
        name: {"type": "string", "description": "An id of the account"} if name == ENTRY else part
        for name, part in cast("Json", schema.get("$defs", {})).items()
    }
    return {**schema, "$defs": definitions}
