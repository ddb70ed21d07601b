"""The analyst that asks a language model, and believes nothing that the evidence does not bear.

What fails the check is sent back once, with the reasons; what then still fails is left out and counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from clipsight.analysis.local.material import Material
from clipsight.analysis.model.checking import Checker, Unheld
from clipsight.analysis.model.draft import DraftAnalysis, read_draft
from clipsight.analysis.model.pack import Pack, fenced, pack
from clipsight.analysis.model.port import Answer, Model, Question, Spent
from clipsight.analysis.model.rules import REPAIR, RULES
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart

MOST_REASONS = 20  # a list longer than this would be another answer, not a correction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Considered:
    """A model's analysis after the check.

    ``dropped`` counts what it claimed and could not show, ``repaired`` what it mended when it was asked again.
    """

    analysis: Analysis
    spent: Spent
    repaired: int
    dropped: int


def ask_and_check(
    model: Model, question: Question, check: Callable[[Answer], tuple[T, list[Unheld]]]
) -> tuple[T, Spent, int, int]:
    """Ask, check, and ask once more about what did not hold.

    Args:
        model: who is asked.
        question: what.
        check: what of an answer can be kept, and what cannot.

    Returns:
        What is kept, what it cost, how much was repaired, and how much was dropped for good.

    Raises:
        AnalysisError: the first question got no answer. A repair that gets none is left undone.
    """
    answer = model.ask(question)
    kept, unheld = check(answer)
    if not unheld:
        return kept, answer.spent, 0, 0
    again = model.ask(_repair(question, answer, unheld))
    mended, still = check(again)
    spent = answer.spent + again.spent
    if len(still) > len(unheld):
        return kept, spent, 0, len(unheld)
    return mended, spent, len(unheld) - len(still), len(still)


def _repair(question: Question, answer: Answer, unheld: list[Unheld]) -> Question:
    """The reasons name fields and rules only: no word of the video or of the answer stands outside the fences."""
    earlier = fenced("ANSWER", [json.dumps(answer.value, ensure_ascii=False)])
    reasons = "\n".join(f"- {each.where}: {each.why}" for each in unheld[:MOST_REASONS])
    material = f"{question.material}\n\n{REPAIR}\n{earlier}\n{reasons}"
    return replace(question, material=material, name=f"{question.name}_again")


class ModelAnalyst:
    """See :class:`clipsight.analysis.port.Analyst`."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    def analyse(self, video: VideoPart, evidence: Evidence) -> Analysis:
        """The analysis without any pictures; see :meth:`consider`."""
        return self.consider(video, evidence, {}).analysis

    def consider(self, video: VideoPart, evidence: Evidence, keyframes: Mapping[str, bytes]) -> Considered:
        """What the evidence and some of its pictures mean.

        ``keyframes`` are JPEG files by the id of their keyframe; the model gets a handful of them.

        Raises:
            AnalysisError: the model gave no answer that can be used.
        """
        account = pack(video, evidence, keyframes)
        checker = Checker(video, evidence, account.pictures)
        language = Material.of(video, evidence).language

        def check(answer: Answer) -> tuple[Analysis, list[Unheld]]:
            draft, misshapen = read_draft(answer.value)
            kept = checker.analysis(draft, self.name, language)
            return kept.analysis, [*kept.unheld, *[Unheld("the answer", "a part has the wrong form")] * misshapen]

        question = analysis_question(account, keyframes)
        analysis, spent, repaired, dropped = ask_and_check(self._model, question, check)
        return Considered(analysis, spent, repaired, dropped)


def analysis_question(account: Pack, keyframes: Mapping[str, bytes]) -> Question:
    """The question whose answer is a :class:`DraftAnalysis`."""
    return Question(
        rules=RULES,
        material=f"{account.text}\n\nFill in the analysis of this video.",
        schema=DraftAnalysis.model_json_schema(),
        pictures=[keyframes[ref] for ref in account.pictures],
        name="analysis",
    )
