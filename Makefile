# make run      everything a newcomer needs: environment, database, demo data, server
# make test     all tests but the nightly ones
# make check    lint, format, types, dead code, spelling
# make bench    the benchmarks, each comparing side by side in one run
# make help     this list

SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV    := .venv
BIN     := $(VENV)/bin
STAMPS  := $(VENV)/.stamps
PORT    ?= 8000
ADDRESS ?= 127.0.0.1
WORKERS ?= 2   # test processes
PIP     = $(BIN)/python -m pip --quiet --disable-pip-version-check
NPM     := $(if $(shell command -v node),$(shell command -v npm))

# The first of these that is Python 3.11 or newer.
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	echo $$candidate; break; fi; done)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

# --- environment: each step leaves a stamp, so that a second run starts at once ---

$(STAMPS)/venv:
	@test -n "$(PYTHON)" || { echo "Roadshow needs Python 3.11 or newer. Install it (for example: apt-get install python3 python3-venv), or say where it is: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Creating $(VENV) with $$($(PYTHON) --version)"; \
		$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }; }
	@mkdir -p $(STAMPS) && touch $@

# torch comes first and pinned: asked for through another package, a resolver may take a build with CUDA. Options of
# pip for it, such as another index, come by TORCH_OPTIONS.
$(STAMPS)/torch: $(STAMPS)/venv
	@echo "Installing torch (large; once)"
	@$(PIP) install $(TORCH_OPTIONS) torch==2.13.0
	@touch $@

# All the rest is locked with hashes, so pip has nothing to resolve.
$(STAMPS)/installed: $(STAMPS)/torch pyproject.toml requirements.lock
	@echo "Installing Roadshow and what it needs (once)"
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/development: $(STAMPS)/installed requirements-development.lock
	@echo "Installing what tests and checks need (once)"
	@$(PIP) install --no-deps --require-hashes -r requirements-development.lock
	@touch $@

$(STAMPS)/assets: $(STAMPS)/installed api/assets/package.json api/assets/package-lock.json
	@$(BIN)/python -m api.assets.fetch || echo "The files of the GraphQL editor, of heat map and map, and of Excel exports were not fetched; the server works without them. Try again with: make assets"
	@touch $@

# ESLint, Prettier and TypeScript check the pages' scripts where Node.js is.
$(STAMPS)/scripts: $(STAMPS)/venv package.json package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: install assets
install: $(STAMPS)/development ## Set up the environment in .venv
assets: $(STAMPS)/installed ## Fetch the files for browsers again
	@$(BIN)/python -m api.assets.fetch && touch $(STAMPS)/assets

# --- what people type ---

.PHONY: run
run: $(STAMPS)/assets ## Start everything: database, demo data, server
	@exec $(BIN)/roadshow demo --serve --host $(ADDRESS) --port $(PORT)

.PHONY: test
test: $(STAMPS)/development $(STAMPS)/assets ## Run all tests but the nightly ones
	@$(BIN)/python -m pytest -n $(strip $(WORKERS)) --dist loadscope $(ARGUMENTS)

.PHONY: nightly
nightly: $(STAMPS)/development $(STAMPS)/assets ## Run what takes longer: nightly tests, and the API's tests on the reference executor
	@$(BIN)/python -m pytest -n $(strip $(WORKERS)) --dist loadscope -m nightly $(ARGUMENTS)
	@ROADSHOW_OPERATIONS=7000 $(BIN)/python -m pytest -n $(strip $(WORKERS)) tests/schema/compiled/test_equality.py
	@ROADSHOW_EXECUTOR=reference $(BIN)/python -m pytest -n $(strip $(WORKERS)) --dist loadscope tests/api $(ARGUMENTS)

.PHONY: coverage
coverage: $(STAMPS)/development $(STAMPS)/assets ## Run all tests and show which lines and branches they miss
	@$(BIN)/python -m pytest -n $(strip $(WORKERS)) --dist loadscope --cov --cov-report=term:skip-covered --cov-report=html $(ARGUMENTS)

