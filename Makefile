# Thin: each target says what it runs. Options: PORT=8600 (the first of five), HOME_DIR=home, PYTHON=python3.12
.DEFAULT_GOAL := help
.PHONY: help setup run test check coverage fmt bench lock clean
.PHONY: check-format check-lint check-types check-imports check-sizes check-texts

BIN := .venv/bin
# The tests that reach the rules of selling without starting programs. Measured, they are slow, and should say the
# same each time: Hypothesis knows such runs as ci, without deadlines and without chance.
COVERING := tests/retail tests/ledger tests/members tests/stock tests/checkout tests/report \
  tests/demo_shop/test_secrets.py tests/hq/test_ledger_with_till.py tests/ui/test_refusals.py \
  $(wildcard tests/ui/test_*_on_screen.py)
COMPILE := pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --quiet
UV = $(or $(wildcard $(BIN)/uv),uv)

export PYTHON

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Options: make run PORT=9000 HOME_DIR=other-home; make setup PYTHON=/usr/bin/python3.12; make test ARGS='-k sale'"

setup:  ## make .venv/ and fetch what running needs (nothing to do: under a second)
	@tools/setup.sh run

run: setup  ## start the till, its peripherals and HQ; prints one address
	@$(BIN)/tillbox run $(if $(PORT),--port $(PORT)) $(if $(HOME_DIR),--home $(HOME_DIR))

test:  ## everything: checks, then all tests
	@tools/setup.sh test
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

coverage:  ## which branches of the rules of selling no test takes; fails where it takes fewer than 95%
	@tools/setup.sh test
	@rm -rf build/coverage && mkdir -p build/coverage
	@$(BIN)/coverage run -m pytest -n 2 --dist loadfile --no-loadscope-reorder --timeout 600 --hypothesis-profile ci \
	  $(COVERING) $(ARGS)
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage json --quiet
	@$(BIN)/python tools/check_coverage.py

check:  ## format, lint, types, import contracts, sizes, translations; goes on after a failure
	@tools/setup.sh test
	@$(MAKE) --no-print-directory --keep-going --jobs 2 --output-sync=target check-format check-lint check-types check-imports check-sizes check-texts

check-format:
	$(BIN)/ruff format --check --quiet .
check-lint:
	$(BIN)/ruff check --quiet .
check-types:
	$(BIN)/mypy
check-imports:
	$(BIN)/lint-imports --no-logo
check-sizes:
	$(BIN)/python tools/check_sizes.py
check-texts:
	$(BIN)/python tools/check_translations.py

fmt:  ## format the code
	@tools/setup.sh test
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .

bench:  ## measure: prices, scan to line, commits, memory, start; figures to build/bench.json
	@tools/setup.sh bench
	@$(BIN)/python tools/bench $(ARGS)

lock:  ## choose newest versions and write requirements*.txt anew (needs uv)
	$(UV) $(COMPILE) pyproject.toml --extra build -o requirements.txt
	$(UV) $(COMPILE) pyproject.toml --extra build --extra dev -o requirements-dev.txt
	$(UV) $(COMPILE) pyproject.toml --extra build --extra dev --extra bench -o requirements-bench.txt

clean:  ## remove what setup made (never the home folder)
	rm -rf .venv .setup.log .setup.lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
