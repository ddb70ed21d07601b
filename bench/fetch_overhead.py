"""What a fetch costs beyond the transfer: guard, child process, yt-dlp, against simulated platforms on loopback.

``python bench/fetch_overhead.py [ROUNDS]`` prints one line for each platform, medians over the rounds; ``make bench`` puts
the same table on its page. With a ``deno`` on the ``PATH`` or beside the interpreter YouTube is asked as with a JavaScript
runtime. The clip has a few kilobytes and comes over loopback, so that nearly all of the time is overhead. CPU seconds are
those of the child and its children; peak memory is the child's alone, a JavaScript runtime has its own. The guard shares
its process with the simulation, whose share cannot be told apart and stands in a column of its own. The decoding sandbox is
put on once per worker and costs a job nothing after that.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from fractions import Fraction
from pathlib import Path

from clipsight.source.fetch import fetch
from clipsight.source.links import Link, read_link
from clipsight.testing.clips import ClipRecipe, Noise, Plain, Shot, render
from clipsight.testing.platforms import SimulatedPlatforms
from tables import table

PLATFORMS = {"TikTok": "tiktok-ok", "Instagram": "instagram-ok", "YouTube": "youtube-ok"}
MOST_SECONDS, MOST_MEGABYTES = 1.5, 120
LOOK_SECONDS = 0.02
CLIP = ClipRecipe(
    shots=(Shot(Plain((96, 110, 120)), 1),), sounds=(Noise(0, 1),), size=(144, 256), fps=Fraction(15)
)  # 1 s with sound


def once(name: str) -> dict[str, float]:
    """One fetch in this process; its figures."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        render(CLIP, clip)
        with SimulatedPlatforms(clip) as world:
            scenario = world.scenario(name)
            link = read_link(scenario.link)
            assert isinstance(link, Link)
            into = Path(folder) / "into"
            into.mkdir()
            memory = _Memory()
            memory.start()
            own = _cpu(resource.RUSAGE_SELF)
            started = time.perf_counter()
            fetch(link, into, scenario.limits, world.settings(), lambda _done, _total: None, threading.Event())
            seconds = time.perf_counter() - started
            own = _cpu(resource.RUSAGE_SELF) - own
            memory.over.set()
            memory.join()
    return {
        "seconds": seconds,
        "child_cpu": _cpu(resource.RUSAGE_CHILDREN),
        "here_cpu": own,
        "megabytes": memory.peak / 1e6,
    }


class _Memory(threading.Thread):
    """Watches the most memory that the fetch child and whatever it starts, such as a JavaScript runtime, ever had.

    Each process counts with its own peak, so the sum is at least what they held at any one moment. What the kernel tells of
    ended children counts ours in.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self._peaks: dict[int, int] = {}
        self._group: int | None = None

    @property
    def peak(self) -> int:
        return sum(self._peaks.values())

    def run(self) -> None:
        while not self.over.wait(LOOK_SECONDS):
            for process in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError, IndexError):
                    if self._belongs(process):
                        self._see(int(process.name), (process / "status").read_text())

    def _belongs(self, process: Path) -> bool:
        """Whether it is the child, which leads a process group of its own, or in its group."""
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        parent, group = int(fields[1]), int(fields[2])
        ours = self._group is None and parent == os.getpid()
        if ours and b"clipsight.source.fetch_child" in (process / "cmdline").read_bytes():
            self._group = group
        return group == self._group

    def _see(self, number: int, status: str) -> None:
        fields = dict(line.split(":", 1) for line in status.splitlines())
        if "VmHWM" in fields:
            self._peaks[number] = max(self._peaks.get(number, 0), int(fields["VmHWM"].split()[0]) * 1024)


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


HEAD = (
    "platform",
    "seconds",
    "CPU seconds of the child",
    "CPU seconds of guard and simulation",
    "peak memory of the child and what it starts",
)
WORDS = f"""\
Starting the guard, the child process with its locks, and yt-dlp against simulated platforms on loopback, with a clip of a
few kilobytes, so that nearly all of the time is overhead; medians. The guard runs on a thread of the worker, whose memory
is not in the figure. The decoding sandbox is put on once per worker, when it starts, not per job. The target is at
most {MOST_SECONDS} s and {MOST_MEGABYTES} MB for each job. On a busy machine the seconds are mostly waiting for it.
"""


def measured(rounds: int) -> list[tuple[str, ...]]:
    """A row for each platform under :data:`HEAD`, and one that says what the targets came to."""
    rows: list[tuple[str, ...]] = []
    within = True
    runtime = "with" if Path(sys.executable).with_name("deno").exists() or shutil.which("deno") else "without"
    for platform, name in PLATFORMS.items():
        command = [sys.executable, __file__, "once", name]
        runs = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(rounds)]
        median = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        figures = (f"{median[key]:.2f}" for key in ("seconds", "child_cpu", "here_cpu"))
        shown = f"{platform}, {runtime} a JavaScript runtime" if platform == "YouTube" else platform
        rows.append((shown, *figures, f"{median['megabytes']:.0f} MB"))
        within = within and median["seconds"] <= MOST_SECONDS and median["megabytes"] <= MOST_MEGABYTES
    return [*rows, ("within the target", "yes" if within else "no", "", "", "")]


def section(rows: list[tuple[str, ...]]) -> list[str]:
    """The part of the page."""
    return [WORDS, table(HEAD, rows)]


def main(rounds: int) -> int:
    rows = measured(rounds)
    print("\n".join(section(rows)))
    return 0 if rows[-1][1] == "yes" else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["once"]:
        sys.stdout.write(json.dumps(once(sys.argv[2])))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
