# `make dashboard` and `make test` are all a new user needs; neither wants root.
#
#   make dashboard [PORT=5006] [ADDRESS=localhost] [OPEN=1]
#   make test      [ARGS="-k name"]
#   make bench
#
# PYTHON    the Python (>= 3.11) that makes the virtual environment
# PIP_ARGS  handed to pip; on Linux without a GPU
#           PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu" saves two gigabytes

VENV ?= .venv
PORT ?= 5006
ADDRESS ?= localhost
OPEN ?= 1
ARGS ?=
PIP_ARGS ?=
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

BIN := $(VENV)/bin

.PHONY: dashboard test bench lint clean

dashboard: $(VENV)/.installed
	@$(BIN)/proda dashboard --port "$(PORT)" --address "$(ADDRESS)" $(if $(filter 0,$(OPEN)),--no-open,--open)

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest $(ARGS)

bench: $(VENV)/.installed
	$(BIN)/proda bench all

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) build *.egg-info

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "PRODA needs Python 3.11 or newer, and none was found on PATH: install one, or name it with make PYTHON=/path/to/python3." >&2; exit 2; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "The virtual environment could not be made with $(PYTHON). On Debian or Ubuntu its venv module is the package python3-venv." >&2; exit 1; }

# Installed again only when the pins have changed.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing the pinned packages (some minutes, once) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check $(PIP_ARGS) --editable . || { echo "The packages could not be installed; pip's own message is above. Run the same command again to go on." >&2; exit 1; }
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.installed
	@$(BIN)/python -m pip install --disable-pip-version-check $(PIP_ARGS) --editable '.[test]' || { echo "The test packages could not be installed; pip's own message is above. Run the same command again to go on." >&2; exit 1; }
	@touch $@
