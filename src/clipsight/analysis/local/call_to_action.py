"""An explicit call to act: follow, subscribe, comment, save, buy, use a code. Never a guess."""

from __future__ import annotations

import re

from clipsight.analysis.local.material import Material
from clipsight.grounding.passages import Sentence
from clipsight.schema.analysis import Claim

_CALLS = re.compile(
    r"""
    \b(?:
      follow\ (?:me|us|for|along|@|my|our|this\ (?:page|account|channel)|\+)
    | (?:please|and|so|then|to|hit|tap|press|smash|click|like|&|–|-)\ (?:the\ )?(?:follow|subscribe)\b
    | subscribe\b(?!rs) | turn\ on\ (?:the\ |your\ )?(?:post\ )?notifications
    | (?:drop|leave|write)\ (?:me\ |us\ )?(?:a|your)\ comments?
    | comment\ (?:below|down|your|with|if|what|which|the\ word|["“'])
    | (?:tell|let)\ (?:me|us)\ (?:know\ )?(?:what|which|where|how|in\ the\ comments|below|if|your)
    | (?:save|bookmark|pin)\ (?:this|it|the\ (?:video|post|recipe|reel))\b
    | share\ (?:this|it)\b | send\ this\ to | tag\ (?:a|your|someone|the)\ 
    | (?:link|recipe|details|info|code)\ (?:is\ )?in\ (?:my\ |the\ |our\ )?(?:bio|description|caption|comments)
    | (?:click|tap|hit|check\ out)\ (?:the|my|our)\ link | swipe\ up | (?:dm|message)\ (?:me|us)\b
    | use\ (?:my\ |our\ |the\ )?(?:discount\ |promo\ )?code\b | (?:promo|discount)\ code\b
    | shop\ (?:now|the|our|my|at)\b | buy\ (?:now|yours|one|it|here|today)\b | order\ (?:now|yours|today|here|online)\b
    | get\ yours\b | (?:sign|signing)\ up\b | download\ (?:the|our|my)\b | book\ (?:now|your|a\ (?:call|table))\b
    | join\ (?:us|now|me|my|our)\b | pre-?order\b | register\ (?:now|today|here)\b 
    | like\ (?:and|&|\+)\ (?:follow|share)
    | try\ it\ (?:today|now|free|out)\b
    | s[íi]gueme | s[íi]guenos | suscr[íi]bete | enlace\ en\ (?:la|mi)\ bio | guarda\ este 
    | d[ée]jame\ (?:un|tu)\ comentario
    | abonne[sz]?[- ]?(?:toi|vous) | lien\ (?:en|dans\ (?:ma|la))\ bio | enregistre[zr]?\ cette
    | folg(?:e|t)?\ mir | abonnier(?:e|t)? | link\ in\ (?:der|meiner)\ bio
    | me\ sig[au]m? | segue\ (?:a[íi]|l[áa]) | inscreva-se | link\ na\ bio | seguimi | iscriviti | link\ in\ bio
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ONLY = re.compile(r"^\W*(?:follow(?: us| me)?|subscribe|save this|shop now|order now|sign up)\W*$", re.IGNORECASE)
_REFUSED = re.compile(r"\b(?:don['’]?t|do not|never|not)\s+(?!forget\b)(?:\w+\s+)?$", re.IGNORECASE)


def is_call(text: str) -> bool:
    """Whether a sentence calls on the viewer to act, rather than to refrain."""
    if _ONLY.match(text):
        return True
    return any(not _REFUSED.search(text[: found.start()]) for found in _CALLS.finditer(text))


def call_of(material: Material) -> Sentence | None:
    """The call to action: what is said, else what is written, else what is posted; of several the last."""
    for group in (material.spoken, material.written, material.posted):
        calls = [sentence for sentence in group if is_call(sentence.text)]
        if calls:
            return calls[-1]
    return None


def call_to_action(material: Material) -> Claim | None:
    """The call verbatim, or None when there is no explicit one."""
    call = call_of(material)
    return Claim(text=call.text, evidence=list(call.ids)) if call else None
