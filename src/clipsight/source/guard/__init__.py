"""The egress guard: the only way from a fetch to the network.

A program that fetches what strangers ask for must not become their way into the operator's network. The guard is a
``CONNECT`` proxy on loopback, one per fetch, that knows the hosts of the platforms and nothing else.
"""

from __future__ import annotations

from clipsight.source.guard.addresses import is_public, look_up
from clipsight.source.guard.hosts import PLATFORM_SUFFIXES, is_allowed
from clipsight.source.guard.proxy import Guard, GuardReport, GuardRules, Refusal, StandIns
from clipsight.source.guard.upstream import Upstream

__all__ = [
    "PLATFORM_SUFFIXES",
    "Guard",
    "GuardReport",
    "GuardRules",
    "Refusal",
    "StandIns",
    "Upstream",
    "is_allowed",
    "is_public",
    "look_up",
]
