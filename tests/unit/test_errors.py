"""What the errors promise: a code for each, and a sentence that says what happened and what to do."""

from __future__ import annotations

import pytest

from clipsight.errors import ClipsightError, MediaError, PerceptionError, SourceError, by_code

FOR_VIEWERS = [error for error in by_code().values() if issubclass(error, SourceError | MediaError | PerceptionError)]

# Whether the same request may succeed later without anybody doing anything.
PASSES_BY_ITSELF = {
    "rate_limited",
    "network",
    "timeout",
    "disk_full",  # when files that are kept for a while expire
    "platform_changed",
    "out_of_memory",
    "stage_failed",
    "speech_service_unavailable",
    "perception_timeout",
    "perception_crashed",
}


@pytest.mark.parametrize("error", FOR_VIEWERS, ids=lambda error: error.code)
def test_a_message_says_what_happened_and_then_what_helps(error: type[ClipsightError]) -> None:
    fact, _, cure = error.message.partition("; ")
    assert fact[0].isupper()
    assert len(cure.split()) >= 2, error.message
    assert not error.message.endswith(".")


def test_a_retry_is_advised_only_where_it_may_help() -> None:
    assert {error.code for error in FOR_VIEWERS if error.retryable} == PASSES_BY_ITSELF


def test_the_codes_that_callers_rely_on() -> None:
    promised = (
        "slideshow not_a_video live story bad_url unsupported_host unavailable private login_required rate_limited "
        "geo_blocked age_restricted members_only too_long too_large no_video timeout network platform_changed"
    )
    assert set(promised.split()) <= set(by_code())