.PHONY: check
check: $(STAMPS)/development $(if $(NPM),$(STAMPS)/scripts) ## Lint, format, types, dead code, spelling; scripts where Node.js is
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Put the sources into form with: make format" >&2; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/vulture
	@$(BIN)/codespell
	@$(if $(NPM),npm run --silent check,echo "No Node.js here: the pages' scripts are not checked.")

.PHONY: spell
spell: $(STAMPS)/development ## Check the spelling of documents and sources
	@$(BIN)/codespell

.PHONY: format
format: $(STAMPS)/development $(if $(NPM),$(STAMPS)/scripts) ## Put sources into the form that make check asks for
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .
	@$(if $(NPM),npm run --silent format)

.PHONY: conformance
conformance: $(STAMPS)/development $(STAMPS)/assets ## Run other people's suites against the server (needs Node.js)
	@$(BIN)/python -m pytest tests/conformance -m 'nightly or not nightly' $(ARGUMENTS)

.PHONY: bench
bench: $(STAMPS)/development ## Run the benchmarks
	@for script in benchmarks/*.py; do case $$script in *__init__.py|*_data.py|*_rivals.py|*/load.py) continue;; esac; \
		echo "== $$script"; $(BIN)/python $$script || exit 1; done

.PHONY: schema
schema: $(STAMPS)/installed ## Write schema.graphql, and the names that core takes, anew
	@$(BIN)/roadshow export-schema --names > api/assembly/core_names.unfinished && mv api/assembly/core_names.unfinished api/assembly/core_names.txt
	@$(BIN)/roadshow export-schema --output schema.graphql
	@$(BIN)/python -m docs.tools.schema_changes

.PHONY: schema-changes
schema-changes: $(STAMPS)/development ## Write what changed of the schema since the last release: TITLE=0.2.0
	@$(BIN)/python -m docs.tools.schema_changes $(if $(TITLE),--title $(TITLE))

EVALUATION_DATA = $(or $(ROADSHOW_EVALUATION_DATA),../shared/eval)

.PHONY: evaluate
evaluate: $(STAMPS)/development ## Measure the rankings on the evaluation data, where it is present
	@test -d "$(EVALUATION_DATA)" || { echo "No data at $(EVALUATION_DATA); set ROADSHOW_EVALUATION_DATA."; exit 1; }
	@$(BIN)/roadshow evaluate "$(EVALUATION_DATA)" $(ARGUMENTS)

# pip comes with Python, and what torch alone needs (CUDA on Linux) follows its build: neither is locked. For newer versions:
# make lock ARGUMENTS=--upgrade
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-annotate --custom-compile-command 'make lock' $(ARGUMENTS)
UNLOCKED = /^(torch|triton|nvidia-.*|cuda-.*|pip)==/

.PHONY: lock
lock: $(STAMPS)/venv ## Write the lock files anew, and the floors in pyproject.toml
	@test -x $(BIN)/uv || $(PIP) install uv
	@echo setuptools | $(LOCK) pyproject.toml - --all-extras --output-file requirements-development.lock
	@echo setuptools | $(LOCK) pyproject.toml - --constraints requirements-development.lock --output-file requirements.lock
	@for file in requirements.lock requirements-development.lock; do \
		awk '/^[^ ]/ {kept = !$(UNLOCKED)} kept' $$file > $$file.unfinished && mv $$file.unfinished $$file; done
	@$(BIN)/python -m docs.tools.floors

.PHONY: audit
audit: $(STAMPS)/development ## Compare the lock files with a list of known vulnerabilities
	@$(BIN)/python -m docs.tools.audit requirements.lock requirements-development.lock

.PHONY: licences
licences: $(STAMPS)/development ## List the licences of all dependencies, weights and browser files
	@$(BIN)/python -m docs.tools.licences --output docs/appendix/licences.md

.PHONY: wheel
wheel: $(STAMPS)/development $(STAMPS)/assets ## Build a wheel into dist/, browser files included
	@$(BIN)/python -c "from api import assets; missing = assets.missing(); \
		missing and exit(f'The wheel would lack {missing}: make assets')"
	@rm -rf build && $(BIN)/python -m build --wheel --no-isolation && rm -rf build

.PHONY: clean
clean: ## Remove the environment and caches; the data in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov build dist *.egg-info node_modules api/assets/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
