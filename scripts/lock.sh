#!/bin/sh
# Resolves pyproject.toml into the two locks. One resolution per set, for every platform, without addresses of any index.
set -eu
cd "$(dirname "$0")/.."
options="--quiet --generate-hashes --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url"
# shellcheck disable=SC2086
${UV:-uv} pip compile $options "$@" -o requirements/runtime.lock pyproject.toml requirements/build.in
# shellcheck disable=SC2086
${UV:-uv} pip compile $options "$@" -c requirements/runtime.lock -o requirements/dev.lock --group dev pyproject.toml requirements/build.in
