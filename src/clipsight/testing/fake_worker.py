"""A worker process with :class:`~clipsight.testing.work.FakeWork`: ``python -m clipsight.testing.fake_worker FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from clipsight.cli.processes import main
from clipsight.testing.work import FakeWork

if __name__ == "__main__":
    main("worker", FakeWork(Path(sys.argv[1])))
