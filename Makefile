# Everything one does with Ratchet. It needs python3.11 or newer and make; the rest is installed into .venv.
# Another interpreter: make run PYTHON=python3.12. More for pytest: make test ARGS="-k outbox".
PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
MEMBERS := libs/contracts libs/chassis libs/sdk services/gateway services/trainer services/registry services/feedback deploy/stack
SERVICES := gateway trainer registry feedback
PYPROJECTS := $(MEMBERS:%=%/pyproject.toml)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest

.PHONY: help run up down status demo test test-fast bench docs check fix lock
.PHONY: check-format check-lint check-types check-imports check-architecture
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: .venv/.run ## start everything, then play the main job: corrections become a better version that serves
	@$(BIN)/ratchet up --detach
	@$(BIN)/ratchet demo
	@$(BIN)/ratchet status

up: .venv/.run ## start everything in the background; addresses and the admin key go to .ratchet/local.json
	@$(BIN)/ratchet up --detach

down: .venv/.run ## stop everything; the data stay under .ratchet/
	@$(BIN)/ratchet down

status: .venv/.run ## what runs, and where
	@$(BIN)/ratchet status

demo: .venv/.run ## play the main job again on the running system
	@$(BIN)/ratchet demo

test: .venv/.develop ## the whole test suite, on its own servers; may run beside `make run`
	@$(PYTEST) -n 2 --dist loadgroup $(ARGS)

test-fast: .venv/.develop ## the tests without chaos, browser and slow ones
	@$(PYTEST) -n 2 --dist loadgroup -m "not chaos and not browser and not slow" $(ARGS)

check: check-format check-lint check-types check-imports check-architecture ## format, lint, types, imports, architecture

fix: .venv/.develop ## format, and repair what can be repaired by a machine
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

bench: .venv/.develop ## measure what Ratchet promises to be fast; one of them: make bench-NAME
	@$(BIN)/python -m bench

bench-%: .venv/.develop
	@$(BIN)/python -m bench $*

docs: .venv/.develop ## write the generated pages again: events, settings
	@$(BIN)/python -m docs.generate

check-format: .venv/.develop
	@$(BIN)/ruff format --check --quiet .

check-lint: .venv/.develop
	@$(BIN)/ruff check --output-format concise --quiet .

check-types: .venv/.develop
	@$(BIN)/basedpyright

check-imports: .venv/.develop
	@$(BIN)/lint-imports --no-logo --no-cache

check-architecture: .venv/.develop
	@$(PYTEST) -q tests/architecture

# Set-up: only when a requirement file or a member's pyproject.toml has changed

.venv/.run: requirements/run.txt $(PYPROJECTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Ratchet needs Python 3.11 or newer. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv || \
	  { echo "Python could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing Ratchet into .venv (about half a minute, once)"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation $(MEMBERS:%=--editable ./%)
	@touch $@

.venv/.develop: requirements/develop.txt .venv/.run
	@echo "Installing what tests and checks need"
	@$(PIP) --require-hashes -r requirements/develop.txt
	@touch $@

# The requirement files, from the pyproject.toml files; newer releases with: make lock ARGS=--upgrade

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links $(foreach member,contracts chassis sdk stack $(SERVICES),--no-emit-package ratchet-$(member))

lock: .venv/.run ## pin and hash again what the pyproject.toml files ask for
	@$(PIP) --require-hashes -r requirements/lock.txt
	@$(COMPILE) $(ARGS) $(PYPROJECTS) --group build --group test --group check --group bench --all-extras \
	  --output-file requirements/develop.txt
	@$(COMPILE) $(PYPROJECTS) --group build --constraint requirements/develop.txt --output-file requirements/run.txt
	@$(COMPILE) --group build --constraint requirements/develop.txt --output-file requirements/build.txt
	@for service in $(SERVICES); do $(COMPILE) services/$$service/pyproject.toml \
	  --constraint requirements/develop.txt --output-file requirements/$$service.txt || exit 1; done
	@$(COMPILE) $(ARGS) --group lock --output-file requirements/lock.txt
