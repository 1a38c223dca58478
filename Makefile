# Needs Python 3.10 or newer and make, nothing else. `make demo` and `make test` make the virtual environment by themselves.
#
#   make demo                       the action's main job on a bundled example, offline
#   make test                       the test suite, without what takes long
#   make test-slow                  what takes long: planted flakes, hostile tests, whole programs
#   make test PART=tests/unit       one part of it (a folder, a file or a node id)
#   make test PYTEST_ARGS="-k name" with options of pytest's own
#   make check                      everything that CI runs: tests, lint, types, contracts, files

VENV ?= .venv
PART ?= tests
PYTEST_ARGS ?=
BIN = $(VENV)/bin
FIND_PYTHON = for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then break; fi; python=; done; \
	if [ -z "$$python" ]; then echo 'make: no Python 3.10 or newer found; name one: make PYTHON=/path/to/python3' >&2; exit 1; fi
PIP_INSTALL = "$(BIN)/python" -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow lint format types contracts files check golden clean

help:
	@sed -n 's/^#   //p' Makefile

$(VENV)/.installed-test: pyproject.toml
	@"$(BIN)/python" -c '' 2>/dev/null || { $(FIND_PYTHON); echo "making $(VENV) with $$("$$python" --version)"; "$$python" -m venv --clear "$(VENV)"; }
	@echo "installing the project and what its tests need into $(VENV)"
	@$(PIP_INSTALL) --editable '.[bot,test]'
	@touch "$@"

# The linters are apart: a platform for which one of them has no wheel can still run the demo and the tests.
$(VENV)/.installed-dev: $(VENV)/.installed-test
	@echo "installing the linters into $(VENV)"
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch "$@"

demo: $(VENV)/.installed-test
	@"$(BIN)/flakebot" demo

# One process: the runs that the product starts use both cores by themselves, and some of them are about time.
test: $(VENV)/.installed-test
	@echo 'one part: make test PART=tests/unit/flakemark    one test: make test PART=path/to/test_file.py::test_name'
	"$(BIN)/python" -m pytest -m "not slow" $(PYTEST_ARGS) $(PART)

test-slow: $(VENV)/.installed-test
	"$(BIN)/python" -m pytest -m slow $(PYTEST_ARGS) $(PART)

golden: $(VENV)/.installed-test
	"$(BIN)/python" -m pytest --update-golden $(PART)

lint: $(VENV)/.installed-dev
	@status=0; "$(BIN)/ruff" check || status=1; "$(BIN)/ruff" format --check || status=1; exit $$status

format: $(VENV)/.installed-dev
	"$(BIN)/ruff" check --fix
	"$(BIN)/ruff" format

types: $(VENV)/.installed-dev
	"$(BIN)/mypy"

contracts: $(VENV)/.installed-dev
	"$(BIN)/lint-imports" --no-cache

files: $(VENV)/.installed-dev
	"$(BIN)/check-jsonschema" --builtin-schema vendor.github-actions action.yml
	"$(BIN)/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml docs/workflows/*.yml
	"$(BIN)/check-jsonschema" --builtin-schema vendor.dependabot .github/dependabot.yml
	"$(BIN)/hadolint" Dockerfile
	"$(BIN)/zizmor" --offline --quiet --no-progress .github/workflows action.yml docs/workflows/*.yml

check:
	@VENV="$(VENV)" bash .ci/run

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage coverage.xml flakemark-reports
