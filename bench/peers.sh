#!/bin/sh
# Installs the tools of bench/peers.txt into build/peers, and says how to get the one that is no Python package.
# Usage: bench/peers.sh
set -eu
cd "$(dirname "$0")/.."
target=build/peers
[ -x "$target/bin/python" ] || .venv/bin/python -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --requirement bench/peers.txt
"$target/bin/python" -m pip check
command -v tesseract >/dev/null 2>&1 || echo "not here: tesseract; on Debian: apt-get install tesseract-ocr" >&2
echo "installed into $target" >&2
