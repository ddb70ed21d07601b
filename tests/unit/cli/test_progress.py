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


def test_a_fetch_says_how_much_has_arrived() -> None:
    stream = io.StringIO()
    with progress_display(stream) as report:
        report.arrived(3_200_000, 8_100_000)
        report("fetch", 0.1)
        report("decode", 0.3)
    first, second = stream.getvalue().splitlines()
    assert "fetching the video, 3.2 of 8.1 MB (" in first
    assert "MB" not in second
    terminal = Terminal()
    with progress_display(terminal) as report:
        report.arrived(3_200_000, None)
        report("fetch", 0.0)
    assert "fetching the video, 3.2 MB" in terminal.getvalue()


def test_a_terminal_gets_stage_share_and_time_left() -> None:
    stream = Terminal()
    with progress_display(stream) as report:
        report("decode", 0.5)
        report("screen_text", 0.9)
    shown = stream.getvalue()
    assert "reading text" in shown
    assert "90%" in shown
    assert "left" in shown
