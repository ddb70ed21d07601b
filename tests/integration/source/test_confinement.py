"""What the fetch child takes away from itself, tried in processes of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap

import pytest


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_only_the_port_of_the_guard_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as allowed, socket.create_server(("127.0.0.1", 0)) as other:
        done = run(
            """
            import socket, sys
            from clipsight.source.confinement import connect_only_to, limit
            limit(1 << 30, 1 << 20)
            if not connect_only_to(int(sys.argv[1])):
                print("not offered"); raise SystemExit
            socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).close()
            for attempt in (
                lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])), 5),
                lambda: socket.create_server(("127.0.0.1", int(sys.argv[1]) + 1)),
            ):
                try:
                    attempt()
                except PermissionError:
                    print("refused")
            """,
            str(allowed.getsockname()[1]),
            str(other.getsockname()[1]),
        )
    assert done.returncode == 0, done.stderr
    if done.stdout == "not offered\n":
        pytest.skip("this kernel has no Landlock for the network")
    assert done.stdout.split() == ["refused", "refused"]


def test_memory_and_files_are_bounded() -> None:
    done = run(
        """
        import os, tempfile
        from clipsight.source.confinement import limit
        limit(200 << 20, 1 << 20)
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
        """
    )
    assert done.stdout.split() == ["memory", "file"], done.stderr


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
