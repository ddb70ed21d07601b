"""Quotes worth sharing and the clip around them."""

from __future__ import annotations

from clipsight.formats.quote_highlights import QuoteHighlights, extract
from clipsight.testing.corpus import CORPUS, TALK
from clipsight.testing.written import Clip, Said, Shown, evidence_of, silent_analysis, video_of


def highlights(clip: Clip, *blind: str) -> QuoteHighlights:
    return extract(video_of(clip), evidence_of(clip), silent_analysis(), frozenset(blind))


def test_the_telling_sentences_of_a_talk() -> None:
    found = highlights(TALK)
    assert found.applicable
    texts = [quote.text for quote in found.quotes]
    assert "The one thing I wish I knew at twenty is that discipline beats motivation." in texts
    assert not any("follow me" in text for text in texts)
    assert [quote.start for quote in found.quotes] == sorted(quote.start for quote in found.quotes)
    for quote in found.quotes:
        assert any(quote.text in said.text for said in TALK.said)
        assert quote.why
        assert quote.evidence[0].quote == quote.text


def test_the_best_clip_holds_whole_sentences() -> None:
    best = highlights(TALK).best_clip
    assert best is not None
    assert 4 <= best.end - best.start <= 20
    edges = {quote.start for quote in highlights(TALK).quotes}
    assert best.start in edges


def test_the_clip_does_not_reach_over_a_long_silence() -> None:
    clip = Clip(said=(Said(0, 5, "The truth is that most people never start."), Said(12, 17, "The key is to begin today.")))
    best = highlights(clip).best_clip
    assert best is not None
    assert (best.start, best.end) in {(0.0, 5.0), (12.0, 17.0)}


def test_written_quotes_when_nobody_speaks() -> None:
    found = highlights(Clip(shown=(Shown(0, 5, "The secret is that nobody knows what they are doing."),)))
    assert [quote.evidence[0].source for quote in found.quotes] == ["screen"]
    assert found.best_clip is None


def test_without_sentences_there_is_nothing_to_highlight() -> None:
    for name in ("music", "still", "song"):
        found = highlights(CORPUS[name])
        assert (found.applicable, found.quotes, found.best_clip) == (False, [], None)
        assert found.notes


def test_no_words_words_that_were_missed_and_another_language_are_told_apart() -> None:
    nothing = highlights(CORPUS["music"])
    assert nothing.notes == ["Nothing is said or written in this video."]
    unread = highlights(CORPUS["music"], "screen_text")
    assert unread.notes == ["Text on the screen could not be read."]
    failed = highlights(CORPUS["music"], "speech")
    assert failed.notes == ["Speech could not be made out: the recognition of speech failed."]
    unheard = highlights(Clip(shown=(Shown(0, 3, "Hello to the sea"),), verdict="unknown", reason="not intelligible"))
    assert "Speech could not be made out: not intelligible." in unheard.notes
    assert not any("Nobody speaks" in note for note in unheard.notes)
    assert unread.confidence == failed.confidence == unheard.confidence < nothing.confidence
    foreign = highlights(Clip(said=(Said(0, 2, "Hola amigos"),), language="es"))
    assert foreign.notes[-1].endswith("the word rules read English.")


def test_written_quotes_beside_speech_that_was_missed() -> None:
    shown = (Shown(0, 5, "The secret is that nobody knows what they are doing."),)
    heard, unheard = highlights(Clip(shown=shown)), highlights(Clip(shown=shown, verdict="unknown", reason="failed"))
    assert heard.notes[0] == "Nobody speaks; the quotes stand on the screen."
    assert unheard.notes[:2] == ["The quotes stand on the screen.", "Speech could not be made out: failed."]
    assert unheard.confidence < heard.confidence
