# Everything runs in .venv at the root, which `make setup` fills from the lock file. Only Python 3.11+, make and git are needed.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
UV_VERSION := 0.13.8

# The same defaults as orchestration/settings.py; both can be set in the environment, where empty means not set.
DEFAULT_RAW := data/raw
HCC_RAW := $(or $(HCC_RAW),$(DEFAULT_RAW))
HCC_OUT := $(or $(HCC_OUT),data/warehouse)
export HCC_RAW HCC_OUT

.PHONY: help setup demo-data refresh ui check audit format test test-fuzz test-faults test-slow test-browser test-r test-postgres test-all bench

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(STAMP) ## Make .venv from the lock file (cheap when nothing changed)

$(STAMP): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; say which with: make setup PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "python3 could not make a virtual environment; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/uv --version 2>/dev/null | grep -q ' $(UV_VERSION)' || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/uv sync --frozen --quiet
	@touch $(STAMP)

# At the default place alone: an HCC_RAW that was mistyped or not mounted must not be filled with simulated patients.
demo-data: setup ## Make the demonstration drops if there is no raw data in data/raw
	@if [ -d "$(HCC_RAW)" ] && [ -n "$$(ls -A "$(HCC_RAW)")" ]; then exit 0; fi; \
	case "$(HCC_RAW)" in \
		"$(DEFAULT_RAW)"|"$(DEFAULT_RAW)/"|"./$(DEFAULT_RAW)"|"$(CURDIR)/$(DEFAULT_RAW)") \
			echo "No raw data in $(HCC_RAW): making the demonstration data (simulated patients)."; \
			$(BIN)/hcc simulate --out "$(HCC_RAW)";; \
		*) echo "HCC_RAW is $(HCC_RAW), which is not there or empty: correct it, mount it, or put the drops there."; \
			echo "For demonstration data leave HCC_RAW out ($(DEFAULT_RAW)), or make them with: $(BIN)/hcc simulate --out DIR"; \
			exit 1;; \
	esac

refresh: demo-data ## Run the main job: raw drops in, a release out
	@$(BIN)/hcc refresh

ui: setup ## Open the Dagster UI with its daemon on http://127.0.0.1:3000
	@$(BIN)/hcc ui

check: setup audit ## Formatter, linters, type checker, SQL linter, audit of packages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests

audit: setup ## Look up every package in a database of known vulnerabilities (HCC_AUDIT=required: fail if none can be asked)
	@$(BIN)/python .ci/audit.py

format: setup ## Let the formatters rewrite the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: setup ## The suite (under ten minutes on two cores)
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow and not faults and not browser and not r and not postgres"

test-fuzz: setup ## Fuzz every reader and parser for longer (HCC_FUZZ_FACTOR times the suite's examples)
	HCC_FUZZ_FACTOR=$${HCC_FUZZ_FACTOR:-20} $(BIN)/pytest tests/fuzz

test-faults: setup ## Kill, fill the disk, change the clock, copy meanwhile: at random moments, an hour (root, faketime; HCC_FAULTS_TIMES=3: less)
	$(BIN)/pytest tests/faults

test-slow: setup ## Longer property and fault tests
	$(BIN)/pytest -m slow

test-browser: setup ## Tests that click through the Dagster UI (needs Chromium)
	$(BIN)/pytest -m browser

test-r: setup ## Run the R scripts again and compare (needs R with the survival package)
	$(BIN)/pytest -m r

test-postgres: setup ## Dagster on a real PostgreSQL server (needs one installed; it is started and ended here)
	$(BIN)/pytest -m postgres

test-all: test test-slow test-browser test-r test-postgres test-fuzz test-faults ## Every suite

bench: setup ## Measure ratios of speed in one run (against R where it is installed)
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.simulation
