"""What a model hands in for an analysis, before anything of it is believed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_CLAIMS = 12  # per list


class Draft(BaseModel):
    model_config = ConfigDict(extra="ignore")


class DraftClaim(Draft):
    text: str = Field(min_length=1, max_length=1_500)
    evidence: list[str] = Field(max_length=40)


class DraftMoment(DraftClaim):
    start: float = Field(ge=0, description="Seconds")


class DraftAnalysis(Draft):
    """Every part is there; ``null`` and empty lists are good answers."""

    summary: DraftClaim | None = Field(description="One sentence: what the video is and says")
    description: DraftClaim | None = Field(
        description="People, actions, surroundings, light and mood as far as pictures and account show them"
    )
    setting: DraftClaim | None = Field(description="Where it takes place, in general words")
    subjects: list[DraftClaim] = Field(description="People by what they look like, objects, brands that are shown")
    topics: list[DraftClaim] = Field(description="One to three words each")
    hooks: list[DraftClaim] = Field(description="What the first seconds do to keep people watching")
    call_to_action: DraftClaim | None = Field(description="Only when the video explicitly asks for something")
    key_moments: list[DraftMoment]
    quotes: list[DraftClaim] = Field(description="Sentences worth repeating, verbatim")
    format: DraftClaim | None = Field(description="tutorial, talking head, vlog, recipe, review, skit, …")
    sentiment: DraftClaim | None = Field(description="positive, negative, neutral or mixed")
    target_audience: DraftClaim | None


SINGLE = ("summary", "description", "setting", "call_to_action", "format", "sentiment", "target_audience")
SEVERAL = ("subjects", "topics", "hooks", "quotes")


def read_draft(value: dict[str, Any]) -> tuple[DraftAnalysis, int]:
    """The parts of an answer that have the right form, and how many had not.

    One bad claim must not cost the others, so each is read on its own.
    """
    bad = 0

    def one(raw: Any, model: type[DraftClaim]) -> Any:
        nonlocal bad
        if raw is None:
            return None
        try:
            return model.model_validate(raw)
        except ValidationError:
            bad += 1
            return None

    def several(raw: Any, model: type[DraftClaim]) -> list[Any]:
        nonlocal bad
        if not isinstance(raw, list):
            bad += raw is not None
            return []
        listed: list[Any] = raw  # pyright: ignore[reportUnknownVariableType] - an answer can hold anything
        bad += max(0, len(listed) - MOST_CLAIMS)
        return [claim for item in listed[:MOST_CLAIMS] if (claim := one(item, model)) is not None]

    parts: dict[str, Any] = {name: one(value.get(name), DraftClaim) for name in SINGLE}
    parts |= {name: several(value.get(name), DraftClaim) for name in SEVERAL}
    parts["key_moments"] = several(value.get("key_moments"), DraftMoment)
    return DraftAnalysis.model_construct(**parts), bad
