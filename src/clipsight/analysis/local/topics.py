"""Topics: the domain, hashtags, and phrases that carry meaning.

Phrases after RAKE (Rose, Engel, Cramer, Cowley 2010): runs of words between small words and punctuation; a word scores its
degree over its frequency. A phrase counts when it was put on the screen or in the title, or when it comes twice.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from clipsight.analysis.local.call_to_action import is_call
from clipsight.analysis.local.domains import COOKING_VERBS, DOMAINS, GENERAL_VERBS, GENERIC_HASHTAGS
from clipsight.analysis.local.hooks import headline
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.steps import instruction
from clipsight.analysis.local.stopwords import STOPWORDS
from clipsight.grounding.passages import Sentence
from clipsight.grounding.tokens import tokens
from clipsight.schema.analysis import Claim

MOST = 8
MOST_DOMAINS = 2
MOST_HASHTAGS = 4
TITLE_WORD = 6  # letters; shorter single words are rarely what a clip is about
LONGEST_PHRASE = 3  # words
DOMAIN_HITS = 3
DOMAIN_WORDS = 2
MOST_CITED = 6  # ids per topic; more would only repeat

_HASHTAG = re.compile(r"(?<!\w)#(\w{2,50})")
_HANDLE = re.compile(r"(?<!\w)[@#]\w+|https?://\S+|www\.\S+")
_NUMBER = re.compile(r"[\d$€£¥₹%°]")


@dataclass(slots=True)
class _Phrase:
    words: tuple[str, ...]
    count: int = 0
    written: bool = False
    title: bool = False
    score: float = 0.0
    ids: list[str] = field(default_factory=list[str])


def topics(material: Material) -> list[Claim]:
    """At most eight, the surest first: domains, then hashtags, then phrases."""
    found = [*_domains(material), *_hashtags(material), *_phrases(material)]
    kept: list[Claim] = []
    for claim in found:
        plain = claim.text.replace(" ", "").casefold()
        if not any(plain == known.text.replace(" ", "").casefold() for known in kept):
            kept.append(claim)
    return kept[:MOST]


def _texts(material: Material) -> list[Sentence]:
    every = (*material.posted, *material.written, *material.spoken)
    return [sentence for sentence in every if not is_call(sentence.text) and not instruction(sentence)]


def domain_evidence(material: Material, name: str) -> list[str]:
    """Ids of the sentences that use words of a domain; empty when they are too few to say so."""
    hits = 0
    words: set[str] = set()
    ids: list[str] = []
    for sentence in (*material.posted, *material.written, *material.spoken, *material.sung):
        here = [token.text for token in tokens(sentence.text) if token.text in DOMAINS[name]]
        hits += len(here)
        words.update(here)
        ids += sentence.ids if here else ()
    return list(dict.fromkeys(ids)) if hits >= DOMAIN_HITS and len(words) >= DOMAIN_WORDS else []


def _domains(material: Material) -> list[Claim]:
    if not material.english:
        return []
    found = [(name, ids) for name in DOMAINS if (ids := domain_evidence(material, name))]
    found.sort(key=lambda pair: -len(pair[1]))
    return [Claim(text=name, evidence=ids[:MOST_CITED]) for name, ids in found[:MOST_DOMAINS]]


def _hashtags(material: Material) -> list[Claim]:
    found: dict[str, list[str]] = {}
    for sentence in (*material.posted, *material.written):
        for tag in _HASHTAG.findall(sentence.text):
            if tag.casefold() not in GENERIC_HASHTAGS and not tag.isdigit():
                found.setdefault(tag.casefold(), []).extend(sentence.ids)
    return [Claim(text=tag, evidence=list(dict.fromkeys(ids))) for tag, ids in list(found.items())[:MOST_HASHTAGS]]


def _phrases(material: Material) -> list[Claim]:
    small = STOPWORDS.get(material.language or "")
    if small is None:
        return []
    shown = headline(material)
    titled: tuple[str, ...] = shown.ids if shown else ()
    found: dict[tuple[str, ...], _Phrase] = {}
    for sentence in _texts(material):
        for words in _runs(sentence.text, small):
            phrase = found.setdefault(words, _Phrase(words))
            phrase.count += 1
            phrase.written = phrase.written or sentence.source != "speech"
            phrase.title = phrase.title or sentence.ids == titled or sentence.kind == "title"
            phrase.ids += [i for i in sentence.ids if i not in phrase.ids]
    _score(list(found.values()))
    strong = [phrase for phrase in found.values() if _tells(phrase)]
    strong.sort(key=lambda phrase: (-phrase.score * phrase.count, phrase.words))
    kept: list[_Phrase] = []
    for phrase in strong:
        if not any(set(phrase.words) & set(other.words) for other in kept):
            kept.append(phrase)
    return [Claim(text=" ".join(phrase.words), evidence=phrase.ids[:MOST_CITED]) for phrase in kept]


def _tells(phrase: _Phrase) -> bool:
    """A phrase of several words that was written, or one that comes twice; a single word also when a title carries it."""
    if len(phrase.words) > 1:
        return phrase.count > 1 or phrase.written
    word = "".join(phrase.words)
    if word in COOKING_VERBS or word in GENERAL_VERBS or word.endswith(("ed", "ing")):
        return False
    return phrase.count > 1 or (phrase.title and len(word) >= TITLE_WORD)


def _runs(text: str, small: frozenset[str]) -> list[tuple[str, ...]]:
    """Runs of at most three telling words; a longer run is cut off, since it is a sentence rather than a name."""
    clean = _HANDLE.sub(" . ", text)
    runs: list[list[str]] = [[]]
    reach = 0
    for token in tokens(clean):
        broken = bool(re.search(r"[^\s'’-]", clean[reach : token.first]))
        reach = token.last
        if broken and runs[-1]:
            runs.append([])
        if token.text in small or _NUMBER.search(token.text) or len(token.text) < 3:
            if runs[-1]:
                runs.append([])
            continue
        runs[-1].append(token.text)
    return [tuple(run) for run in runs if 1 <= len(run) <= LONGEST_PHRASE]


def _score(found: list[_Phrase]) -> None:
    degree: Counter[str] = Counter()
    frequency: Counter[str] = Counter()
    for phrase in found:
        for word in phrase.words:
            frequency[word] += phrase.count
            degree[word] += phrase.count * len(phrase.words)
    for phrase in found:
        phrase.score = sum(degree[word] / frequency[word] for word in phrase.words) * (2 if phrase.written else 1)
