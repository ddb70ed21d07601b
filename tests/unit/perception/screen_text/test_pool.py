from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from clipsight.perception.screen_text.pool import WAITING, OrderedPool


def nothing() -> None:
    pass


def test_items_are_settled_in_order_whatever_finishes_first() -> None:
    second_is_found = threading.Event()
    settled: list[int] = []

    def find(item: int) -> int:
        if item == 0:
            assert second_is_found.wait(10)
        if item == 1:
            second_is_found.set()
        return item * 10

    def settle(item: int, found: int) -> Callable[[], None]:
        settled.append(found)
        return nothing

    pool = OrderedPool(find, settle, 2, "test-pool")
    for item in range(5):
        pool.put(item)
    pool.finish()
    assert settled == [0, 10, 20, 30, 40]


@pytest.mark.parametrize("most", [WAITING, 3])
def test_the_queue_is_bounded(most: int) -> None:
    go_on, put = threading.Event(), threading.Semaphore(0)

    def find(item: int) -> int:
        assert go_on.wait(10)
        return item

    pool = OrderedPool(find, lambda item, found: nothing, 1, "test-pool")

    def feed() -> None:
        for item in range(most + 3):
            pool.put(item, most)
            put.release()

    feeder = threading.Thread(target=feed)
    feeder.start()
    for _ in range(most):
        assert put.acquire(timeout=10)
    feeder.join(0.1)  # one in work, the others wait: there is no room for the last two
    assert feeder.is_alive()
    go_on.set()
    feeder.join(10)
    assert not feeder.is_alive()
    pool.finish()


@pytest.mark.parametrize("where", ["find", "settle", "rest"])
def test_an_exception_of_a_worker_comes_out_at_the_end_and_nothing_hangs(where: str) -> None:
    def fail(here: str, item: int) -> None:
        if here == where and item == 3:
            raise ValueError(where)

    def find(item: int) -> int:
        fail("find", item)
        return item

    def settle(item: int, found: int) -> Callable[[], None]:
        fail("settle", item)
        return lambda: fail("rest", item)

    pool = OrderedPool(find, settle, 2, "failing-pool")
    for item in range(50):
        pool.put(item)
    with pytest.raises(ValueError, match=where):
        pool.finish()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("failing-pool")]


def test_stop_drops_what_waits_and_joins() -> None:
    begun, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def find(item: int) -> int:
        begun.set()
        assert go_on.wait(10)
        return item

    def settle(item: int, found: int) -> Callable[[], None]:
        done.append(item)
        return nothing

    pool = OrderedPool(find, settle, 1, "stopped-pool")
    for item in range(5):
        pool.put(item)
    assert begun.wait(10)
    stopper = threading.Thread(target=pool.stop)
    stopper.start()
    go_on.set()
    stopper.join(10)
    assert not stopper.is_alive()
    assert len(done) <= 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("stopped-pool")]


def test_a_pool_that_was_never_used_ends_without_threads() -> None:
    pool: OrderedPool[int, int] = OrderedPool(lambda item: item, lambda item, found: nothing, 2, "idle-pool")
    pool.finish()
    pool.stop()
