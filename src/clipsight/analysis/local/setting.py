"""Where the clip takes place, only when it says so: a pin, or a sentence that places the speaker."""

from __future__ import annotations

import re

from clipsight.analysis.local.domains import PLACES
from clipsight.analysis.local.material import Material
from clipsight.schema.analysis import Claim

_NOUNS = "|".join(sorted(PLACES, key=len, reverse=True))
_PIN = re.compile(r"📍\s*(?P<pin>[^\n#@|]{2,60})")
_DEIXIS = re.compile(
    r"\b(?:(?:welcome (?:back )?to|i['’]?m (?:here )?(?:in|at)|i am (?:in|at)|we['’]?re (?:here )?(?:in|at|on)|"
    r"we are (?:in|at|on)|here (?:in|at)|(?:live|straight|coming to you) from|in|inside)\s+"
    rf"(?P<place>(?:my|our|the|this|a)\s+(?:[\w-]+\s)?(?:{_NOUNS})))\b",
    re.I,
)
_INSIDE = re.compile(r"^(?:in|inside)\s+(?:the|a)\b", re.I)


def setting(material: Material) -> Claim | None:
    """The place in the words of the clip, or None. "In the kitchen" alone may be anybody's; "in my kitchen" is here."""
    for passage in material.passages:
        found = _PIN.search(passage.text)
        if found:
            return Claim(text=" ".join(found.group("pin").split()).strip(" .,!"), evidence=[passage.id])
    for sentence in (*material.spoken, *material.written):
        for found in _DEIXIS.finditer(sentence.text):
            if not _INSIDE.match(found.group(0)):
                return Claim(text=found.group("place"), evidence=list(sentence.ids))
    return None
