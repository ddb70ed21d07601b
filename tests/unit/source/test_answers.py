"""Whatever JSON the child sends: an answer, or a ValueError, and facts that can be stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.source.answers import Done, Progress, read_answer
from clipsight.source.facts import platform_facts
from clipsight.source.failures import ChildFailure, error_for
from clipsight.source.fetch_child import KEYS
from clipsight.source.guard import GuardReport
from clipsight.source.options import FetchLimits

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
values = st.recursive(
    plain | st.just(10**400), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
failures = st.dictionaries(
    st.sampled_from(["code", "text", "log", "status", "last_status", "sign_in", "geo", "memory", "bad_cookies"]), values
)
successes = st.dictionaries(st.sampled_from([*KEYS, "id", "file"]), values)
messages = st.one_of(
    st.dictionaries(st.sampled_from(["progress", "done", "failure", "other"]), values, max_size=2),
    st.fixed_dictionaries({"failure": failures}),
    st.fixed_dictionaries({"done": successes | successes.map(lambda found: {**found, "id": "1", "file": "x"})}),
)


@given(messages, st.sampled_from(["tiktok", "instagram", "youtube"]))
def test_any_message(message: dict[str, Any], platform: Any) -> None:
    try:
        answer = read_answer(message)
    except ValueError:
        return
    if isinstance(answer, ChildFailure):
        assert error_for(answer, platform, GuardReport(), FetchLimits()).code
    elif isinstance(answer, Done):
        facts = platform_facts(platform, answer.facts)
        json.dumps([facts.title, facts.author, facts.caption], ensure_ascii=False).encode()
    else:
        assert answer.done >= 0


def test_the_three_answers() -> None:
    assert read_answer({"progress": [5, None]}) == Progress(5, None)
    assert read_answer({"progress": [5, 10]}) == Progress(5, 10)
    assert read_answer({"done": {"id": "1", "file": "x"}}) == Done("1", "x", {"id": "1", "file": "x"})
    assert read_answer({"failure": {"text": "no", "status": 404}}) == ChildFailure(text="no", status=404)


@pytest.mark.parametrize("seconds", [10**400, -(10**400), float("nan"), float("inf"), True, "5", [5]])
def test_numbers_that_are_none(seconds: object) -> None:
    facts = platform_facts("tiktok", {"duration": seconds, "timestamp": seconds, "like_count": seconds})
    assert (facts.duration_seconds, facts.published_at, facts.counts.likes) == (None, None, None)
