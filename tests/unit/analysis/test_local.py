"""What the rules say about clips whose truth is known."""

from __future__ import annotations

from itertools import pairwise

import pytest

from clipsight.analysis.local import LocalAnalyst
from clipsight.schema.analysis import Analysis
from clipsight.testing.corpus import CORPUS, RECIPE
from clipsight.testing.written import Clip, Said, Shown, evidence_of, video_of


def analysed(clip: Clip) -> Analysis:
    return LocalAnalyst().analyse(video_of(clip), evidence_of(clip))


def saying(*texts: str, **more: object) -> Analysis:
    said = tuple(Said(5.0 * i, 5.0 * i + 4.0, text) for i, text in enumerate(texts))
    return analysed(Clip(duration=5.0 * max(4, len(texts)), said=said, **more))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("recipe", "recipe"),
        ("talk", "talking head"),
        ("music", "montage"),
        ("song", "music clip"),
        ("still", None),
        ("slides", "text slideshow"),
        ("spanish", "voice-over"),
        ("promotion", "promotion"),
    ],
)
def test_kinds_of_clips(name: str, kind: str | None) -> None:
    found = analysed(CORPUS[name]).format
    assert (found.text if found else None) == kind


def test_the_summary_of_a_recipe_is_a_sentence_of_its_own_words() -> None:
    found = analysed(RECIPE).summary
    assert found is not None
    assert found.text == (
        "A 27-second recipe, “Garlic butter noodles”, in five steps, from “Melt the butter” to “Toss with the butter”; "
        "it closes with “Follow for more recipes, and tell me what to cook next”."
    )


def test_the_summary_of_a_clip_without_words_names_what_was_measured() -> None:
    found = analysed(CORPUS["music"]).summary
    assert found is not None
    assert found.text == "A 15-second montage in seven shots, set to music, without speech."


def test_the_description_names_what_was_measured() -> None:
    found = analysed(CORPUS["talk"]).description
    assert found is not None
    assert found.text.startswith("Vertical picture, 30 seconds long, in a single shot.")
    assert "One face is on screen throughout." in found.text
    assert "face-1" in found.evidence


def test_a_clip_without_sound_says_so() -> None:
    found = analysed(CORPUS["still"]).description
    assert found is not None
    assert "The video has no sound." in found.text
    assert "less than a tenth of a second" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "Follow me for more tips.",
        "Don't forget to subscribe!",
        "Link in bio.",
        "Comment your favourite below.",
        "Save this for later.",
        "Use code MARIA20 at checkout.",
        "Sígueme para más recetas.",
        "Abonne-toi pour la suite.",
        "Tag a friend who needs this.",
    ],
)
def test_explicit_calls_are_found(text: str) -> None:
    found = saying("The sea was calm today.", text).call_to_action
    assert found is not None
    assert found.text == text
    assert found.evidence == ["speech-2"]


@pytest.mark.parametrize(
    "text",
    [
        "Follow these steps.",
        "Follow the recipe exactly.",
        "My subscribers know this.",
        "Don't follow me home.",
        "Never use code from strangers.",
        "I left a comment on her post yesterday.",
        "The link between sleep and health.",
        "We saved the whales.",
    ],
)
def test_what_is_no_call_is_not_made_one(text: str) -> None:
    assert saying("The sea was calm today.", text).call_to_action is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Welcome to my kitchen, everyone.", "my kitchen"),
        ("We're here at the beach today.", "the beach"),
        ("Hello from a sunny day.", None),
        ("I keep oil in the kitchen.", None),
        ("The museum opens at nine.", None),
    ],
)
def test_settings_are_only_what_is_said(text: str, place: str | None) -> None:
    found = saying(text).setting
    assert (found.text if found else None) == place


def test_a_pin_is_a_setting() -> None:
    found = analysed(Clip(shown=(Shown(0, 3, "📍 Alfama, Lisbon\nday one"),))).setting
    assert found is not None
    assert found.text == "Alfama, Lisbon"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Five stretches for beginners who sit all day.", "beginners"),
        ("If you're a runner, watch this.", "runner"),
        ("This is a beginner-friendly route.", "beginner-friendly"),
        ("I met the students today.", None),
    ],
)
def test_an_audience_must_be_named(text: str, who: str | None) -> None:
    found = saying(text).target_audience
    assert (found.text if found else None) == who


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("A wonderful week: I love how easy and fun it is to walk along the sea with all of you every day.", "positive"),
        (
            "The worst week: I hate how boring and expensive the food is, and the room was awful and dirty as well.",
            "negative",
        ),
        (
            "The food was awful and expensive but the view was beautiful and the people were friendly, so who knows.",
            "mixed",
        ),
        ("It was not good, not great and not beautiful at all, we saw the room and then went home by train.", "negative"),
        ("The train leaves at nine from the first platform and then it goes along the river to the north.", "neutral"),
        ("I love it.", None),
    ],
)
def test_the_mood_of_the_words(text: str, mood: str | None) -> None:
    found = saying(text).sentiment
    assert (found.text if found else None) == mood


def test_the_mood_of_another_language_is_not_guessed() -> None:
    text = "No me gusta nada este hotel porque la comida es mala y todo es muy caro para lo que dan, de verdad."
    assert saying(text, language="es").sentiment is None


