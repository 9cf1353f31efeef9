# make demo, make test, make proof, make lint, make docs, make clean
# Everything is installed into .venv; needs python3 (3.11 or newer), git and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
SALES := examples/sales
PARALLEL := -n 3 --dist worksteal
SLICE ?= 0/1
# Tests start many processes: each would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test proof lint docs clean

help:
	@echo "make demo   deploy $(SALES) to an emulator in this process, then check that nothing is left to do"
	@echo "make test   run every test, the long laws in part"
	@echo "make proof  run the long laws in full, for hours; SLICE=3/24 runs part 3 of 24, counted from 0"
	@echo "make lint   ruff, mypy, import-linter, the changes of the next release"
	@echo "make docs   write the reference, docs/cli.md, and the registry of classes in dssdsl"
	@echo "make clean  remove .venv and what the demo keeps"

demo: $(VENV)/installed
	$(BIN)/dssdsl up $(SALES)/project.py --yes
	$(BIN)/dssdsl preview $(SALES)/project.py --expect-no-changes

test: $(VENV)/installed-dev
	$(BIN)/pytest $(PARALLEL) --durations=20

proof: $(VENV)/installed-dev
	$(BIN)/pytest $(PARALLEL) --proof --slice=$(SLICE)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/towncrier build --draft --version next >/dev/null

docs: $(VENV)/installed-dev
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) $(SALES)/.dssdsl

# Older pips know no dependency groups.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11: say make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade 'pip>=25.1'

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	$(PIP) --editable . --group dev
	@touch $@ $(VENV)/installed
