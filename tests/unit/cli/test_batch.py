from __future__ import annotations

import io
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from clipsight.cli.analyze import analyze
from clipsight.cli.batch import Counts, opened_book, read_items, run_batch
from clipsight.errors import PrivateVideo
from clipsight.schema.result import Document

ASKED = {"format": "", "profile": "full"}
ITEMS = ["a.mp4", "https://vimeo.com/1", "c.mp4", "d.mp4"]


class Looker:
    """Stands in for a look: notes what is asked for, and does what it is told at one of them."""

    def __init__(self, document: Document, at: str = "", then: BaseException | None = None) -> None:
        self.asked: list[str] = []
        self._document, self._at, self._then = document, at, then

    def __call__(self, source: str) -> Document:
        self.asked.append(source)
        if source == self._at and self._then is not None:
            raise self._then
        if source.startswith("https:"):
            raise PrivateVideo
        return self._document


@pytest.fixture
def document() -> Document:
    return Document.model_construct()


def run(looker: Looker, output: Path, items: list[str] = ITEMS, state: Path | None = None) -> tuple[bool, str]:
    shown = io.StringIO()
    with opened_book(output, state, ASKED) as book, Counts(shown, len(items)) as counts:
        return run_batch(items, looker, book, counts), shown.getvalue()


def lines(output: Path) -> list[dict]:
    return [json.loads(line) for line in output.read_text().splitlines()]


@pytest.fixture(autouse=True)
def _plain_document(monkeypatch):
    monkeypatch.setattr(Document, "to_json", lambda _self: "{}")


def test_each_item_is_a_line_and_a_bad_one_is_its_own_error(document, tmp_path):
    well, shown = run(Looker(document), tmp_path / "out")
    assert not well
    found = lines(tmp_path / "out")
    assert [(line["index"], line["source"], line["status"]) for line in found] == [
        (0, "a.mp4", "success"),
        (1, "https://vimeo.com/1", "failed"),
        (2, "c.mp4", "success"),
        (3, "d.mp4", "success"),
    ]
    assert found[0]["result"] == {}
    assert (found[1]["error_code"], found[1]["retryable"]) == ("private", False)
    assert shown.splitlines()[-1] == "clipsight: 4 of 4 over, 1 failed"


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt(), OSError("disk full"), SystemExit(1)])
def test_after_an_interruption_it_goes_on_with_what_is_not_over(document, tmp_path, stopped_by):
    output = tmp_path / "out"
    with pytest.raises(type(stopped_by)):
        run(Looker(document, "c.mp4", stopped_by), output)
    assert len(lines(output)) == 2
    looker = Looker(document)
    assert run(looker, output)[0] is False, "the one that failed before counts still"
    assert looker.asked == ["c.mp4", "d.mp4"]
    assert [line["source"] for line in lines(output)] == ITEMS
    looker = Looker(document)
    run(looker, output)
    assert (looker.asked, len(lines(output))) == ([], 4)


def test_what_was_written_after_the_last_state_is_cut_off(document, tmp_path):
    output = tmp_path / "out"
    run(Looker(document), output, ITEMS[:2])
    with output.open("a") as file:
        file.write('{"index": 2, "sour')
    assert run(Looker(document), output)[0] is False
    assert [line["source"] for line in lines(output)] == ITEMS


def test_an_end_before_the_first_state_is_survived(document, tmp_path):
    output = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(Looker(document, "a.mp4", KeyboardInterrupt()), output)
    assert run(Looker(document), output, ["a.mp4"])[0] is True


def test_a_file_of_somebody_else_is_not_written_over(document, tmp_path):
    (tmp_path / "out").write_text("precious\n")
    with pytest.raises(click.BadParameter, match="is not what"):
        run(Looker(document), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "precious\n"


@pytest.mark.parametrize("content", ["{}", "nonsense", '{"asked": {"format": "recipe", "profile": "full"}}'])
def test_a_state_of_something_else_is_refused(document, tmp_path, content):
    (tmp_path / "state").write_text(content)
    with pytest.raises(click.BadParameter, match="remove it to begin anew"):
        run(Looker(document), tmp_path / "out", state=tmp_path / "state")


def test_comments_blank_lines_and_repetitions_are_skipped(tmp_path):
    (tmp_path / "list").write_text("\ufeff# links\n\n a.mp4 \r\nb.mp4\na.mp4\n")
    assert read_items(tmp_path / "list") == ["a.mp4", "b.mp4"]


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe"])
def test_a_list_of_nothing_is_wrong_use(tmp_path, content):
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(click.BadParameter):
        read_items(tmp_path / "list")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.mp4", "--from", "list"],
        ["a.mp4", "--to", "x"],
        ["a.mp4", "--state", "x"],
        ["--from", "list", "--output", "srt"],
        ["--from", "list", "--keyframes", "x"],
        ["--from", "nowhere"],
    ],
)
def test_wrong_use(arguments):
    assert CliRunner().invoke(analyze, arguments).exit_code == 2
