"""The port to language models: one question with a schema in, one object out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked.

    Attributes:
        rules: what holds for every video; the same text every time, so that providers can cache it.
        material: the evidence, fenced as data, and what is wanted.
        schema: JSON Schema (draft 2020-12) of the answer, an object.
        pictures: JPEG files that belong to the material.
        name: of the answer, for the provider's log: lower case, digits, underscores.
        output_tokens: most tokens of the answer.
    """

    rules: str
    material: str
    schema: dict[str, Any]
    pictures: Sequence[bytes] = ()
    name: str = "answer"
    output_tokens: int = 4_000


@dataclass(frozen=True, slots=True)
class Spent:
    """What asking took. ``cost_usd`` is None where the price of the model is unknown."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None

    def __add__(self, other: Spent) -> Spent:
        known = [cost for cost in (self.cost_usd, other.cost_usd) if cost is not None]
        return Spent(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            sum(known) if known else None,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: an object that has still to be checked, from the schema to the last number."""

    value: dict[str, Any]
    spent: Spent


class Model(Protocol):
    """A language model. May be shared by threads; calls block."""

    @property
    def name(self) -> str:
        """``provider:model``."""
        ...

    def ask(self, question: Question) -> Answer:
        """One answer.

        Raises:
            ModelUnavailable: it could not be reached or was busy; later it may answer.
            ModelRefused: the request was turned down, for its key, its address or the model's name.
            ModelAnswerUnusable: what came back is not an object as asked for.
        """
        ...
