"""The language of a clip: what was heard, else what the small words of its texts say."""

from __future__ import annotations

from collections import Counter

from clipsight.analysis.local.stopwords import STOPWORDS
from clipsight.grounding.passages import Passage
from clipsight.grounding.tokens import tokens
from clipsight.schema.evidence import Evidence

FEWEST_WORDS = 3  # different small words that must be seen
LEAD = 1.5  # how many times as many as the next language
SCRIPTS = {"ja": (0x3040, 0x30FF), "ko": (0xAC00, 0xD7AF), "th": (0x0E00, 0x0E7F), "el": (0x0370, 0x03FF)}
SCRIPT_SHARE = 0.2  # of all letters; Japanese mixes kana with ideographs, others with Latin names


def language_of(evidence: Evidence, found: list[Passage]) -> str | None:
    """ISO 639-1, or None when there is too little to tell."""
    if evidence.speech.language:
        return evidence.speech.language
    texts = [passage.text for passage in found if passage.kind != "interface"]
    return _by_script(texts) or _by_small_words(texts)


def _by_script(texts: list[str]) -> str | None:
    """Scripts that one language alone writes."""
    letters = [ord(char) for text in texts for char in text if char.isalpha()]
    for code, (low, high) in SCRIPTS.items():
        if letters and sum(low <= point <= high for point in letters) > SCRIPT_SHARE * len(letters):
            return code
    return None


def _by_small_words(texts: list[str]) -> str | None:
    seen = {token.text for text in texts for token in tokens(text)}
    hits = Counter({code: len(seen & words) for code, words in STOPWORDS.items()})
    (best, most), (_, next_most) = hits.most_common(2)
    return best if most >= FEWEST_WORDS and most >= LEAD * next_most else None
