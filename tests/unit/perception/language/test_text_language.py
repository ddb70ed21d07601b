from __future__ import annotations

import pytest

from clipsight.perception.language.text_language import TextLanguage


@pytest.fixture(scope="module")
def language() -> TextLanguage:
    return TextLanguage.load()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Most people cook garlic the wrong way.", "en"),
        ("Die meisten Leute kochen Knoblauch falsch", "de"),
        ("oggi prepariamo la carbonara", "it"),
        ("L'été est arrivé à Paris", "fr"),
        ("Dzisiaj gotujemy rosół", "pl"),
        ("今日はラーメン", "ja"),
        ("안녕하세요 여러분", "ko"),
        ("10g Salz und 200ml Wasser dazu geben", "de"),
    ],
)
def test_language_is_found(language: TextLanguage, text: str, code: str):
    found = language.of(text)
    assert found is not None
    assert found[0] == code
    assert 0.5 <= found[1] <= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OK",
        "Save this!",
        "12.50 € / 100 g",
        "😀😀😀😀😀",
        "#foodtok @some.body https://example.org/a/long/path/to/it",
        "\x00",
    ],
)
def test_too_little_text_has_no_language(language: TextLanguage, text: str):
    assert language.of(text) is None


def test_links_and_tags_do_not_decide(language: TextLanguage):
    found = language.of(
        "Die besten Nudeln der Stadt gibt es hier #bestfoodever #mustwatch https://www.example.com/the-best"
    )
    assert found is not None
    assert found[0] == "de"


def test_long_text_is_no_problem(language: TextLanguage):
    assert language.of("Slice it thin and wait two minutes. " * 5_000) is not None
