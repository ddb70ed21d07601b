"""What the fetch child takes away from itself, tried in processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from clipsight.source.confinement import FIRST_ABI_WITH_NETWORK, FetchIsolation, available, landlock_version
from clipsight.source.syscall_filter import program


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


LOCKED = """
import errno, os, socket, subprocess, sys
from pathlib import Path
from clipsight.source.confinement import FetchBounds, limit, lock
limit(FetchBounds(1 << 30, 1 << 20, 60))
held = lock(int(sys.argv[1]), Path(sys.argv[2]))
def refused(name, attempt):
    try:
        attempt()
    except OSError as error:
        print(name, errno.errorcode[error.errno])
    else:
        print(name, "done")
"""


def locked(code: str, port: int, folder: Path, *more: str) -> list[str]:
    """The lines that the code prints behind the locks."""
    done = run(LOCKED + textwrap.dedent(code), str(port), str(folder), *more)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


needs_ports = pytest.mark.skipif(
    landlock_version() < FIRST_ABI_WITH_NETWORK, reason="needs Linux 6.7 or later with Landlock switched on"
)
needs_files = pytest.mark.skipif(not landlock_version(), reason="needs a kernel with Landlock switched on")


@needs_ports
def test_only_the_port_of_the_guard_can_be_reached(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as allowed, socket.create_server(("127.0.0.1", 0)) as other:
        lines = locked(
            """
            socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).close()
            refused("another port", lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), 5))
            refused("a server", lambda: socket.create_server(("127.0.0.1", int(sys.argv[1]) + 1)))
            print(held.ports)
            """,
            allowed.getsockname()[1],
            tmp_path,
            str(other.getsockname()[1]),
        )
    assert lines == ["another port EACCES", "a server EACCES", "True"]


@needs_ports
@pytest.mark.parametrize("host", ["127.0.0.1", "::ffff:127.0.0.1"])
def test_no_port_can_be_reached_by_sending_alone(host: str, tmp_path: Path) -> None:
    """TCP Fast Open connects without ``connect``, which is all that Landlock's rule about ports looks at."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        lines = locked(
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            host = sys.argv[4]
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            to = (host, int(sys.argv[3]))
            raw = socket.inet_pton(family, host)
            port = to[1].to_bytes(2, "big")
            name = family.to_bytes(2, sys.byteorder) + port + (bytes(4) + raw + bytes(4) if ":" in host else raw + bytes(8))
            class Message(ctypes.Structure):
                _fields_ = [
                    ("name", ctypes.c_char_p), ("name_length", ctypes.c_uint32),
                    ("parts", ctypes.POINTER(ctypes.c_void_p * 2)), ("part_count", ctypes.c_size_t),
                    ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t),
                    ("flags", ctypes.c_int), ("sent", ctypes.c_uint32),
                ]
            text = ctypes.create_string_buffer(b"x")
            def many(sock, flags):
                part = (ctypes.c_void_p * 2)(ctypes.addressof(text), 1)
                message = Message(name, len(name), ctypes.pointer(part), 1, None, 0, 0, 0)
                if libc.sendmmsg(sock.fileno(), ctypes.byref(message), 1, flags) < 0:
                    raise OSError(ctypes.get_errno(), "")
            sends = {
                "sendto": lambda sock, flags: sock.sendto(b"x", flags, to),
                "sendmsg": lambda sock, flags: sock.sendmsg([b"x"], [], flags, to),
                "sendmmsg": many,
            }
            for call, send in sends.items():
                for flags in (socket.MSG_FASTOPEN, socket.MSG_FASTOPEN | socket.MSG_DONTWAIT, 0):
                    with socket.socket(family) as sock:
                        refused(f"{call} {flags:x}", lambda: send(sock, flags))
            with socket.socket(family) as sock:
                sock.setsockopt(socket.IPPROTO_TCP, 30, 1)  # TCP_FASTOPEN_CONNECT: connects when it sends first
                refused("connect", lambda: sock.connect(to))
            one, two = socket.socketpair()
            one.sendmsg([b"told"])
            print(two.recv(4).decode())
            """,
            1,
            tmp_path,
            str(other.getsockname()[1]),
            host,
        )
        with pytest.raises(BlockingIOError):
            other.accept()
    expected = [
        f"{call} {end}"
        for call in ("sendto", "sendmsg", "sendmmsg")
        for end in ("20000000 EPERM", "20000040 EPERM", "0 EPIPE")
    ]
    assert lines == [*expected, "connect EACCES", "told"]


def test_no_other_sockets_and_no_way_out_of_the_group(tmp_path: Path) -> None:
    lines = locked(
        """
        import asyncio, ctypes
        for name, kind in {
            "udp": (socket.AF_INET, socket.SOCK_DGRAM, 0),
            "udp6": (socket.AF_INET6, socket.SOCK_DGRAM, 0),
            "unix": (socket.AF_UNIX, socket.SOCK_STREAM, 0),
            "unix datagrams": (socket.AF_UNIX, socket.SOCK_DGRAM, 0),
            "netlink": (socket.AF_NETLINK, socket.SOCK_RAW, 0),
            "packet": (socket.AF_PACKET, socket.SOCK_RAW, 0),
            "raw": (socket.AF_INET, socket.SOCK_RAW, 1),
            "mptcp": (socket.AF_INET, socket.SOCK_STREAM, 262),
            "vsock": (socket.AF_VSOCK, socket.SOCK_STREAM, 0),
            "tcp": (socket.AF_INET, socket.SOCK_STREAM, 0),
            "tcp6": (socket.AF_INET6, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, 6),
        }.items():
            refused(name, lambda: socket.socket(*kind).close())
        refused("a pair of datagrams", lambda: socket.socketpair(type=socket.SOCK_DGRAM))
        refused("a pair of streams", lambda: [end.close() for end in socket.socketpair()])
        refused("listening", lambda: socket.socket().listen())
        asyncio.run(asyncio.sleep(0))
        refused("setsid", lambda: os.setsid())
        refused("setpgid", lambda: os.setpgid(0, 0))
        refused("a child that leaves", lambda: subprocess.run(["true"], start_new_session=True))
        refused("a child", lambda: subprocess.run(["true"], check=True))
        libc = ctypes.CDLL(None, use_errno=True)
        def raw(*words):
            if libc.syscall(*words) < 0:
                raise OSError(ctypes.get_errno(), "")
        refused("io_uring", lambda: raw(425, 1, 0))
        refused("ptrace", lambda: raw(101 if os.uname().machine == "x86_64" else 117, 0, 0, 0, 0))
        print(held.sockets)
        """,
        1,
        tmp_path,
    )
    names = ["udp", "udp6", "unix", "unix datagrams", "netlink", "packet", "raw", "mptcp", "vsock"]
    assert lines == [
        *(f"{name} EPERM" for name in names),
        *("tcp done", "tcp6 done", "a pair of datagrams EPERM", "a pair of streams done", "listening EPERM"),
        *("setsid EPERM", "setpgid EPERM", "a child that leaves EPERM", "a child done", "io_uring EPERM", "ptrace EPERM"),
        "True",
    ]


@needs_files
def test_what_the_operator_keeps_can_neither_be_read_nor_written(tmp_path: Path) -> None:
    """Data, cookies, keys: the child's own folder, programs and libraries are all that it sees."""
    own, data = tmp_path / "own", tmp_path / "data"
    for folder in (own, data):
        folder.mkdir()
        (folder / "file").write_text("x")
    lines = locked(
        """
        own, data = Path(sys.argv[2]), Path(sys.argv[3])
        refused("own file", lambda: (own / "file").read_text())
        refused("own new file", lambda: (own / "new").write_text("x"))
        refused("foreign file", lambda: (data / "file").read_text())
        refused("foreign listing", lambda: list(data.iterdir()))
        refused("foreign new file", lambda: (data / "new").write_text("x"))
        refused("foreign file gone", lambda: (data / "file").unlink())
        refused("another name for it", lambda: os.link(data / "file", own / "link"))
        refused("through a link", lambda: [(own / "link").symlink_to(data / "file"), (own / "link").read_text()])
        refused("parent's environment", lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes())
        program = own / "program"
        program.write_text("#!/bin/sh")
        program.chmod(0o700)
        refused("own program", lambda: subprocess.run([program]))
        import sqlite3
        assert Path("/proc/self/status").read_text()
        print(held.files)
        """,
        1,
        own,
        str(data),
    )
    assert lines == [
        *("own file done", "own new file done", "foreign file EACCES", "foreign listing EACCES"),
        *("foreign new file EACCES", "foreign file gone EACCES"),
        lines[6],  # EXDEV or EACCES, by the version of the interface
        *("through a link EACCES", "parent's environment EACCES", "own program EACCES", "True"),
    ]
    assert lines[6] in ("another name for it EXDEV", "another name for it EACCES")
    assert not (own / "link").exists() or (own / "link").is_symlink()


