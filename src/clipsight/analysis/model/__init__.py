"""Meaning by a language model of the operator's choice; everything it says is checked before it leaves the house."""

from __future__ import annotations

from clipsight.analysis.model.analyst import ModelAnalyst
from clipsight.analysis.model.port import Answer, Model, Question, Spent

__all__ = ["Answer", "Model", "ModelAnalyst", "Question", "Spent"]
