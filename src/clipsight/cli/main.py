"""The ``clipsight`` command. Each subcommand lives in a file of its own and is loaded only when it is used."""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from typing import Any

import click

from clipsight import __version__
from clipsight.errors import ClipsightError, RequestError

# name → module and function; the first line of help is repeated here so that `clipsight --help` loads nothing heavy
COMMANDS = {
    "analyze": ("clipsight.cli.analyze", "Analyse one video: a link or a file."),
    "serve": ("clipsight.cli.serve", "Run the server with its workers."),
    "worker": ("clipsight.cli.workers", "Run workers without a server, for one that runs elsewhere."),
    "token": ("clipsight.cli.token", "Make, list and revoke the tokens of a server."),
    "webhook": ("clipsight.cli.webhook", "Make a signing secret, set an address, read the log of deliveries."),
    "payments": ("clipsight.cli.payments", "List the payments of a server, show one, export the ledger."),
    "formats": ("clipsight.cli.formats", "List the formats a result can take."),
    "schema": ("clipsight.cli.schema", "Print the JSON Schema of the document or of a format."),
    "doctor": ("clipsight.cli.doctor", "Tell what is installed, what is missing and how to fix it."),
}

EXIT_FAILED, EXIT_WRONG_USE, EXIT_INTERRUPTED = 1, 2, 130


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: Any = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="clipsight")
def cli() -> None:
    """Turn a short video into timed, structured data: what is said, written on screen and shown, and when."""


def main() -> None:
    """Entry point: wrong use ends with 2, a video that cannot be analysed with 1, never with a traceback."""
    logging.getLogger("clipsight").addHandler(logging.NullHandler())  # errors are told in one line; the server has a log
    try:
        cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.exceptions.Abort:
        sys.exit(EXIT_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_WRONG_USE)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except ClipsightError as error:
        report(error)
        sys.exit(exit_code(error))
    except OSError as error:  # the disk is full, or nobody reads what is printed any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.echo(f"clipsight: the result could not be written: {error.strerror}", err=True)
        sys.exit(EXIT_FAILED)


def report(error: ClipsightError) -> None:
    """One line for the person, with the stable code for whoever searches for it."""
    click.echo(f"clipsight: {error.public_message} [{error.code}]", err=True)


def exit_code(error: ClipsightError) -> int:
    """2 when the command was used wrongly, 1 when the video could not be analysed."""
    return EXIT_WRONG_USE if isinstance(error, RequestError) else EXIT_FAILED
