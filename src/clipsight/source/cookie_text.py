"""Whether the text of a cookie file can be what an operator meant, before the first video is fetched with it."""

from __future__ import annotations

from clipsight.errors import BadSetting
from clipsight.schema.video import Platform
from clipsight.source.cookie_lines import domain_of, is_comment

COOKIE_DOMAINS: dict[Platform, tuple[str, ...]] = {
    "instagram": ("instagram.com",),
    "tiktok": ("tiktok.com",),
    "youtube": ("youtube.com", "google.com"),  # an account of YouTube is one of Google
}


def check_cookies(platform: Platform, text: str) -> None:
    """Refuse a text that yt-dlp could not read, or that holds no cookie of the platform.

    Raises:
        BadSetting: with the name of the setting, and what is wrong with which line.
    """
    name = f"CLIPSIGHT_COOKIES_{platform.upper()}"
    domains = set[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if is_comment(line):
            continue
        domain = domain_of(line)
        if domain is None:
            expected = "a cookie file in the Netscape format, seven columns with tabs between them (domain, "
            expected += "TRUE if it begins with a dot else FALSE, path, TRUE or FALSE, seconds or nothing, name, value)"
            raise BadSetting(name=name, expected=f"{expected}; its line {number} is not")
        domains.add(domain.lstrip("."))
    wanted = COOKIE_DOMAINS[platform]
    if not any(domain == each or domain.endswith(f".{each}") for domain in domains for each in wanted):
        raise BadSetting(name=name, expected=f"a cookie file with at least one cookie of {' or '.join(wanted)}")
