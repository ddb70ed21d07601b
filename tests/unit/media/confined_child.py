"""A process that loads what perception loads, gives up its rights, tries things and reports how each went.

Started by ``test_sandbox.py`` with: descriptor of the control socket, parent's process id, user id or ``-``, memory cap.
Each request is one JSON line ``{"try": name}`` (a video comes along as a descriptor); each answer is one JSON line.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from clipsight.media.sandbox import SandboxPolicy, confine, die_with_parent, late_imports, leave_network

CONTROL, PARENT, USER, MEMORY = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
die_with_parent(PARENT)
ALONE = leave_network() if USER == "-" else False

import av  # noqa: E402
import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402

MODEL = Path(ort.__file__).parent / "datasets" / "sigmoid.onnx"
options = ort.SessionOptions()
options.intra_op_num_threads = 2
session = ort.InferenceSession(str(MODEL), options, providers=["CPUExecutionProvider"])
FOLDER = os.open("/", os.O_RDONLY | os.O_DIRECTORY)  # a descriptor that someone forgot
GROWING = os.memfd_create("already open")
libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def raw(number: int, *words: int) -> int:
    return checked(libc.syscall(ctypes.c_long(number), *(ctypes.c_long(word) for word in words)))


def decode(video: int) -> int:
    with os.fdopen(video, "rb") as file, av.open(file, format="mov") as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = 2
        return sum(frame.to_ndarray(format="bgr24").shape[0] > 0 for frame in container.decode(stream))


def scale_fast() -> tuple[int, ...]:
    """The one path of swscale that once wrote machine code while running."""
    picture = av.VideoFrame.from_ndarray(np.zeros((96, 64, 3), np.uint8), "rgb24")
    return picture.reformat(32, 48, "yuv420p", interpolation="FAST_BILINEAR").to_ndarray().shape


def infer() -> list[float]:
    (answer,) = session.run(None, {"x": np.zeros((3, 4, 5), np.float32)})
    return [float(np.min(answer)), float(np.max(answer))]


def new_threads() -> int:
    answers: list[list[float]] = []
    threads = [threading.Thread(target=lambda: answers.append(infer())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(answers)


def in_old_thread() -> int:
    """What a thread may do that was started before the filter."""
    errors: list[int] = []
    waiting.append(lambda: errors.append(_errno_of(socket.socket)))
    wake.set()
    old_thread.join()
    return errors[0]


def _errno_of(action: Callable[[], object]) -> int:
    try:
        action()
    except OSError as error:
        return error.errno or 0
    return 0


def eat_memory() -> int:
    return int(np.ones(MEMORY // 8, np.float64).sum())


def grow_memory_in_python() -> int:
    return len(b"x" * MEMORY)


def spin() -> None:
    while True:
        pass


wake = threading.Event()
waiting: list[Callable[[], None]] = []
old_thread = threading.Thread(target=lambda: (wake.wait(), waiting[0]()), daemon=True)
old_thread.start()

TRIES: dict[str, Callable[[], object]] = {
    "infer": infer,
    "scale_fast": scale_fast,
    "grow_inherited_file": lambda: os.write(GROWING, b"x"),
    "exit": lambda: os._exit(0),
    "new_threads": new_threads,
    "in_old_thread": in_old_thread,
    "eat_memory": eat_memory,
    "grow_memory_in_python": grow_memory_in_python,
    "spin": spin,
    "raise_signal": lambda: signal.raise_signal(0),
    "abort": os.abort,
    "socket": socket.socket,
    "unix_socket": lambda: socket.socket(socket.AF_UNIX),
    "socketpair": socket.socketpair,
    "connect": lambda: control.connect("/nowhere"),
    "bind": lambda: control.bind("\0name"),
    "send_to_address": lambda: control.sendto(b"x", "/nowhere"),
    "read_passwd": lambda: Path("/etc/passwd").read_bytes(),
    "read_own_memory": lambda: os.open("/proc/self/mem", os.O_RDONLY),
    "read_relative": lambda: os.open("etc/passwd", os.O_RDONLY, dir_fd=FOLDER),
    "list_folder": lambda: os.listdir(FOLDER),
    "stat": lambda: os.stat("/etc/passwd"),
    "write_file": lambda: Path("/tmp/clipsight-escape").write_bytes(b"x"),
    "unlink": lambda: os.unlink("/tmp/clipsight-escape"),
    "rename": lambda: os.rename("/tmp/a", "/tmp/b"),
    "chmod": lambda: os.chmod("/tmp", 0o777),
    "mkdir": lambda: os.mkdir("/tmp/clipsight-escape"),
    "memfd": lambda: os.memfd_create("x"),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "spawn": lambda: subprocess.run(["/bin/true"], check=True),
    "fork": os.fork,
    "kill_parent": lambda: os.kill(PARENT, 0),
    "kill_own_group": lambda: os.kill(0, 0),
    "ptrace": lambda: checked(libc.ptrace(0, 0, 0, 0)),
    "unshare": lambda: checked(libc.unshare(0x10000000)),
    "setuid": lambda: os.setuid(0),
    "executable_memory": lambda: checked_mmap(prot=7, flags=0x22),
    "shared_memory": lambda: checked_mmap(prot=3, flags=0x21),
    "growing_memory": lambda: checked_mmap(prot=3, flags=0x122),
    "x32": lambda: raw(0x40000000 | 39),
    "io_uring": lambda: raw(425, 1, 0),
    "bpf": lambda: raw(321, 0, 0, 0),
    "process_vm_readv": lambda: raw(310, PARENT, 0, 0, 0, 0, 0),
    "keyctl": lambda: raw(250, 0, 0, 0, 0, 0),
    "userfaultfd": lambda: raw(323, 0),
    "perf_event_open": lambda: raw(298, 0, 0, 0, 0, 0),
    "clone_without_thread": lambda: raw(56, 17, 0, 0, 0, 0),
    "clone3": lambda: raw(435, 0, 0),
    "future_call": lambda: raw(4000),
    "raise_limit": lambda: raw(302, 0, 2, id(0), 0),
    "allow_tracing": lambda: checked(libc.prctl(4, 1, 0, 0, 0)),
}


def checked_mmap(prot: int, flags: int) -> None:
    libc.mmap.restype = ctypes.c_void_p
    address = libc.mmap(None, ctypes.c_size_t(4096), prot, flags, -1, ctypes.c_long(0))
    if address == 2**64 - 1:
        raise OSError(ctypes.get_errno(), "mmap")


def attempt(action: Callable[[], object]) -> dict[str, object]:
    try:
        return {"value": action()}
    except OSError as error:
        return {"error": type(error).__name__, "errno": error.errno}
    except MemoryError:
        return {"error": "MemoryError"}
    except Exception as error:
        return {"error": type(error).__name__, "text": str(error)}


control = socket.socket(fileno=CONTROL)
late_imports.complete()  # the interpreter may lie where the other user cannot read
if USER != "-":
    os.setgroups([])
    os.setgid(int(USER))
    os.setuid(int(USER))
isolation = confine(SandboxPolicy(memory_bytes=MEMORY, cpu_seconds=int(sys.argv[5]) or None), without_network=ALONE)
control.sendall(
    json.dumps({"seccomp": isolation.seccomp, "landlock": isolation.landlock, "uid": os.getuid()}).encode() + b"\n"
)
while True:
    message, descriptors, _, _ = socket.recv_fds(control, 65536, 1)
    if not message:
        break
    request = json.loads(message)["try"]
    answer = attempt(partial(decode, descriptors[0])) if request == "decode" else attempt(TRIES[request])
    control.sendall(json.dumps(answer, default=str).encode() + b"\n")
