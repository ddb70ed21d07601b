"""Clients that retry, processes that die, answers that are lost, refusals: charged is delivered or credited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clipsight.errors import ClipsightError
from clipsight.payments.book import Intent
from clipsight.payments.facilitator import Answer, Verdict
from clipsight.payments.machine import OPEN, Arrival, on_arrival, sources
from clipsight.payments.payment import Payment
from clipsight.payments.terms import BASE, USDC, Way
from clipsight.payments.till import Purchase, Till

NOW = 1_000_000  # seconds
AMOUNT = 5
WAY = Way(BASE, USDC[BASE.id], "0x" + "d" * 40)
PURCHASE = Purchase("", "f", "a")


class Crash(BaseException):
    """The process is gone; nothing after it is carried out."""


@dataclass
class World:
    """The chain, the database and the engine, which outlive every process; ``fate`` says when the next one dies."""

    fate: list[int]
    answers: list[str]

    def __post_init__(self) -> None:
        self.time = NOW
        self.dead = False
        self.charged: set[str] = set()
        self.intents: dict[str, Intent] = {}
        self.busy: set[str] = set()
        self.jobs: dict[str, str] = {}
        self.credits: list[str] = []
        self.redeemed: list[str] = []

    def step(self) -> None:
        """One commit or one question; the process may die before it."""
        if self.dead:
            raise Crash
        if self.fate and self.fate.pop(0) == 0:
            self.dead = True
            raise Crash


class DictBook:
    """:class:`clipsight.payments.book.Book` in memory."""

    def __init__(self, world: World) -> None:
        self.world = world

    def now(self) -> int:
        return self.world.time * 1000

    def arrive(self, payment: Payment, purchase: Purchase) -> tuple[Arrival, Intent]:
        self.world.step()
        known = self.world.intents.get(payment.identity)
        free = payment.identity not in self.world.busy
        arrival = on_arrival(known.state if known else None, holder_gone=free)
        if arrival == "claim":
            told: dict[str, Any] = {"identity": payment.identity}
            known = Intent(1, "claimed", "", "", "", "", payment.payer, payment.amount, payment.valid_before, told)
            self.world.intents[payment.identity] = known
        assert known is not None
        if arrival != "told":
            self.world.busy.add(payment.identity)
        return arrival, known

    def undo(self, intent: Intent) -> None:
        self.world.step()
        known = self.world.intents.get(intent.told["identity"])
        if known is not None and known.state in ("claimed", "held"):
            del self.world.intents[intent.told["identity"]]
            if known.job_id is not None:
                self.world.jobs[known.job_id] = "cancelled"

    def has_credit(self, intent: Intent) -> bool:
        return len(self.world.credits) > len(self.world.redeemed)

    def hold(self, connection: Any, intent: Intent, job_id: str, *, credit: bool) -> Intent:
        del connection
        if credit:
            self.world.redeemed.append(job_id)
        self.world.jobs[job_id] = "queued" if credit else "held"
        return self._move(intent, "redeemed" if credit else "held", job_id=job_id)

    def begin_settling(self, intent: Intent) -> bool:
        self.world.step()
        self._move(intent, "settling")
        return True

    def settled(self, intent: Intent, answer: Answer, receipt: str) -> Intent:
        self.world.step()
        assert intent.job_id is not None
        self.world.jobs[intent.job_id] = "queued"
        return self._move(intent, "settled", receipt=receipt)

    def refused(self, intent: Intent, answer: Answer) -> None:
        self.world.step()
        assert intent.job_id is not None
        self.world.jobs[intent.job_id] = "cancelled"
        self._move(intent, "refused")

    def unknown(self, intent: Intent) -> Intent:
        self.world.step()
        return self._move(intent, "unknown")

    def is_over(self, intent: Intent) -> bool:
        return self.world.time > intent.valid_before + 60

    def abandoned(self) -> Sequence[Intent]:
        self.world.step()
        return [each for name, each in self.world.intents.items() if each.state in OPEN and name not in self.world.busy]

    def close_accounts(self) -> int:
        return 0

    def _move(self, intent: Intent, state: Any, **more: Any) -> Intent:
        name = intent.told["identity"]
        assert self.world.intents[name].state in sources(state)
        self.world.intents[name] = replace(self.world.intents[name], state=state, **more)
        return self.world.intents[name]


class Chain:
    """A facilitator that refuses, goes silent before or after the transfer, or does what it is told; one per nonce."""

    def __init__(self, world: World) -> None:
        self.world = world

    def verify(self, told: Mapping[str, Any]) -> Answer:
        self.world.step()
        return Answer("refused", "used") if told["identity"] in self.world.charged else Answer("ok")

    def settle(self, told: Mapping[str, Any]) -> Answer:
        self.world.step()
        mood = self.world.answers.pop(0) if self.world.answers else "ok"
        name = told["identity"]
        if mood in ("refused", "silent", "unsent"):
            verdicts: dict[str, Verdict] = {"refused": "refused", "silent": "unknown", "unsent": "unsent"}
            return Answer("used" if name in self.world.charged and mood == "refused" else verdicts[mood], "no")
        if name in self.world.charged:
            return Answer("used")
        self.world.charged.add(name)
        self.world.step()
        return Answer("unknown" if mood == "lost" else "ok")


def payment(number: int) -> Payment:
    return Payment(2, WAY, "0x" + "a" * 40, AMOUNT, 0, NOW + 300, f"0x{number:064x}", "0x")


def run(world: World, action: Callable[[Till], object]) -> None:
    """One process; what it was at is free for others when it is gone, or has answered."""
    world.dead = False
    world.busy.clear()
    with suppress(Crash, ClipsightError):
        action(Till(DictBook(world), Chain(world)))


def buy(world: World, number: int) -> None:
    def take(hold: Callable[[Any, str], None]) -> str:
        world.step()
        job = f"{number}/{len(world.jobs)}"
        hold(None, job)
        return job

    run(world, lambda till: till.sell(payment(number), PURCHASE, take))


ACTIONS = st.lists(st.sampled_from(["buy 0", "buy 1", "buy 2", "recover", "later", "work", "fail"]), max_size=14)


@settings(max_examples=1000, deadline=None)
@given(
    ACTIONS,
    st.lists(st.integers(0, 7), max_size=40),
    st.lists(st.sampled_from(["ok", "refused", "silent", "lost", "unsent"]), max_size=12),
)
def test_charged_is_delivered_or_credited(actions, fate, answers):
    world = World(fate, answers)
    for action in actions:
        if action.startswith("buy"):
            buy(world, int(action[-1]))
        elif action == "recover":
            run(world, lambda till: till.recover())
        elif action == "later":
            world.time += 250
        else:
            work(world, succeeds=action == "work")
    world.fate, world.answers = [], []
    world.time += 1000
    run(world, lambda till: till.recover())
    work(world, succeeds=True)
    states = [each.state for each in world.intents.values()]
    assert not OPEN & set(states)
    settled = {name for name, each in world.intents.items() if each.state == "settled"}
    assert settled == world.charged  # no free job, and nothing charged in vain
    delivered = [job for job, state in world.jobs.items() if state == "done"]
    open_credits = len(world.credits) - len(world.redeemed)
    assert len(world.charged) == len(delivered) + open_credits
    assert "held" not in world.jobs.values()


def work(world: World, *, succeeds: bool) -> None:
    """The engine takes all jobs that may begin; those that fail earn their payer a credit."""
    for job, state in world.jobs.items():
        if state == "queued":
            world.jobs[job] = "done" if succeeds else "failed"
            if not succeeds:
                world.credits.append(job)
