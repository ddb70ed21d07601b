"""Whether the text of a cookie file can be what an operator meant, before the first video is fetched with it."""

from __future__ import annotations

from clipsight.errors import BadSetting
from clipsight.schema.video import Platform

COOKIE_DOMAINS: dict[Platform, tuple[str, ...]] = {
    "instagram": ("instagram.com",),
    "tiktok": ("tiktok.com",),
    "youtube": ("youtube.com", "google.com"),  # an account of YouTube is one of Google
}
_FIELDS = 7  # domain, whether subdomains count, path, whether TLS is needed, expiry, name, value
_HTTP_ONLY = "#HttpOnly_"  # in front of the domain: a cookie, although other lines with # are comments


def check_cookies(platform: Platform, text: str) -> None:
    """Refuse a text that yt-dlp could not read, or that holds no cookie of the platform.

    Raises:
        BadSetting: with the name of the setting, and what is wrong with which line.
    """
    name = f"CLIPSIGHT_COOKIES_{platform.upper()}"
    domains = set[str]()
    for number, line in enumerate(text.splitlines(), 1):
        cookie = line.removeprefix(_HTTP_ONLY)
        if not cookie.strip() or cookie.startswith("#"):
            continue
        domain = _domain(cookie)
        if domain is None:
            expected = "a cookie file in the Netscape format, seven columns with tabs between them"
            raise BadSetting(name=name, expected=f"{expected}; its line {number} is not")
        domains.add(domain.lstrip("."))
    wanted = COOKIE_DOMAINS[platform]
    if not any(domain == each or domain.endswith(f".{each}") for domain in domains for each in wanted):
        raise BadSetting(name=name, expected=f"a cookie file with at least one cookie of {' or '.join(wanted)}")


def _domain(line: str) -> str | None:
    """The domain of a cookie; None when the line is not one."""
    fields = line.split("\t")
    if len(fields) != _FIELDS:
        return None
    domain, below, path, secure, expiry = fields[:5]
    flags = {below, secure} <= {"TRUE", "FALSE"} and (below == "TRUE") == domain.startswith(".")
    return domain if flags and path.startswith("/") and (not expiry or expiry.isdigit()) else None
