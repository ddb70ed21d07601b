from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SUPERVISED = """
import sys
from clipsight.jobs.supervisor import Plan, Supervisor
child = [sys.executable, "-c", sys.argv[1]]
first = [sys.executable, "-c", "import os, signal; os.write(int(os.environ['READY']), b'r'); signal.pause()"]
plans = [Plan("first", first, {}, "READY"), Plan("second", child, {"FOLDER": sys.argv[2]}, "READY")]
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
