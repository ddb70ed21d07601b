"""Who says what it means: a language model where one is set, the rules without one and wherever the model fails."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel

from clipsight.analysis.model import Model, ModelAnalyst, Spent
from clipsight.analysis.port import Analyst
from clipsight.errors import AnalysisError
from clipsight.formats.blindness import failed
from clipsight.formats.format import Format
from clipsight.formats.modelled import derive
from clipsight.grounding import ground
from clipsight.pipeline.outcome import StageRun
from clipsight.pipeline.sight import Sight
from clipsight.schema.analysis import Analysis
from clipsight.schema.result import ModelUsage

FELL_BACK = "{reason}. The local analyst answered instead"


@dataclass(slots=True)
class Meaning:
    """The two stages after looking.

    Args:
        local: the analyst that is always there.
        model: asked first, when there is one. An AnalysisError of its is no failure of the stage: the rules answer, and the
            stage says so with the error's code.
    """

    local: Analyst
    model: Model | None = None
    spent: Spent = field(default_factory=Spent)
    repaired: int = 0
    dropped: int = 0

    @property
    def analyst(self) -> str:
        return self.model.name if self.model is not None else self.local.name

    def analyse(self, sight: Sight, run: StageRun) -> Analysis:
        """The analysis, with every claim held against the evidence."""
        if self.model is not None:
            try:
                considered = ModelAnalyst(self.model).consider(sight.video, sight.evidence, sight.keyframes)
            except AnalysisError as error:
                self._fall_back(run, error)
            else:
                self._count(considered.spent, considered.repaired, considered.dropped)
                return considered.analysis
        analysis = self.local.analyse(sight.video, sight.evidence)
        return ground(analysis, sight.video, sight.evidence)[0]

    def extract(self, wanted: Format, sight: Sight, analysis: Analysis, run: StageRun) -> BaseModel:
        """The result of a format. With a model the rules' result is still made: it stands in for what does not hold."""
        by_rules = wanted.extract(sight.video, sight.evidence, analysis, failed(sight.stages))
        if self.model is None:
            return by_rules
        try:
            derived = derive(self.model, wanted, sight.video, sight.evidence, keyframes=sight.keyframes, by_rules=by_rules)
        except AnalysisError as error:
            self._fall_back(run, error)
            return by_rules
        self._count(derived.spent, derived.repaired, derived.dropped)
        return derived.result

    def usage(self) -> ModelUsage | None:
        """What the model cost; None when none was asked."""
        if self.model is None:
            return None
        return ModelUsage(
            input_tokens=self.spent.input_tokens,
            output_tokens=self.spent.output_tokens,
            cost_usd=self.spent.cost_usd,
            repaired=self.repaired,
            dropped=self.dropped,
        )

    def _fall_back(self, run: StageRun, error: AnalysisError) -> None:
        run.backend = self.local.name
        run.remark(error.code, FELL_BACK.format(reason=error.public_message))

    def _count(self, spent: Spent, repaired: int, dropped: int) -> None:
        self.spent += spent
        self.repaired += repaired
        self.dropped += dropped
