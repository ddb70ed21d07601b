"""The stage: sees every frame, reads few of them, and tells at the end which texts were on the screen and when."""

from __future__ import annotations

from collections.abc import Sequence

from clipsight.perception.frames import Frame, Sample
from clipsight.perception.screen_text.findings import TextFinding
from clipsight.perception.screen_text.history import History
from clipsight.perception.screen_text.looking import Looker, Order
from clipsight.perception.screen_text.pieces import appearances, joined
from clipsight.perception.screen_text.planner import AREA_PER_SECOND, Planner
from clipsight.perception.screen_text.pool import OrderedPool
from clipsight.perception.screen_text.port import Detection, TextReader
from clipsight.perception.screen_text.rows import findings
from clipsight.perception.screen_text.succession import parted
from clipsight.perception.screen_text.unread import Unread, unread
from clipsight.timeline import Instant

BYTES_PER_PIXEL = 1.5  # luma and quarter-size colours
MOST_BYTES_WAITING = 28_000_000  # of pictures that wait to be read: nine of 1080x1920, fewer of larger ones
FEWEST_WAITING = 2  # both readers have something to do next


class ScreenTextStage:
    """Reads one video. A new object per video; :meth:`finish` or :meth:`abort` must end it."""

    def __init__(self, engine: TextReader, workers: int = 2, area_per_second: float = AREA_PER_SECOND) -> None:
        """Prepare for a video.

        Args:
            engine: finds and reads lines; may be shared with other stages.
            workers: threads that read, at least 1. They start with the first look.
            area_per_second: whole pictures in which lines are looked for, per second of video on average.
        """
        self._history = History()
        self._planner = Planner(area_per_second)
        self._looker = Looker(engine, self._history)
        self._pool: OrderedPool[Order, list[Detection]] = OrderedPool(
            self._looker.find, self._looker.settle, workers, "screen-text"
        )
        self._last: tuple[int, Frame] | None = None
        self._unread = Unread()

    def see(self, sample: Sample) -> None:
        """Take note of the next picture, in time order. Waits only when the reader is a dozen pictures behind."""
        small = sample.small
        tick = self._history.note(sample.time, small)
        if tick is None:
            return
        self._last = (tick, sample.frame)
        look = self._planner.plan(sample.time, small)
        if look is not None:
            size = round(sample.frame.luma.size * BYTES_PER_PIXEL)
            self._pool.put(Order(look, tick, sample.frame), max(FEWEST_WAITING, MOST_BYTES_WAITING // size))

    def finish(self, end: Instant, cuts: Sequence[Instant] = ()) -> list[TextFinding]:
        """Read what is left and join everything. The threads are gone afterwards, whatever happens.

        Args:
            end: when the last picture disappears.
            cuts: moments at which the shot changes, when they are known; boundaries close to one are moved onto it.

        Returns:
            Texts by start, then from top to bottom and left to right.

        Raises:
            Exception: what the engine raised in a worker.
        """
        if self._last is not None:
            tick, frame = self._last
            look = self._planner.last(self._history.shape[0])
            if look is not None:
                self._pool.put(Order(look, tick, frame))
        self._last = None
        self._pool.finish()
        if not len(self._history):
            return []
        self._unread = unread(self._looker.book.lines, self._looker.skipped)
        pieces = [piece for line in self._looker.book.lines for piece in appearances(line, self._history, end)]
        return findings(joined(parted(pieces)), self._history.shape, end, cuts)

    def missing(self) -> str | None:
        """A sentence about text that was there and is not among the rows, once :meth:`finish` is done; None without any."""
        parts: list[str] = []
        if self._unread.first is not None:
            at = self._history.time(self._unread.first).seconds
            parts.append(
                f"Text was seen in {self._unread.lines} place(s), the first at {at:.1f} s, that could not be read: "
                "it may be too small or blurred, or in a script other than Latin, Chinese or Japanese"
            )
        if self._unread.left_out:
            parts.append(f"{self._unread.left_out} detected line(s) were left unread: more text than is read per second")
        return "; ".join(parts) or None

    def abort(self) -> None:
        """Stop reading: looks that wait are dropped, one in work is finished, the threads are joined."""
        self._last = None
        self._pool.stop()
