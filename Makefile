# What a newcomer types: `make rehearsal` and `make test`. Both set up what they need.

# Any Python from 3.11 on that really starts (a version manager's shim may not).
PYTHON ?= $(shell for name in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Cells of the rehearsal, as globs: make rehearsal ONLY='py3.12-* py3.7-*'
ONLY ?=
# wheels or docker: the same layers come of both, see docs/design.md.
BUILDER ?= wheels
# What is drawn.
TREEMAP_CELL = $(or $(CELL),py3.13-sklearn1.9.1-x86_64)
# What is served: a joblib or pickle file; without one, a small model of iris.
MODEL ?=
# The layer that serves it; by default of the newest Python here that has the model's scikit-learn.
CELL ?=
# Ask once and end: make endpoint CHECK=1
CHECK ?=
# What the site is made of; by default layers.json.
INDEX ?=
# What is tested: folders or files; all of it without one.
TESTS ?=
# What builds distributions.
BUILDER_PYTHON ?= $(CURDIR)/$(BIN)/python
# Whose Python a Debian root has: arm64 or x86_64.
ARCHITECTURE ?= arm64

# Not --quiet: that drops the warnings before --strict sees them.
MKDOCS = NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

.PHONY: help benchmark-workflow distributions setup rehearsal test test-arm64 unit check format stand-in debian-root docs site docs-site http-answers recording treemap endpoint chaos scale benchmark benchmark-many benchmark-handler benchmark-site screenshots lock-requirements clean

help: ## Say what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

setup: $(READY) ## Make .venv with the layerfactory command

$(READY): requirements/bootstrap.txt requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: there is no Python 3.11 or later with venv"; \
		echo "  -> Install one (Debian: apt install python3-venv), or name it: make PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bootstrap.txt
	UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

rehearsal: setup ## Build, prove and publish real layers to an embedded AWS, and call one
	$(BIN)/layerfactory rehearse --builder $(BUILDER) $(foreach glob,$(ONLY),--only '$(glob)')

endpoint: setup ## Serve a model here as AWS would, with its own client and emulator: MODEL=model.joblib
	$(BIN)/python scripts/endpoint.py $(if $(MODEL),--model '$(MODEL)') $(if $(CELL),--cell '$(CELL)') $(if $(CHECK),--check)

test: setup ## Run all tests, or TESTS=tests/unit; what the machine lacks is skipped with a reason
	$(BIN)/python -m pytest $(TESTS)

test-arm64: setup ## Probe a whole arm64 layer under qemu: some minutes (first: make debian-root PYTHONS=3.13)
	$(BIN)/python -m pytest -m emulator

unit: setup ## Run the quick tests alone
	$(BIN)/python -m pytest tests/unit

check: setup ## Lint, types, and whether locks and generated files are up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint --include-checks I -- .github/aws/*.yaml
	$(BIN)/python scripts/check_workflows.py
	$(BIN)/python scripts/write_docs.py --check
	$(MKDOCS) --site-dir "$$(mktemp -d)/site"
	$(BIN)/layerfactory lock --check

format: setup ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup ## Write the generated pages and the schema
	$(BIN)/python scripts/write_docs.py

site: docs-site ## Write the site out of layers.json: open build/site/index.html (INDEX=dist/layers.json)
	$(BIN)/layerfactory site $(if $(INDEX),--from '$(INDEX)')

docs-site: setup ## Build the documentation as a site: build/site/docs/index.html
	$(MKDOCS)

http-answers: setup ## Ask the handler all that docs/http.md shows, in a real layer
	$(BIN)/python scripts/record_http.py

recording: setup ## Record a rehearsal as a terminal shows it: docs/rehearsal.svg
	$(BIN)/python scripts/record_terminal.py $(foreach glob,$(ONLY),--only '$(glob)')

screenshots: setup ## Look at the site: build/screenshots/*.png, of a made-up index (chromium)
	$(BIN)/python scripts/site_screenshots.py

treemap: setup ## Draw where the bytes of a built layer are, for the docs: CELL=py3.13-sklearn1.9.1-x86_64
	$(BIN)/layerfactory size --only '$(TREEMAP_CELL)' --treemap docs/size-treemap.svg

stand-in: setup ## Make stand-ins for Lambda's build image (root, debootstrap, Docker): PYTHONS='3.13 3.7'
	$(BIN)/python scripts/stand_in_image.py $(PYTHONS)

debian-root: setup ## Put a Debian's own Python where it is found (root, debootstrap): PYTHONS=3.13 ARCHITECTURE=arm64
	$(BIN)/python scripts/debian_root.py --architecture $(ARCHITECTURE) $(PYTHONS)

benchmark: setup ## Measure a cell against the recipe of 2020
	$(BIN)/python benchmarks/one_cell.py --runs 5 --markdown

benchmark-many: setup ## Measure ten cells of one Python: from empty caches, from the cache, unchanged
	$(BIN)/python benchmarks/many_cells.py --recipe 5 --release

benchmark-handler: setup ## Measure the handler against one in the manner of 2020, cold and warm (Docker)
	$(BIN)/python benchmarks/handler_latency.py --json docs/benchmarks/handler.json --plots docs/benchmarks

benchmark-site: setup ## Weigh the site, and time its filter beside a plain table of all rows (chromium)
	$(BIN)/python benchmarks/site_speed.py --json docs/benchmarks/site.json

chaos: setup ## Publish under faults and kills, 200 seeds, and check that nothing is lost or doubled
	$(BIN)/python benchmarks/publish_chaos.py --seeds 200

scale: setup ## Count what publishing 240 layers to 34 regions asks of AWS
	$(BIN)/python benchmarks/publish_scale.py

benchmark-workflow: setup ## Time the rehearsal of the workflow, and add up a run of the whole matrix
	$(BIN)/python benchmarks/workflow_rehearsal.py --json docs/benchmarks/workflow.json

distributions: ## Build both distributions: build/distributions (with hatchling, as requirements/build.txt has it)
	$(BUILDER_PYTHON) -m hatchling build -d build/distributions/layerfactory
	cd handler && $(BUILDER_PYTHON) -m hatchling build -d ../build/distributions/scikit-learn-lambda

lock-requirements: setup ## Renew the hashed locks of our own dependencies
	scripts/lock_requirements.sh

clean: ## Remove what was built
	rm -rf dist
