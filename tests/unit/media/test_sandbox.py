"""The sandbox, tried from inside: a real child confines itself and reports what still works and what is refused."""

from __future__ import annotations

import errno
import json
import os
import platform
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipsight.media.sandbox import available, child_environment

CHILD = Path(__file__).with_name("confined_child.py")
NOBODY = 65534
MEMORY = 512 * 2**20
FRAMES = 12


class Confined:
    """A started child and the socket to it."""

    def __init__(self, user: str, memory: int = MEMORY, cpu_seconds: int = 0) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            arguments = [str(theirs.fileno()), str(os.getpid()), user, str(memory), str(cpu_seconds)]
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(CHILD), *arguments],
                env=child_environment(),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                stderr=subprocess.PIPE,
            )
        self.control = ours
        self.answers = ours.makefile("r")
        self.hello = self._answer()

    def attempt(self, name: str, descriptor: int | None = None) -> dict[str, object]:
        message = json.dumps({"try": name}).encode()
        socket.send_fds(self.control, [message], [] if descriptor is None else [descriptor])
        return self._answer()

    def _answer(self) -> dict[str, object]:
        line = self.answers.readline()
        if not line:
            assert self.process.stderr is not None
            code = self.process.wait()
            raise ChildProcessError(code, self.process.stderr.read().decode())
        return json.loads(line)

    def __enter__(self) -> Confined:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.answers.close()
        self.control.close()
        self.process.kill()
        self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()


USERS = ["-", str(NOBODY)] if os.getuid() == 0 else ["-"]


@pytest.fixture(scope="module", params=USERS, ids=["self", "nobody"][: len(USERS)])
def confined(request: pytest.FixtureRequest) -> Iterator[Confined]:
    with Confined(request.param) as child:
        yield child


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sandbox") / "clip.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 96, "yuv420p"
        for number in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(np.full((96, 64, 3), number * 20, np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 12)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_both_layers_hold_and_say_so(confined: Confined) -> None:
    assert confined.hello["seccomp"] is True
    if Path("/proc/sys/kernel/osrelease").read_text().split(".")[0] >= "6":
        assert confined.hello["landlock"]


def test_a_video_that_arrives_as_a_descriptor_is_decoded(confined: Confined, clip: Path) -> None:
    with clip.open("rb") as file:
        assert confined.attempt("decode", file.fileno()) == {"value": FRAMES}


@pytest.mark.parametrize(
    ("name", "value"), [("infer", [0.5, 0.5]), ("new_threads", 4), ("scale_fast", [72, 32]), ("raise_signal", None)]
)
def test_what_perception_needs_still_works(confined: Confined, name: str, value: object) -> None:
    assert confined.attempt(name) == {"value": value}


REFUSED = (
    # network
    "socket", "unix_socket", "socketpair", "connect", "bind", "send_to_address",
    # files
    "read_passwd", "read_own_memory", "read_relative", "list_folder", "stat", "write_file", "unlink", "rename", "chmod",
    "mkdir", "memfd",
    # other programs and processes
    "exec", "spawn", "fork", "kill_parent", "kill_own_group", "ptrace", "unshare",
    # memory that can run, and memory that the limit does not count
    "executable_memory", "shared_memory", "growing_memory",
    # getting rights back
    "raise_limit", "allow_tracing",
)  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(confined: Confined, name: str) -> None:
    answer = confined.attempt(name)
    assert answer.get("errno") == errno.EPERM, answer


BY_NUMBER = (
    "x32", "io_uring", "bpf", "process_vm_readv", "keyctl", "userfaultfd", "perf_event_open", "clone_without_thread",
)  # fmt: skip


@pytest.mark.skipif(platform.machine() != "x86_64", reason="call numbers of x86_64")
@pytest.mark.parametrize("name", BY_NUMBER)
def test_refused_by_number(confined: Confined, name: str) -> None:
    assert confined.attempt(name).get("errno") == errno.EPERM


@pytest.mark.parametrize("name", ["clone3", "future_call"])
def test_unknown_calls_let_libraries_fall_back(confined: Confined, name: str) -> None:
    assert confined.attempt(name).get("errno") == errno.ENOSYS


def test_memory_over_the_cap_is_an_error_and_the_child_goes_on(confined: Confined, clip: Path) -> None:
    assert confined.attempt("eat_memory") == {"error": "MemoryError"}
    assert confined.attempt("grow_memory_in_python") == {"error": "MemoryError"}
    assert confined.attempt("infer") == {"value": [0.5, 0.5]}


def test_threads_from_before_are_confined_too() -> None:
    with Confined("-") as child:
        assert child.attempt("in_old_thread") == {"value": errno.EPERM}


def test_files_cannot_grow_through_a_descriptor_that_was_left_open(confined: Confined) -> None:
    assert confined.attempt("grow_inherited_file").get("errno") == errno.EFBIG


@pytest.mark.parametrize(("name", "ending"), [("abort", signal.SIGABRT), ("spin", signal.SIGXCPU)])
def test_what_stops_the_child_shows_in_its_ending(name: str, ending: signal.Signals) -> None:
    with Confined("-", cpu_seconds=2) as child, pytest.raises(ChildProcessError) as stopped:
        child.attempt(name)
    assert stopped.value.args[0] == -ending


def test_the_child_dies_with_its_parent() -> None:
    orphan = "import signal, sys; from clipsight.media.sandbox import die_with_parent;"
    orphan += "die_with_parent(int(sys.argv[1])); print('ready', flush=True); signal.pause()"
    parent = "import os, signal, subprocess, sys;"
    parent += "subprocess.Popen([sys.executable, '-c', sys.argv[1], str(os.getpid())]); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", parent, orphan], stdout=subprocess.PIPE) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"ready\n"
        started.kill()
        assert started.stdout.read() == b"", "end of file: nobody holds the other end any more"


