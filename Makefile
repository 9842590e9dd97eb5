# Every verb a developer or a build server needs. Each sets up what it uses in .venv, from hashed
# locks, and is quick when that is done already. Needs: make, and Python 3.11 or newer with venv.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PYTHON

# Modules are compiled once, not by every process of a run, whatever the machine's habit is.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo setup test test-slow check types rules gathered check-docker prove bench format lock clean

help:           ## list the verbs
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)$$/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

demo:           ## see it work: both vendors' simulators, edits crossing, a conflict, a crash
	@scripts/venv .venv run build
	@$(BIN)/syncd demo

setup:          ## the developer's environment in .venv
	@scripts/venv .venv dev

test: setup     ## every check, then the tests (without the slow ones)
	@$(MAKE) --no-print-directory -j 2 --output-sync types rules gathered
	$(BIN)/pytest -q -n 2 --dist worksteal

test-slow: setup ## the tests that take their time
	$(BIN)/pytest -q -m slow

check: setup    ## formatting, lint, types, import directions, Dockerfile, house rules
	@$(MAKE) --no-print-directory -j 2 --output-sync types rules

types:
	$(BIN)/mypy

rules:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile
	$(BIN)/python scripts/house_rules.py

# Both test workers would rewrite every test module's assertions at the same time; once is enough.
gathered:
	@$(BIN)/pytest -q --collect-only -n 0 -p no:randomly >/dev/null

check-docker: setup ## replay the Dockerfile's install steps in a clean environment
	$(BIN)/python scripts/replay_dockerfile.py

prove: setup    ## the long proof: all seeds, all sweeps, every planted bug
	$(BIN)/python -m tests.proof prove

bench:          ## the numbers, as a table and in build/bench.json
	@scripts/venv .venv bench
	$(BIN)/python -m benchmarks

format: setup   ## rewrite the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:           ## resolve pyproject.toml again (UPGRADE=1 takes the newest versions)
	scripts/lock $(if $(UPGRADE),--upgrade)

clean:          ## remove what was built (not the state directory)
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
