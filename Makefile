# Restock. `make run` and `make test` are all a newcomer needs; `make help` lists the rest.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test lint format bench pictures diagrams forms sbom lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  \1\t/' | expand -t 16

# A stamp each, so that the second call costs nothing.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Restock needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.locked: requirements.lock | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml hatch_build.py $(shell find frontend -path '*/node_modules' -prune -o -type f -print)
	$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

frontend/node_modules/.dev: frontend/package-lock.json $(VENV)/.installed
	if command -v npm >/dev/null; then cd frontend && npm ci --ignore-scripts --loglevel=error && touch node_modules/.dev; fi

install: $(VENV)/.installed ## Make .venv with Restock and its web assets (nothing to do when up to date)

install-dev: $(VENV)/.dev frontend/node_modules/.dev ## The same with what the tests need

run: install ## Serve the demo company on http://127.0.0.1:8000 (PORT and RESTOCK_HOME change that)
	@$(BIN)/restock run --demo

# One worker more than processors: who waits for a disk or a browser leaves one free. In the order of the folders:
# browsers and whole processes come first, so that no worker is left with a long file at the end.
test: install-dev lint ## Run every check and test
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: install-dev ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-dev ## Bring the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install-dev ## Measure speed, size and memory, and print one table
	$(BIN)/python -m benchmarks

LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

pictures: install-dev ## Play the main job in a demo company and take the pictures of the documentation
	$(BIN)/python -m docs.pictures

diagrams: install-dev ## Draw every diagram in both languages into docs/pictures/diagrams
	$(BIN)/python -m docs.diagrams

forms: install-dev ## Take every form in both languages, light and dark, wide and narrow, into build/forms (FORMS= chooses)
	$(BIN)/python -m docs.forms $(FORMS)

sbom: install ## Write the bill of materials (CycloneDX) into dist, for a scanner of known faults
	$(BIN)/python -m docs.sbom

lock: install-dev ## Write the lock files anew from pyproject.toml
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --extra dev --extra postgres --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	cd frontend && npm install --package-lock-only --ignore-scripts

clean: ## Remove what was built and installed; the demo database stays
	rm -rf $(VENV) frontend/node_modules engine/web/static/vendor dist
