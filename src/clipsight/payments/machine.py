"""The life of a payment as a state machine; every move that is not listed is refused. Pure: it decides, others do.

    claimed ──▶ held ──▶ settling ──▶ settled
       │ │        │          │ ▲         ▲
       │ │        │          ▼ │         │
       │ │        │        unknown ──────┤
       │ │        │          │           │
       │ │        ▼          ▼           │
       │ └──▶ (dropped)   refused ──▶ claimed, when the same payment comes again
       └──▶ redeemed: a credit of the payer pays instead

Up to ``held`` nothing was charged, whoever died. From ``settling`` on money may have moved, so nothing is given up before
the facilitator says what happened.
"""

from __future__ import annotations

from typing import Literal

from clipsight.payments.facilitator import Verdict

State = Literal["claimed", "held", "settling", "unknown", "settled", "redeemed", "refused"]

OPEN: frozenset[State] = frozenset({"claimed", "held", "settling", "unknown"})
PAID: frozenset[State] = frozenset({"settled", "redeemed"})

Arrival = Literal["claim", "busy", "undo", "resolve", "told"]
"""What becomes of a request whose payment is known:

- ``claim``: it is new, or came to nothing before;
- ``busy``: somebody is at it;
- ``undo``: who was at it died before anything was charged;
- ``resolve``: ... while it was charged, so that must be found out first;
- ``told``: it is paid, and what was bought is told again.
"""

FINALITY_SECONDS = 60  # after the end of an authorization, until the chain will not show it as carried out any more

_MOVES: dict[State, frozenset[State]] = {
    "claimed": frozenset({"held", "redeemed"}),
    "held": frozenset({"settling"}),
    "settling": frozenset({"settled", "unknown", "refused"}),
    "unknown": frozenset({"settled", "unknown", "refused"}),
    "settled": frozenset(),
    "redeemed": frozenset(),
    "refused": frozenset({"claimed"}),
}


def may_become(current: State, wanted: State) -> bool:
    return wanted in _MOVES[current]


def sources(wanted: State) -> tuple[State, ...]:
    """The states from which a payment may come to the wanted one, for the condition of an update."""
    return tuple(state for state in _MOVES if may_become(state, wanted))


def on_arrival(state: State | None, *, holder_gone: bool) -> Arrival:
    """What to do with a payment that arrives. ``state`` is None when it was never seen; ``holder_gone``: nobody has it."""
    if state is None:
        return "claim"
    if state in PAID:
        return "told"
    if not holder_gone:
        return "busy"
    return "claim" if state == "refused" else on_recovery(state)


def on_recovery(state: State) -> Literal["undo", "resolve"]:
    """What to do with an open payment that nobody is at any more."""
    return "undo" if state in ("claimed", "held") else "resolve"


def after_settling(verdict: Verdict, *, first: bool, over: bool) -> State:
    """Where a payment stands after the facilitator was told to settle it.

    Args:
        verdict: what came back.
        first: whether it had never been told before. Afterwards a refusal may only mean that the first try is under way.
        over: whether the authorization ended so long ago that no try can be under way.
    """
    if verdict in ("ok", "used"):
        return "settled"
    definite = verdict == "refused" or (verdict == "unsent" and first)
    return "refused" if definite and (first or over) else "unknown"
