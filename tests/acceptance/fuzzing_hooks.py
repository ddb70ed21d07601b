"""What the generator of requests must not take for a finding; loaded by schemathesis itself."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    """An empty list in a form is sent as no part at all, so the request that was meant to be wrong is right."""
    in_a_form = isinstance(body, dict) and "file" in body
    return not (in_a_form and any(value in ([], {}, None) for value in body.values()))
