"""Whom the clip is for, only when it says so."""

from __future__ import annotations

import re

from clipsight.analysis.local.material import Material
from clipsight.schema.analysis import Claim

_GROUPS = (
    r"beginners?|students?|parents?|moms?|mums?|dads?|teachers?|runners?|travell?ers?|creators?|entrepreneurs?|founders?|"
    r"designers?|developers?|programmers?|gamers?|vegans?|vegetarians?|homeowners?|freelancers?|photographers?|women|men|"
    r"kids|teens?|teenagers?|toddlers?|seniors?|newbies|(?:dog|cat) owners?|small business owners?|brides?|"
    r"foodies|home cooks"
)
_CUES = re.compile(
    rf"\b(?:for (?P<for>(?:[\w-]+\s)?(?:{_GROUPS}))\b"
    rf"|(?:if you['’]?(?: a)?re|are you) (?:an? )?(?P<you>(?:[\w-]+\s)?(?:{_GROUPS}))\b"
    r"|(?P<who>for (?:anyone|everyone|those|people) who [^.,!?\n]{3,60})"
    rf"|(?P<adjective>(?:beginner|family|kid|student|vegan|budget)[- ]friendly)"
    rf"|(?:calling all|attention|hey) (?P<call>(?:{_GROUPS}))\b)",
    re.I,
)
_NO_GROUP = re.compile(r"^(?:the|a|an|all|my|our|your|these|those|some|of|most|and)\s+", re.I)


def target_audience(material: Material) -> Claim | None:
    """The group that is named, in the words of the clip; else None."""
    for sentence in (*material.spoken, *material.written, *material.posted):
        found = _CUES.search(sentence.text)
        if found:
            text = next(group for group in found.groupdict().values() if group)
            return Claim(text=_NO_GROUP.sub("", text.strip()), evidence=list(sentence.ids))
    return None
