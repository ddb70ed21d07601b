#!/bin/sh
# Builds .venv from a committed lock: exact versions, every file checked by its hash, nothing built from source.
# Usage: scripts/setup.sh runtime|dev
set -eu
cd "$(dirname "$0")/.."
set_name=$1
lock="requirements/$set_name.lock"

python=
for candidate in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] < (3, 14)))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "clipsight needs Python 3.11, 3.12 or 3.13; none was found on the PATH." >&2
    exit 1
fi

if ! [ -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
    # Debian ships the venv module without pip's seed unless python3-venv is installed.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "installing python3-venv, which Debian packages apart from Python" >&2
            apt-get install -y -qq python3-venv >/dev/null 2>&1 ||
                { apt-get update -qq >/dev/null && apt-get install -y -qq python3-venv >/dev/null; }
        else
            echo "Python's venv module is incomplete; on Debian: apt-get install python3-venv" >&2
            exit 1
        fi
    fi
    "$python" -m venv .venv
fi

if [ "$set_name" = dev ]; then
    missing=
    for program in curl jq node; do # the examples of the contract are run as they stand
        package=$program
        [ "$program" = node ] && package=nodejs
        command -v "$program" >/dev/null 2>&1 || missing="$missing $package"
    done
    # The server's database, of which the tests run one of their own; its programs are not on the PATH of Debian.
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
    if [ -n "$missing" ]; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "installing$missing, which tests run" >&2
            # shellcheck disable=SC2086
            apt-get install -y -qq $missing >/dev/null 2>&1 ||
                { apt-get update -qq >/dev/null && apt-get install -y -qq $missing >/dev/null; }
        else
            echo "tests that run$missing are skipped; on Debian: apt-get install$missing" >&2
        fi
    fi
fi

echo "installing the locked packages of $lock into .venv (the first time: a minute or two)" >&2
# --no-deps: the lock is the whole list, so nothing is resolved and nothing slips in.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
        --only-binary :all: --requirement "$lock" &&
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
            --no-index --editable .
} >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
touch ".venv/.$set_name"
