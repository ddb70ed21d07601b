from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SUPERVISED = """
import sys
from clipsight.jobs.supervisor import Plan, Supervisor
child = [sys.executable, "-c", sys.argv[1]]
first = [sys.executable, "-c", "import os, signal; os.write(int(os.environ['READY']), b'r'); signal.pause()"]
second = Plan("second", child, {"FOLDER": sys.argv[2]}, "READY", pulse_variable="PULSE", silence=1)
plans = [Plan("first", first, {}, "READY"), second]
sys.exit(Supervisor(plans).run(lambda: print("ready", flush=True)))
"""


def supervise(child: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, child, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def test_a_child_that_was_set_up_wrongly_ends_the_server_with_its_code(tmp_path):
    process = supervise("import sys; sys.exit(2)", tmp_path)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert output in {"ready\n", ""}


def test_a_child_that_dies_is_started_again(tmp_path):
    child = (
        "import os, pathlib, signal\n"
        "runs = pathlib.Path(os.environ['FOLDER']) / 'runs'\n"
        "count = int(runs.read_text()) + 1 if runs.exists() else 1\n"
        "runs.write_text(str(count))\n"
        "if count == 3:\n"
        "    os.kill(os.getppid(), signal.SIGTERM)\n"
        "    signal.pause()\n"
    )
    process = supervise(child, tmp_path)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output == "ready\n"
    assert (tmp_path / "runs").read_text() == "3"


def test_a_child_that_gives_no_more_sign_of_life_is_killed_and_started_again(tmp_path):
    child = (
        "import os, pathlib, signal\n"
        "frozen = pathlib.Path(os.environ['FOLDER']) / 'frozen'\n"
        "os.write(int(os.environ['PULSE']), b'.')\n"
        "if frozen.exists():\n"
        "    os.kill(os.getppid(), signal.SIGTERM)\n"
        "    signal.pause()\n"
        "frozen.touch()\n"
        "os.kill(os.getpid(), signal.SIGSTOP)\n"
    )
    process = supervise(child, tmp_path)
    output, _ = process.communicate(timeout=120)
    assert (process.returncode, output) == (0, "ready\n")


def test_the_processes_of_the_server_give_signs_of_life():
    listening, beating = os.pipe()
    code = "from clipsight.jobs.process import run_child; import signal; run_child('worker', signal.pause)"
    environment = {**os.environ, "CLIPSIGHT_PULSE_FD": str(beating)}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment, pass_fds=[beating])
    os.close(beating)
    assert os.read(listening, 1) == b"."
    assert os.read(listening, 1) == b"."
    process.kill()
    process.wait()
    os.close(listening)