def test_a_child_whose_parent_is_already_gone_stops() -> None:
    code = "from clipsight.media.sandbox import die_with_parent; die_with_parent(1 << 22); print('alive')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b""


WITHOUT_FILTER = """
import sys
from clipsight.errors import NoIsolation
from clipsight.media.sandbox import SandboxPolicy, confine, seccomp
def install(machine, *, generated_code):
    raise OSError
seccomp.install = install
try:
    print(confine(SandboxPolicy(require=sys.argv[1] == "True"), without_network=sys.argv[2] == "True").seccomp)
except NoIsolation as error:
    print(error.code)
"""


@pytest.mark.parametrize(
    ("require", "without_network", "answer"),
    [(True, False, "no_isolation"), (True, True, "False"), (False, False, "False")],
)
def test_no_layer_at_all_is_an_error_where_one_is_required(require: bool, without_network: bool, answer: str) -> None:
    command = [sys.executable, "-c", WITHOUT_FILTER, str(require), str(without_network)]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip() == answer


UNPRIVILEGED = """
import os, socket, sys
from clipsight.media.sandbox import SandboxPolicy, confine, leave_network
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
alone = leave_network()
interfaces = [name for _, name in socket.if_nameindex()]
print(alone, interfaces == ["lo"], confine(SandboxPolicy(), without_network=alone).namespace)
"""


def test_an_unprivileged_process_leaves_the_network_where_it_may() -> None:
    done = subprocess.run([sys.executable, "-c", UNPRIVILEGED], capture_output=True, check=True, text=True)
    left, empty, reported = done.stdout.split()
    assert reported == left
    assert left == "False" or empty == "True"


def test_what_holds_here_is_found_out_without_confining_the_caller() -> None:
    found = available()
    assert found.seccomp
    assert found.sufficient
    socket.socket().close()


def test_the_child_knows_nothing_of_its_parent() -> None:
    inherited = {"PATH": "/bin", "HOME": "/h", "HTTPS_PROXY": "x", "CLIPSIGHT_MODEL_KEY": "secret", "LD_PRELOAD": "x"}
    assert set(child_environment(inherited)) == {
        "PATH", "HOME", "MALLOC_ARENA_MAX", "OMP_NUM_THREADS", "ORT_DISABLE_TELEMETRY",
    }  # fmt: skip
