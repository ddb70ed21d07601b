"""Progress: a live line with time left on a terminal, plain lines in a log."""

from __future__ import annotations

import io

from clipsight.cli.progress import progress_display


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_for_each_stage() -> None:
    stream = io.StringIO()
    with progress_display(stream) as report:
        for stage, fraction in [("decode", 0.1), ("decode", 0.2), ("screen_text", 0.9), ("analysis", 0.99)]:
            report(stage, fraction)
    lines = stream.getvalue().splitlines()
    assert [line.split(": ")[1].split(" (")[0] for line in lines] == [
        "watching and listening",
        "reading text",
        "working out what it means",
    ]
    assert "\x1b" not in stream.getvalue()


def test_a_terminal_gets_stage_share_and_time_left() -> None:
    stream = Terminal()
    with progress_display(stream) as report:
        report("decode", 0.5)
        report("screen_text", 0.9)
    shown = stream.getvalue()
    assert "reading text" in shown
    assert "90%" in shown
    assert "left" in shown