def test_a_system_without_locks_is_told() -> None:
    assert FetchIsolation(True, True, True).missing == ()
    assert len(FetchIsolation(False, False, False).missing) == 3
    assert available().sockets


def test_the_filter_knows_both_machines() -> None:
    for machine in ("x86_64", "aarch64"):
        lines = program(machine)
        assert lines[-1] == (0x06, 0, 0, 0x7FFF0000)
        assert all(place + 1 + max(line[1:3]) < len(lines) for place, line in enumerate(lines[:-1]))


def test_memory_files_and_processor_time_are_bounded() -> None:
    done = run(
        """
        import os, resource, signal, tempfile
        from clipsight.source.confinement import FetchBounds, limit
        limit(FetchBounds(200 << 20, 1 << 20, 1))
        try:
            bytearray(400 << 20)
        except MemoryError:
            print("memory")
        with tempfile.TemporaryFile() as file:
            try:
                os.write(file.fileno(), b"x" * (1 << 20))
                os.write(file.fileno(), b"x")
            except OSError:
                print("file")
        for heeds in (signal.SIG_DFL, signal.SIG_IGN):
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGXCPU, heeds)
                while True:
                    pass
            print(os.WTERMSIG(os.waitpid(child, 0)[1]), flush=True)
        """
    )
    assert done.stdout.split() == ["memory", "file", str(int(signal.SIGXCPU)), str(int(signal.SIGKILL))], done.stderr


def test_a_child_whose_parent_is_another_ends_itself() -> None:
    done = run("from clipsight.source.confinement import die_with\ndie_with(1)\nprint('alive')")
    assert (done.returncode, done.stdout) == (1, "")
    done = run(f"from clipsight.source.confinement import die_with\ndie_with({os.getpid()})\nprint('alive')")
    assert (done.returncode, done.stdout) == (0, "alive\n")


def test_a_child_dies_with_its_parent() -> None:
    """A parent that starts a waiting child and is killed: the child's end of the pipe closes at once."""
    child = (
        "import os, time\n"
        "from clipsight.source.confinement import die_with\n"
        "die_with(os.getppid())\n"
        "print('up', flush=True)\n"
        "time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-I", "-c", f"import subprocess,sys\nsubprocess.run([sys.executable,'-I','-c',{child!r}])"],
        stdout=subprocess.PIPE,
    )
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        parent.kill()
        assert parent.stdout.read() == b""  # would block for a minute if the child lived on