def test_key_moments_are_in_order_apart_and_inside_the_clip() -> None:
    moments = analysed(RECIPE).key_moments
    times = [moment.start for moment in moments]
    assert times == sorted(times)
    assert all(later - earlier >= 1.2 for earlier, later in pairwise(times))
    assert times[-1] < RECIPE.duration
    texts = [moment.text for moment in moments]
    assert texts[0] == "Title: “Garlic butter noodles”"
    assert "Step: “Melt the butter”" in texts
    assert texts[-1].startswith("Call to action:")


def test_the_lines_of_a_list_are_one_moment() -> None:
    moments = analysed(RECIPE).key_moments
    told = [moment for moment in moments if "garlic”" in moment.text or "noodles”" in moment.text.partition(": ")[2]]
    lists = [moment for moment in told if moment.text.startswith("On screen")]
    assert [(moment.text, moment.start) for moment in lists] == [
        ("On screen: “200 g noodles”, “4 cloves garlic”, “3 tbsp butter”", 4.35)
    ]
    assert lists[0].evidence == ["text-3", "text-4", "text-5"]


def test_texts_that_follow_each_other_are_moments_of_their_own() -> None:
    shown = (
        Shown(0, 19.9, "my little channel", height=0.02),  # stays throughout and draws nothing into a list
        Shown(2, 5, "one lovely thing"),
        Shown(5, 8, "another lovely thing"),
        Shown(16, 20, "the very last thing"),
    )
    texts = [moment.text for moment in analysed(Clip(shown=shown)).key_moments]
    assert [text.count("“") for text in texts] == [1] * len(texts)
    assert len(texts) >= 3


def test_a_single_picture_does_not_move() -> None:
    clip = CORPUS["still"]
    for fps, moves in ((None, False), (30.0, True)):
        found = LocalAnalyst().analyse(video_of(clip).model_copy(update={"fps": fps}), evidence_of(clip)).description
        assert found is not None
        assert ("movement" in found.text) is moves
        assert "colours" in found.text


def test_topics_come_from_titles_hashtags_and_what_is_repeated() -> None:
    assert [topic.text for topic in analysed(RECIPE).topics] == ["cooking", "garlic butter noodles"]
    assert "selfcare" in [topic.text for topic in analysed(CORPUS["talk"]).topics]
    assert "fyp" not in [topic.text for topic in analysed(CORPUS["talk"]).topics]


def test_subjects_are_people_accounts_names_and_foods() -> None:
    assert [subject.text for subject in analysed(CORPUS["talk"]).subjects] == ["one person", "Lisbon", "Maria"]
    found = [subject.text for subject in analysed(RECIPE).subjects]
    assert "@noodle.lab" in found
    assert {"garlic", "butter", "noodles"} <= set(found)


def test_a_subject_inside_a_longer_one_is_folded() -> None:
    sesame = analysed(
        Clip(
            said=(Said(3, 8, "You need garlic, noodles and three tablespoons of sesame oil."),),
            shown=(Shown(0, 3, "Garlic sesame noodles"), Shown(4, 8, "Top it with sesame sesame oil")),
        )
    )
    texts = [subject.text for subject in sesame.subjects]
    assert "sesame oil" in texts
    assert "sesame" not in texts
    assert "text-1" in next(subject.evidence for subject in sesame.subjects if subject.text == "sesame oil")
    assert "garlic" in texts


def test_a_name_inside_a_longer_one_stays_when_it_rests_on_more() -> None:
    once = saying("I met Maria Silva, and then my friend Maria said hello.", "We walked along the sea.")
    twice = saying("I met Maria Silva there.", "And then my friend Maria said hello.")
    assert [subject.text for subject in once.subjects] == ["Maria Silva"]
    assert [subject.text for subject in twice.subjects] == ["Maria Silva", "Maria"]
    apart = saying("Add the butter and the chicken.", "Then pour chicken stock over the rice.")
    assert {"chicken", "chicken stock"} <= {subject.text for subject in apart.subjects}


def test_the_hook_is_what_comes_first() -> None:
    assert [hook.text for hook in analysed(CORPUS["talk"]).hooks] == ["Nobody tells you this about mornings."]
    late = analysed(Clip(said=(Said(9, 12, "A late first word."),)))
    assert late.hooks == []


def test_lyrics_are_not_quoted_as_speech() -> None:
    found = analysed(CORPUS["song"])
    assert found.quotes == []
    assert found.summary is not None
    assert "sung words" in found.summary.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("これは何ですか", "ja"),
        ("how to fold a shirt and why it is so easy", "en"),
        ("la mejor manera de doblar una camisa y por qué es tan fácil", "es"),
        ("ok", None),
    ],
)
def test_the_language_of_texts(text: str, language: str | None) -> None:
    assert analysed(Clip(shown=(Shown(0, 3, text),), language=None)).language == language


def test_orders_in_a_video_are_data() -> None:
    found = analysed(CORPUS["hostile"])
    assert found.format is not None
    assert found.format.text != "recipe"
    assert found.summary is not None
    assert "49" not in found.summary.text
