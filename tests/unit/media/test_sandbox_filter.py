"""The filter program itself, run by a small interpreter, for machines that are not at hand too."""

from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.media.sandbox.numbers import AARCH64, MACHINES, X86_64, Machine
from clipsight.media.sandbox.seccomp import Line, program

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
PID = 4321
both = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)


def run(lines: list[Line], arch: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """What the kernel would answer; seccomp_data is number, arch, address, six arguments of 64 bits."""
    data = number.to_bytes(4, "little") + arch.to_bytes(4, "little") + bytes(8)
    data += b"".join(word.to_bytes(8, "little") for word in (*arguments, *[0] * (6 - len(arguments))))
    accumulator, position = 0, 0
    while True:
        code, if_true, if_false, constant = lines[position]
        position += 1
        if code == 0x06:
            return constant
        if code == 0x20:
            accumulator = int.from_bytes(data[constant : constant + 4], "little")
        elif code == 0x54:
            accumulator &= constant
        else:
            holds = {
                0x15: accumulator == constant,
                0x25: accumulator > constant,
                0x45: bool(accumulator & constant),
            }[code]
            position += if_true if holds else if_false


def answer(machine: Machine, name: str, *arguments: int, generated_code: bool = False) -> int:
    lines = program(machine, own_pid=PID, generated_code=generated_code)
    return run(lines, machine.audit_arch, machine.numbers[name], arguments)


@both
@given(number=st.integers(0, 2**32 - 1), arch=st.integers(0, 2**32 - 1))
def test_every_other_machine_is_killed(machine: Machine, number: int, arch: int) -> None:
    if arch != machine.audit_arch:
        assert run(program(machine, own_pid=PID, generated_code=False), arch, number) == KILL


@both
@given(number=st.integers(0, 2**32 - 1), words=st.tuples(*[st.integers(0, 2**64 - 1)] * 6))
def test_every_call_has_one_of_three_answers(machine: Machine, number: int, words: tuple[int, ...]) -> None:
    found = run(program(machine, own_pid=PID, generated_code=False), machine.audit_arch, number, words)
    assert found in {ALLOW, ERRNO | errno.EPERM, ERRNO | errno.ENOSYS}
    if found == ALLOW:
        assert number in machine.numbers.values()


@both
def test_conditional_calls(machine: Machine) -> None:
    refused = ERRNO | errno.EPERM
    cases = [
        ("mmap", (0, 4096, 3, 0x22), ALLOW),
        ("mmap", (0, 4096, 7, 0x22), refused),
        ("mmap", (0, 4096, 3, 0x21), refused),
        ("mprotect", (0, 4096, 4), refused),
        ("clone", (0x3D0F00,), ALLOW),
        ("clone", (0x3D0F00 | 0x40000000,), refused),
        ("clone", (17,), refused),
        ("tgkill", (PID, PID, 6), ALLOW),
        ("tgkill", (1, 1, 9), refused),
        ("fcntl", (3, 8, 1), refused),
        ("sendto", (3, 0, 0, 0, 1 << 32), refused),
        ("prlimit64", (0, 7, 0, 1), ALLOW),
        ("prlimit64", (0, 7, 1 << 40, 0), refused),
        ("newfstatat", (3, 0, 0, 0), refused),
        ("newfstatat", (3, 0, 0, 0x1000), ALLOW),
        ("clone3", (), ERRNO | errno.ENOSYS),
        ("seccomp", (), refused),
        ("landlock_create_ruleset", (), refused),
    ]
    assert [(name, answer(machine, name, *words)) for name, words, _ in cases] == [(c[0], c[2]) for c in cases]
    assert answer(machine, "mprotect", 0, 4096, 5, generated_code=True) == ALLOW


def test_both_tables_name_the_same_calls_but_for_old_ones() -> None:
    assert set(AARCH64.numbers) < set(X86_64.numbers)
    assert set(X86_64.numbers) - set(AARCH64.numbers) == {"poll", "select", "time"}
