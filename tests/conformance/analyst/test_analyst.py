"""Every analyst must pass this. Add an analyst to ``ANALYSTS``."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipsight.analysis.local import LocalAnalyst
from clipsight.analysis.port import Analyst
from clipsight.grounding import GroundingReport, ground
from clipsight.schema.analysis import Analysis
from clipsight.testing.corpus import CORPUS
from clipsight.testing.written import Clip, Said, Shown, document_of, evidence_of, video_of

ANALYSTS: dict[str, Analyst] = {"local": LocalAnalyst()}
LONGEST_SECONDS = 0.2  # per clip


@pytest.fixture(params=sorted(ANALYSTS))
def analyst(request: pytest.FixtureRequest) -> Analyst:
    return ANALYSTS[request.param]


def analysed(analyst: Analyst, clip: Clip) -> Analysis:
    return analyst.analyse(video_of(clip), evidence_of(clip))


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_what_an_analyst_says_passes_grounding_untouched(analyst: Analyst, name: str) -> None:
    clip = CORPUS[name]
    analysis = analysed(analyst, clip)
    assert ground(analysis, video_of(clip), evidence_of(clip)) == (analysis, GroundingReport())
    document_of(clip, analysis)  # every claim points at evidence that exists


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_the_same_evidence_gives_the_same_analysis(analyst: Analyst, name: str) -> None:
    assert analysed(analyst, CORPUS[name]) == analysed(analyst, CORPUS[name])


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_there_is_always_a_summary_and_a_description(analyst: Analyst, name: str) -> None:
    analysis = analysed(analyst, CORPUS[name])
    assert analysis.summary is not None
    assert analysis.description is not None
    assert "\n" not in analysis.summary.text
    assert analysis.summary.text[-1] == "."


def test_an_analysis_is_quick(analyst: Analyst) -> None:
    for clip in CORPUS.values():
        started = time.process_time()
        analysed(analyst, clip)
        assert time.process_time() - started < LONGEST_SECONDS


def test_without_words_nothing_is_said_about_words(analyst: Analyst) -> None:
    analysis = analysed(analyst, CORPUS["music"])
    assert (analysis.quotes, analysis.hooks, analysis.topics, analysis.subjects) == ([], [], [], [])
    assert (analysis.call_to_action, analysis.setting, analysis.sentiment, analysis.target_audience) == (None,) * 4
    assert analysis.language is None


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80).filter(lambda text: bool(text.strip()))


@st.composite
def clips(draw: st.DrawFn) -> Clip:
    said = draw(st.lists(st.tuples(TEXT, st.sampled_from(["speech", "lyrics"]), st.booleans()), max_size=3))
    shown = draw(st.lists(TEXT, max_size=3))
    return Clip(
        said=tuple(Said(4.0 * i, 4.0 * i + 3.5, text, kind, timed) for i, (text, kind, timed) in enumerate(said)),
        shown=tuple(Shown(2.0 * i, 2.0 * i + 3.0, text) for i, text in enumerate(shown)),
        caption=draw(st.none() | TEXT),
        title=draw(st.none() | TEXT),
        language=draw(st.sampled_from(["en", "es", "xx", None])),
        cuts=tuple(draw(st.sets(st.sampled_from([3.0, 7.0, 12.0, 15.0])).map(sorted))),
    )


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clips())
def test_any_text_at_all_is_analysed_and_grounded(analyst: Analyst, clip: Clip) -> None:
    analysis = analysed(analyst, clip)
    document_of(clip, analysis)
    assert ground(analysis, video_of(clip), evidence_of(clip)) == (analysis, GroundingReport())
