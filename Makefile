# make run      everything a newcomer needs: environment, database, demo data, server
# make test     all tests
# make check    ruff and mypy
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

# torch comes first and pinned: asked for through another package, a resolver may take a build with CUDA.
$(STAMPS)/torch: $(STAMPS)/venv
	@echo "Installing torch (large; once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	@touch $@

$(STAMPS)/installed: $(STAMPS)/torch pyproject.toml constraints.txt
	@echo "Installing Roadshow and what it needs (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[development]'
	@touch $@

$(STAMPS)/assets: $(STAMPS)/installed api/assets/package.json api/assets/package-lock.json
	@$(BIN)/python -m api.assets.fetch || echo "The files of the GraphQL editor, of heat map and map, and of Excel exports were not fetched; the server works without them. Try again with: make assets"
	@touch $@

.PHONY: install assets
install: $(STAMPS)/installed ## Set up the environment in .venv
assets: $(STAMPS)/installed ## Fetch the files for browsers again
	@$(BIN)/python -m api.assets.fetch && touch $(STAMPS)/assets

# --- what people type ---

.PHONY: run
run: $(STAMPS)/assets ## Start everything: database, demo data, server
	@exec $(BIN)/roadshow demo --serve --host $(ADDRESS) --port $(PORT)

.PHONY: test
test: $(STAMPS)/assets ## Run all tests
	@$(BIN)/python -m pytest -n $(strip $(WORKERS)) --dist loadgroup $(ARGUMENTS)

.PHONY: check
check: $(STAMPS)/installed ## Lint and type-check
	@$(BIN)/ruff check .
	@$(BIN)/mypy

.PHONY: conformance
conformance: $(STAMPS)/assets ## Run other people's suites against the server (needs Node.js)
	@$(BIN)/python -m pytest tests/conformance $(ARGUMENTS)

.PHONY: bench
bench: $(STAMPS)/installed ## Run the benchmarks
	@for script in benchmarks/*.py; do case $$script in *__init__.py|*_data.py|*_rivals.py|*/load.py) continue;; esac; \
		echo "== $$script"; $(BIN)/python $$script || exit 1; done

.PHONY: schema
schema: $(STAMPS)/installed ## Write schema.graphql, and the names that core takes, anew
	@$(BIN)/roadshow export-schema --names > api/assembly/core_names.unfinished && mv api/assembly/core_names.unfinished api/assembly/core_names.txt
	@$(BIN)/roadshow export-schema --output schema.graphql

EVALUATION_DATA = $(or $(ROADSHOW_EVALUATION_DATA),../shared/eval)

.PHONY: evaluate
evaluate: $(STAMPS)/installed ## Measure the rankings on the evaluation data, where it is present
	@test -d "$(EVALUATION_DATA)" || { echo "No data at $(EVALUATION_DATA); set ROADSHOW_EVALUATION_DATA."; exit 1; }
	@$(BIN)/roadshow evaluate "$(EVALUATION_DATA)" $(ARGUMENTS)

.PHONY: constraints
constraints: $(STAMPS)/installed ## Pin what is installed now into constraints.txt
	@{ echo "# What the development environment resolved to; regenerate with: make constraints"; \
		$(BIN)/python -m pip freeze --all --exclude-editable --exclude pip | sed -E 's/\+[a-z0-9.]+$$//'; } > constraints.txt

.PHONY: clean
clean: ## Remove the environment and caches; the data in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info api/assets/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
