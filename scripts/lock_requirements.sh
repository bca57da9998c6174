#!/bin/sh
# Renew requirements/: our own dependencies, each with its version and hashes, for every Python
# and platform that layerfactory runs on. Run through `make lock-requirements`.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
common="--quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade"
$uv pip compile $common pyproject.toml -o requirements/run.txt
$uv pip compile $common pyproject.toml --group dev -o requirements/dev.txt
# What installs the others.
sed -n '/^uv==/,/^[^ ]/{/^uv==/p;/^    /p}' requirements/run.txt > requirements/bootstrap.txt
