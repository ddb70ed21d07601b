"""Which language a text is written in, with py3langid (after Lui and Baldwin 2012, "langid.py")."""

from __future__ import annotations

import re
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from clipsight.errors import BackendMissing

FEWEST_LETTERS = 16  # shorter captions ("Save this!") fit several languages
FEWEST_SIGNS = 4  # in scripts whose characters carry syllables or words
UNSURE = 0.5  # probability; below it another language is as likely
MOST_CHARACTERS = 5_000  # enough to be sure, and the cost grows with the text

_NOT_LANGUAGE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\S+|[\d_]+")
_LATIN_END = 0x250  # Basic Latin, Latin-1 and Latin Extended end before


class TextLanguage:
    """The identifier. :meth:`of` may be called from several threads and opens no file."""

    def __init__(self, identifier: Any) -> None:
        """Args:
        identifier: a ``LanguageIdentifier`` that gives probabilities.
        """
        self._identifier = identifier

    @classmethod
    def load(cls) -> TextLanguage:
        """Read the model of the py3langid wheel, about a second.

        Raises:
            BackendMissing: the wheel has no model in it.
        """
        try:
            return cls(LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True))
        except OSError as error:
            raise BackendMissing from error

    def of(self, text: str) -> tuple[str, float] | None:
        """ISO 639-1 code and probability 0..1 of the language, or None for too little text or an open choice.

        Links, addresses, mentions, hashtags, digits and signs do not count as text.
        """
        words = _NOT_LANGUAGE.sub(" ", text[:MOST_CHARACTERS])
        letters = [letter for letter in words if letter.isalpha()]
        signs = sum(ord(letter) >= _LATIN_END for letter in letters)
        if len(letters) < FEWEST_LETTERS and signs < FEWEST_SIGNS:
            return None
        plain = "".join(letter if letter.isalpha() or letter in "'’-.,?!" else " " for letter in words)
        code, probability = self._identifier.classify(" ".join(plain.split()))
        return (str(code), float(probability)) if len(code) == 2 and probability >= UNSURE else None
