"""What screening looks for: a small list of our own, English, by subject and severity.

Only words that are hardly ever meant otherwise; ambiguous ones ("shot", "high", "weed") would flag recipes and gardens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Level = Literal["low", "medium", "high"]

_MASK = r"[*#@!$%&0-9]"  # what people put for letters so that a filter does not see them


@dataclass(frozen=True, slots=True)
class Rule:
    """Words of one subject. ``pattern`` matches whole words, whatever their case."""

    category: str
    severity: Level
    pattern: re.Pattern[str]


def _rule(category: str, severity: Level, listed: str) -> Rule:
    """``listed``: words and phrases between bars; a trailing ``*`` lets any ending follow."""
    parts = [re.escape(part.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"[\s-]+") for part in listed.split("|")]
    return Rule(category, severity, re.compile(rf"(?<![\w@#/.])(?:{'|'.join(parts)})(?!\w)", re.I))


def _masked(category: str, severity: Level, listed: str) -> Rule:
    """The same words with inner letters masked: ``f**k``, ``sh1t``; at least one mask, else the plain rule has it."""
    parts: list[str] = []
    for word in listed.split():
        inner = "".join(f"(?:{letter}|{_MASK})" for letter in word[1:-1])
        parts.append(rf"(?=\w?[a-z]*{_MASK}){word[0]}{inner}{word[-1]}")
    return Rule(category, severity, re.compile(rf"(?<![\w@#/.])(?:{'|'.join(parts)})(?:s|ed|ing|er|y)?(?![\w])", re.I))


RULES: tuple[Rule, ...] = (
    _rule("profanity", "low", "damn|damned|dammit|hell no|crap|crappy|bastard|bastards|pissed|screw you|what the hell|wtf"),
    _rule("profanity", "medium", "fuck*|motherfuck*|shit|shits|shitty|bullshit|bitch|bitches|asshole*|dickhead*|wanker*"),
    _masked("profanity", "medium", "fuck shit bitch cunt asshole"),
    _rule("profanity", "high", "cunt|cunts"),
    _rule("hate", "high", "nigger*|faggot*|kike|kikes|wetback*|tranny|trannies|gas the|white power|heil hitler|subhuman*"),
    _rule("hate", "medium", "retard|retards|retarded|go back to your country"),
    _rule(
        "sexual",
        "high",
        "porn|porno|pornography|blowjob*|handjob*|cumshot*|gangbang*|masturbat*|onlyfans leak*|nude leak*|child porn",
    ),
    _rule("sexual", "medium", "nudes|onlyfans|horny|orgasm*|sex tape|strip club|stripper*|dildo*|vibrator*|naked"),
    _rule(
        "violence", "high", "behead*|massacre*|murder*|rape|raped|rapist*|terrorist attack|mass shooting|school shooting"
    ),
    _rule(
        "violence", "medium", "stab|stabbed|stabbing|strangle*|tortur*|beat him up|beat her up|kill you|kill him|kill her"
    ),
    _rule("self-harm", "high", "suicide|suicidal|kill myself|kill yourself|kys|self harm|cut myself|end my life"),
    _rule("weapons", "medium", "ar-15|ak-47|handgun*|assault rifle*|ammunition|ghost gun*|pipe bomb*|machine gun*"),
    _rule("drugs", "high", "cocaine|heroin|meth|methamphetamine|fentanyl|crack pipe|lsd|mdma"),
    _rule("drugs", "medium", "marijuana|cannabis|stoned|ketamine|magic mushrooms|edibles|bong|thc"),
    _rule("tobacco", "medium", "cigarette*|vape|vapes|vaping|cigar|cigars|nicotine pouch*|hookah"),
    _rule("alcohol", "low", "vodka|whiskey|whisky|tequila|beer|beers|wine|wines|cocktail*|champagne|bourbon|rum|prosecco"),
    _rule("alcohol", "medium", "drunk|wasted|hungover|binge drinking|blackout drunk|shots of"),
    _rule("gambling", "medium", "gambl*|casino*|sportsbook*|betting|slot machine*|roulette|parlay|place your bets"),
    _rule(
        "health-claims",
        "medium",
        "cures cancer|cure cancer|miracle cure|cures diabetes|detoxes your body|doctors hate|lose 10 pounds in|"
        "vaccines cause|reverse aging|melts fat|guaranteed weight loss",
    ),
    _rule(
        "financial-claims",
        "medium",
        "get rich quick|guaranteed returns|guaranteed profit|risk free profit|double your money|"
        "passive income while you sleep|"
        "crypto signals|financial freedom in",
    ),
    _rule("politics", "low", "democrats|republicans|trump|biden|putin|election fraud|abortion|gun control|brexit"),
)

DISCLOSURE = re.compile(
    r"(?<!\w)#(?:ad|ads|advert|advertisement|sponsored|spon|sp|gifted|paidpartnership|partner|brandpartner|pr|affiliate|"
    r"anzeige|werbung|publi|publicidad|collaborationcommerciale)(?!\w)"
    r"|\bpaid (?:partnership|promotion|advertis\w+)\b|\bsponsored(?: by| content| post| video)?\b|\bin partnership with\b"
    r"|\bthanks to \w+ for sponsoring\b|\bthis (?:video|post|reel) is (?:an ad|sponsored)\b|\bgifted by\b"
    r"|\bpr (?:gift|sample)\b"
    r"|\baffiliate links?\b|\bi (?:may )?earn (?:a |a small )?commission\b|\bcommissions? earned\b|^[ \t]*ad[ \t]*[:|•]",
    re.I | re.M,
)
"""Words with which a video says that someone paid, gave or pays a share for it."""

PROMOTION = re.compile(
    r"\b(?:use|with|enter) (?:my |our |the |promo |discount |coupon )*code:? [\w]+|\b(?:promo|discount|coupon) code\b"
    r"|\b\d{1,2} ?(?:%|percent) off\b|\b(?:shop|buy|order) (?:now|through|via|with) (?:my|the) link\b",
    re.I,
)
"""Words that sell: they call for a disclosure."""
