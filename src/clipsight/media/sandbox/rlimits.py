"""Limits on what the confined process may use."""

from __future__ import annotations

import resource


def limit(*, memory_bytes: int, cpu_seconds: int | None, open_files: int) -> int:
    """Sets the limits for good: soft and hard.

    Memory is limited with ``RLIMIT_DATA``, not ``RLIMIT_AS``: it counts what can be written privately (heap, buffers,
    thread stacks), while ``RLIMIT_AS`` also counts reserved but unused address space, mapped libraries and models, whose
    sum says little about memory. What ``RLIMIT_DATA`` does not count (shared and growing-down mappings) the system call
    filter refuses.

    A limit that is already lower stays as it is.

    Returns:
        The memory limit in force, in bytes.
    """
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, 0)  # answers go over a socket; files cannot grow even through an inherited descriptor
    _set(resource.RLIMIT_NOFILE, open_files)
    _set(resource.RLIMIT_MEMLOCK, 0)
    if cpu_seconds is not None:
        # A second apart: the first limit ends the process with SIGXCPU, which its parent can tell from other kills.
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    return _set(resource.RLIMIT_DATA, memory_bytes)


def _set(kind: int, wanted: int) -> int:
    _, hard = resource.getrlimit(kind)
    value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (value, value))
    return value
