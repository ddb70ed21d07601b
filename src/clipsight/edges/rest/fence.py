"""The fence around open access: only this machine, and no page of another site that a browser on it happens to show.

Whoever sits at the machine may do everything without a token, so a page of another site must not be able to send requests
in their name. Three things tell such a page:

- ``Host``: a name that is not this machine's own is one that somebody may have pointed at it after the page was loaded.
- ``Origin``: browsers send it with every request that changes something, forms included; ``null`` is a page that hides it.
- ``Sec-Fetch-Site``: browsers send it with the rest too, such as an image or a script of this server in a page of another.

A link on another page may still lead here, as long as it opens in a window of its own: no other page can read that one.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.requests import Request

from clipsight.edges.rest.asgi import Application, Receive, Scope, Send
from clipsight.edges.rest.errors import answer_to
from clipsight.errors import ForeignHost

# Names under which a browser reaches this machine and nothing else.
_LOOPBACK = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
_OWN_SITES = frozenset({"same-origin", "none"})  # ``none``: somebody typed the address


class Fence:
    """Refuses what does not come from this machine itself, before anything else is looked at.

    Args:
        inner: what is fenced in.
        origins: other origins, such as ``http://localhost:3000``, whose pages may do everything too.
    """

    def __init__(self, inner: Application, origins: frozenset[str] = frozenset()) -> None:
        self._inner = inner
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and not self._is_ours(Headers(scope=scope), scope.get("method", "GET")):
            if scope["type"] == "http":
                await answer_to(Request(scope), ForeignHost())(scope, receive, send)
            return
        await self._inner(scope, receive, send)

    def _is_ours(self, headers: Headers, method: str) -> bool:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or len(origins) > 1 or not _LOOPBACK.fullmatch(hosts[0]):
            return False
        if origins:
            origin = origins[0].lower()
            return origin in self._origins or origin in {f"http://{hosts[0].lower()}", f"https://{hosts[0].lower()}"}
        site = headers.get("sec-fetch-site", "none").lower()
        return site in _OWN_SITES or (method == "GET" and _opens_a_window(headers))


def _opens_a_window(headers: Headers) -> bool:
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
