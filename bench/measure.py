"""What a job costs: seconds on the wall, seconds of the processors, memory, each beside the cost of decoding alone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from clipsight.analysis.local import LocalAnalyst
from clipsight.pipeline.options import Profile
from clipsight.pipeline.perceiver import Perceiver
from clipsight.pipeline.run import Options, conclude, see

TICKS = os.sysconf("SC_CLK_TCK")  # per second, of the times in /proc/<pid>/stat

# Runs in a process of its own, so that nothing of ours is in its memory; two threads, as the pipeline decodes.
DECODE_ALL = """
import sys, time
import av
begin, cpu = time.perf_counter(), time.process_time()
pictures = 0
with av.open(sys.argv[1]) as container:
    stream = container.streams.video[0]
    stream.thread_count, stream.thread_type = 2, "AUTO"
    for packet in container.demux(stream):
        pictures += len(packet.decode())
print(time.perf_counter() - begin, time.process_time() - cpu, pictures)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run. ``memory`` is the peak of resident memory in bytes, 0 where it was not looked at."""

    wall: float
    cpu: float
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One analysis with warm models: its cost and its document as its JSON gives it."""

    cost: Cost
    document: dict[str, Any]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, smallest and largest of several runs."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))

    def per(self, seconds: float) -> Spread:
        return Spread(self.median / seconds, self.low / seconds, self.high / seconds)


def decode_only(clip: Path) -> Cost:
    """Decode every picture and do nothing with it."""
    command = [sys.executable, "-c", DECODE_ALL, str(clip)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall, cpu, _pictures = done.stdout.split()
    return Cost(float(wall), float(cpu))


def start(perceiver: Perceiver) -> float:
    """Start the perception process and load its models; seconds on the wall."""
    begin = time.perf_counter()
    perceiver.start()
    return time.perf_counter() - begin


def whole_job(clip: Path, perceiver: Perceiver, format_slug: str, profile: Profile = "full") -> Job:
    """One analysis from the open file to the finished document, the models being loaded.

    Raises:
        RuntimeError: a stage failed; one that gives up early is fast, and its cost is worth nothing.
        ClipsightError: there is no account at all.
    """
    job = account(clip, perceiver, format_slug, profile)
    if job.failed:
        raise RuntimeError(f"not a figure to publish, these stages failed: {', '.join(job.failed)}")
    return job


def account(clip: Path, perceiver: Perceiver, format_slug: str | None = None, profile: Profile = "full") -> Job:
    """As :func:`whole_job`, but an account that lacks a stage is one too; ``failed`` names the stages."""
    pid = perceiver.pid
    assert pid is not None, "start the perceiver first"
    begin, own, others = time.perf_counter(), time.process_time(), _cpu_seconds(pid)
    sight = see(clip, perceiver, Options(profile=profile), lambda _stage, _fraction: None, threading.Event())
    document = conclude(sight, LocalAnalyst(), format_slug)
    wall = time.perf_counter() - begin
    cpu = time.process_time() - own + _cpu_seconds(pid) - others
    failed = tuple(stage.name for stage in document.stages if stage.status == "failed")
    return Job(Cost(wall, cpu, _peak_memory(pid)), document.model_dump(mode="json", by_alias=True), failed)


def command_line(clip: Path) -> float:
    """``clipsight analyze`` from nothing to the end of the process; seconds on the wall."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "clipsight", "analyze", str(clip), "--output", "json"]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begin


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process, its threads and the children it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / TICKS


def _peak_memory(pid: int) -> int:
    """Most resident memory that a process ever had, in bytes; for a warm process that is the peak of all its jobs."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the kernel does not tell peak memory")
