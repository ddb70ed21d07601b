"""Every format must pass this; a new one is taken up by being in the registry."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipsight.analysis.local import LocalAnalyst
from clipsight.errors import UnknownFormat
from clipsight.formats.format import Format
from clipsight.formats.registry import all_formats, get_format, json_schema
from clipsight.grounding.passages import passages
from clipsight.grounding.quotes import Quotable
from clipsight.pipeline.run import conclude
from clipsight.pipeline.sight import Sight
from clipsight.schema.result import Stage, evidence_ids
from clipsight.testing.corpus import CORPUS
from clipsight.testing.written import Clip, Said, Shown, evidence_of, video_of

HEAD = {"applicable", "summary", "confidence", "notes"}
LONGEST_SECONDS = 0.2


@pytest.fixture(params=[known.slug for known in all_formats()])
def known(request: pytest.FixtureRequest) -> Format:
    return get_format(request.param)


def extracted(known: Format, clip: Clip, *blind: str) -> dict[str, Any]:
    video, evidence = video_of(clip), evidence_of(clip)
    result = known.extract(video, evidence, LocalAnalyst().analyse(video, evidence), frozenset(blind))
    return result.model_dump(mode="json", by_alias=True)


def entries(value: Any) -> Iterator[dict[str, Any]]:
    """Every evidence entry anywhere inside a result."""
    if isinstance(value, dict):
        if {"id", "start", "end", "source"} <= set(value):
            yield value
        for inner in value.values():
            yield from entries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from entries(inner)


def check(known: Format, clip: Clip) -> None:
    video, evidence = video_of(clip), evidence_of(clip)
    result = extracted(known, clip)
    jsonschema.validate(result, json_schema(known.slug))
    assert set(result) >= HEAD
    ids = set(evidence_ids(video, evidence))
    quotable = Quotable(passages(video, evidence))
    for entry in entries(result):
        assert entry["id"] in ids
        assert 0 <= entry["start"] < entry["end"]
        assert entry["quote"] is None or quotable.find(entry["quote"])
    if not result["applicable"]:
        assert result["notes"]
        assert not any(value for key, value in result.items() if isinstance(value, list) and key != "notes")


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_results_match_their_schema_and_rest_on_evidence(known: Format, name: str) -> None:
    check(known, CORPUS[name])


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_the_same_evidence_gives_the_same_result_quickly(known: Format, name: str) -> None:
    started = time.process_time()
    first = extracted(known, CORPUS[name])
    assert time.process_time() - started < LONGEST_SECONDS
    assert extracted(known, CORPUS[name]) == first


@pytest.mark.parametrize("stage", ["screen_text", "speech"])
@pytest.mark.parametrize("name", sorted(CORPUS))
def test_a_stage_that_failed_is_noted_and_makes_less_sure(known: Format, name: str, stage: str) -> None:
    whole, partial = extracted(known, CORPUS[name]), extracted(known, CORPUS[name], stage)
    assert any("could not be" in note for note in partial["notes"])
    assert partial["confidence"] < whole["confidence"] or whole["confidence"] <= 0.3


def test_formats_are_told_which_stages_failed(known: Format) -> None:
    clip = CORPUS["recipe"]
    stage = Stage(name="screen_text", status="failed", reason="It failed", code="stage_failed", seconds=0.1, backend=None)
    sight = Sight(video_of(clip), [stage], evidence_of(clip), {})
    assert conclude(sight, LocalAnalyst(), known.slug).result == extracted(known, clip, "screen_text")


def test_keys_are_camel_case_and_all_required(known: Format) -> None:
    schema = json_schema(known.slug)
    for part in (schema, *schema["$defs"].values()):
        if part.get("type") != "object":
            continue
        assert set(part["required"]) == set(part["properties"])
        assert all("_" not in key for key in part["properties"])
    assert schema["$schema"].endswith("2020-12/schema")


def test_slugs_are_sorted_and_found() -> None:
    slugs = [known.slug for known in all_formats()]
    assert slugs == sorted(set(slugs))
    with pytest.raises(UnknownFormat):
        get_format("no-such-format")
    with pytest.raises(UnknownFormat):
        json_schema("no-such-format")


def test_the_example_suits_its_format(known: Format) -> None:
    check(known, known.example)
    result = known.example_result()
    assert result["applicable"]
    assert any(True for _ in entries(result)), "an example that rests on nothing shows nothing"
    assert len(known.prompt) > 80


KITCHEN_WORDS = """
add 2 two hundred grams of flour garlic cups the and , . ; ½ 1/2 ( ) minutes shit #ad $5 % egg eggs over heat a few
overnight chopped then first never 180°C “ ” 🍜 don't zero 0 1/0 10- -
"""
KITCHEN = st.lists(st.sampled_from(KITCHEN_WORDS.split()), min_size=1, max_size=14).map(" ".join)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(KITCHEN, max_size=3), st.lists(KITCHEN, max_size=3))
def test_any_words_are_taken(known: Format, said: list[str], shown: list[str]) -> None:
    clip = Clip(
        said=tuple(Said(4.0 * i, 4.0 * i + 3.0, text) for i, text in enumerate(said)),
        shown=tuple(Shown(3.0 * i, 3.0 * i + 4.0, text) for i, text in enumerate(shown)),
    )
    check(known, clip)


@pytest.mark.parametrize(
    "text", ["a " * 3000, "1 and a half " * 500, ", and then " * 600, " \n" * 3000 + "a", "f*" * 3000, "1" * 6000]
)
def test_long_and_tangled_text_takes_no_long_time(known: Format, text: str) -> None:
    """Patterns that look back and forth would take minutes on such text."""
    clip = Clip(said=(Said(0, 10, text, timed_words=False),), shown=(Shown(0, 10, text),), caption=text)
    started = time.process_time()
    extracted(known, clip)
    assert time.process_time() - started < 2
