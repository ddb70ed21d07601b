"""The life of a job as a state machine; every move that is not listed is refused.

    queued ──▶ running ──▶ succeeded
       │          │  ▲ │
       │          │  └─┘ taken over from a worker that died
       ├──────────┴──────▶ failed
       └─────────────────▶ cancelled

The last three never change. The dialects only rename the states; expiry is a time, not a state.
"""

from __future__ import annotations

from typing import get_args

from clipsight.errors import IllegalTransition
from clipsight.store.records import JobState

STATES: tuple[JobState, ...] = get_args(JobState)
FINAL: frozenset[JobState] = frozenset({"succeeded", "failed", "cancelled"})

_MOVES: dict[JobState, frozenset[JobState]] = {
    "queued": frozenset({"running", "failed", "cancelled"}),
    "running": frozenset({"running", "succeeded", "failed", "cancelled"}),
    "succeeded": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}


def may_become(current: JobState, wanted: JobState) -> bool:
    return wanted in _MOVES[current]


def sources(wanted: JobState) -> tuple[JobState, ...]:
    """The states from which a job may come to the wanted one, for the condition of an update."""
    return tuple(state for state in STATES if may_become(state, wanted))


def check_move(current: JobState, wanted: JobState) -> None:
    """Raises :class:`IllegalTransition` when a job may not go from the one to the other."""
    if not may_become(current, wanted):
        raise IllegalTransition(current=current, wanted=wanted)
