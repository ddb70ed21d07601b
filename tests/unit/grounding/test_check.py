"""Planted lies are caught; what is true passes untouched."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from clipsight.grounding import GroundingReport, check_quotes, check_times, ground
from clipsight.grounding.quotes import quoted, quoted_parts
from clipsight.grounding.tokens import normalised
from clipsight.schema.analysis import Claim, KeyMoment, Quote
from clipsight.testing.corpus import RECIPE, TALK
from clipsight.testing.written import Clip, Said, document_of, evidence_of, silent_analysis, video_of

VIDEO, EVIDENCE = video_of(TALK), evidence_of(TALK)
ALL_WORDS = normalised(" ".join([TALK.title or "", *(said.text for said in TALK.said)]))


def quote(text: str, ref: str = "speech-2", start: float = 5.0, end: float = 6.0) -> Quote:
    return Quote(text=text, evidence=[ref], start=start, end=end)


def test_a_true_quote_passes_untouched() -> None:
    true = quote("discipline beats motivation.")
    assert check_quotes([true], VIDEO, EVIDENCE) == ([true], GroundingReport())


def test_invented_and_altered_quotes_are_dropped() -> None:
    false = [
        quote("Success is a choice."),
        quote("motivation beats discipline"),  # the same words in another order
        quote("The one thing I wish I knew at thirty"),
        quote("Motivation comes but habits stay"),  # a word left out
        quote("3 habits that changed my wife", "video"),
        quote("5 habits that changed my life", "video"),
        quote("…"),
    ]
    kept, report = check_quotes(false, VIDEO, EVIDENCE)
    assert kept == []
    assert report.quotes_dropped == len(false)


def test_a_slip_is_repaired_to_the_wording_of_the_evidence() -> None:
    kept, report = check_quotes([quote("DISCIPLIN beats motivation")], VIDEO, EVIDENCE)
    assert kept[0].text == "discipline beats motivation."
    assert report == GroundingReport(quotes_repaired=1)


def test_a_quote_that_cites_the_wrong_place_is_moved_to_the_right_one() -> None:
    kept, report = check_quotes([quote("Nobody tells you this", "speech-4")], VIDEO, EVIDENCE)
    assert kept[0].evidence == ["speech-1"]
    assert report.quotes_repaired == 1


def test_a_quote_may_run_through_two_segments_but_not_through_two_texts() -> None:
    clip = Clip(said=(Said(0, 2, "one two"), Said(2, 4, "three four")), caption="five six", title="seven eight")
    video, evidence = video_of(clip), evidence_of(clip)
    kept, _ = check_quotes([quote("two three", "speech-1"), quote("eight five", "video")], video, evidence)
    assert [(k.text, k.evidence) for k in kept] == [("two three", ["speech-1", "speech-2"])]


def test_times_outside_the_cited_evidence_are_moved_into_it() -> None:
    analysis = silent_analysis().model_copy(
        update={
            "key_moments": [KeyMoment(text="a", evidence=["speech-2"], start=29.0)],
            "quotes": [quote("habits stay", start=0.5, end=29.0), quote("habits stay", start=28.0, end=29.0)],
        }
    )
    moved, report = check_times(analysis, VIDEO, EVIDENCE)
    assert moved.key_moments[0].start == 12.0
    assert {(q.start, q.end) for q in moved.quotes} == {(4.5, 12.0)}
    assert report.times_moved == 3


def test_unknown_ids_go_and_with_them_claims_that_have_nothing_left() -> None:
    analysis = silent_analysis().model_copy(
        update={
            "summary": Claim(text="A clip.", evidence=["speech-1", "speech-99"]),
            "setting": Claim(text="The moon.", evidence=["shot-77"]),
            "topics": [Claim(text="space", evidence=["nowhere"]), Claim(text="habits", evidence=["video"])],
        }
    )
    grounded, report = ground(analysis, VIDEO, EVIDENCE)
    assert grounded.summary is not None
    assert grounded.summary.evidence == ["speech-1"]
    assert grounded.setting is None
    assert [topic.text for topic in grounded.topics] == ["habits"]
    assert report == GroundingReport(ids_dropped=3, claims_dropped=2)
    document_of(TALK, grounded)  # validates


def test_a_false_quotation_inside_a_claim_takes_the_claim_with_it() -> None:
    analysis = silent_analysis().model_copy(
        update={
            "summary": Claim(text="She says “sugar is poison”.", evidence=["speech-1"]),
            "description": Claim(text="She says “habits stay”.", evidence=["speech-2"]),
        }
    )
    grounded, report = ground(analysis, VIDEO, EVIDENCE)
    assert grounded.summary is None
    assert grounded.description is not None
    assert report.quotes_dropped == 1


@given(st.text(max_size=120), st.integers(5, 60))
def test_a_quotation_gives_back_words_of_its_source(text: str, longest: int) -> None:
    for part in quoted_parts(quoted(text, longest)):
        assert normalised(part) in normalised(text)


WORDS = st.sampled_from([*dict.fromkeys(ALL_WORDS.split()), "poison", "never", "100", "%", "not", "cure"])
IDS = st.sampled_from(["speech-1", "speech-2", "shot-1", "face-1", "video", "hook", "speech-9", "text-1", "", "x"])
TEXTS = st.lists(WORDS, min_size=1, max_size=7).map(" ".join)
TIMES = st.floats(0, 60, allow_nan=False)


@settings(max_examples=150)
@given(st.lists(st.tuples(TEXTS, st.lists(IDS, min_size=1, max_size=3), TIMES, TIMES), max_size=4))
def test_whatever_goes_in_only_what_the_evidence_bears_comes_out(
    claims: list[tuple[str, list[str], float, float]],
) -> None:
    analysis = silent_analysis().model_copy(
        update={
            "key_moments": [KeyMoment(text=text, evidence=ids, start=a) for text, ids, a, _ in claims],
            "quotes": [Quote(text=text, evidence=ids, start=a, end=b) for text, ids, a, b in claims],
        }
    )
    grounded, _ = ground(analysis, VIDEO, EVIDENCE)
    document_of(TALK, grounded)  # every id exists
    for kept in grounded.quotes:
        assert f" {normalised(kept.text)} " in f" {ALL_WORDS} "
        assert 0 <= kept.start < kept.end <= TALK.duration
    assert all(moment.start <= TALK.duration for moment in grounded.key_moments)
    assert ground(grounded, VIDEO, EVIDENCE) == (grounded, GroundingReport())


def test_none_of_200_planted_quotes_gets_through() -> None:
    """Each true sentence with one telling word exchanged for another of the clip's, at every place."""
    video, evidence = video_of(RECIPE), evidence_of(RECIPE)
    every = normalised(" . ".join(s.text for s in (*RECIPE.said, *RECIPE.shown)))
    planted: list[Quote] = []
    for said in RECIPE.said:
        words = said.text.split()
        for i in range(len(words)):
            for other in ("garlic", "seven", "never", "oil"):
                text = " ".join([*words[:i], other, *words[i + 1 :]])
                if normalised(text) not in every:
                    planted.append(quote(text, "speech-1"))
    assert len(planted) > 200
    kept, _ = check_quotes(planted, video, evidence)
    assert kept == []
