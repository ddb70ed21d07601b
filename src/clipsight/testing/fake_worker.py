"""A worker process with :class:`~clipsight.testing.work.FakeWork`: ``python -m clipsight.testing.fake_worker FOLDER``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from clipsight.cli.worker import work_here
from clipsight.jobs.process import run_child
from clipsight.testing.work import FakeWork

if __name__ == "__main__":
    run_child("worker", partial(work_here, FakeWork(Path(sys.argv[1]))))
