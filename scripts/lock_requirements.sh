#!/bin/sh
# Renew requirements/: our own dependencies, each with its version and hashes, for every Python
# and platform that layerfactory runs on. Run through `make lock-requirements`.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
common="--quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade"
$uv pip compile $common --python-version 3.11 pyproject.toml -o requirements/run.txt
$uv pip compile $common --python-version 3.11 pyproject.toml --group dev -o requirements/dev.txt
# The handler's tests run under Python 3.6 too.
$uv pip compile $common --python-version 3.6 requirements/handler-tests.in -o requirements/handler-tests.txt
# What builds a distribution.
echo hatchling | $uv pip compile $common --python-version 3.11 --constraint requirements/dev.txt - -o requirements/build.txt
# What installs the others.
sed -n '/^uv==/,/^[^ ]/{/^uv==/p;/^    /p}' requirements/run.txt > requirements/bootstrap.txt
