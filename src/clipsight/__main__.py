"""``python -m clipsight`` is the command ``clipsight``."""

from clipsight.cli.main import main

main()
