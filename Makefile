# `make dashboard` and `make test` are all a new user needs; neither wants root.
#
#   make dashboard [PORT=5006] [ADDRESS=localhost] [OPEN=1]
#   make test      [ARGS="-k name"]
#   make docs      the documentation, in build/docs
#   make bench
#   make lock      makes the lock files in requirements/ anew from the pins of pyproject.toml
#
# PYTHON    the Python (>= 3.11) that makes the virtual environment
# PIP_ARGS  passed to pip; on Linux without a GPU, with CPython 3.11 on x86-64,
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
PIP = $(BIN)/python -m pip --disable-pip-version-check
LOCKED = $(PIP) install --quiet $(PIP_ARGS) --require-hashes --no-deps
FAILED = { echo "The packages could not be installed; pip's own message is above. Run the same command again to go on." >&2; exit 1; }
UV := uv==0.13.9

.PHONY: dashboard test docs bench lint lock clean

dashboard: $(VENV)/.installed
	@$(BIN)/proda dashboard --port "$(PORT)" --address "$(ADDRESS)" $(if $(filter 0,$(OPEN)),--no-open,--open)

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest $(ARGS)

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx -W --keep-going -b html -d build/doctrees docs build/docs
	@echo "The documentation is in build/docs/index.html"

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

# Packages come from the lock files, each checked against its hash, and again only when a lock file has changed.
# A torch wheel in a directory named by PIP_FIND_LINKS goes first: pip itself would prefer the index. A CUDA build
# needs more packages than a CPU build; pip check says whether it is one.
$(VENV)/.installed-runtime: requirements/runtime.txt requirements/torch.txt requirements/cuda.txt | $(BIN)/python
	@echo "Installing the pinned packages (some minutes, once) ..."
	@$(LOCKED) --no-index -r requirements/torch.txt >/dev/null 2>&1 || true
	@$(LOCKED) -r requirements/runtime.txt -r requirements/torch.txt || $(FAILED)
	@$(PIP) check >/dev/null || $(LOCKED) -r requirements/cuda.txt || $(FAILED)
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.installed-runtime
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable . || $(FAILED)
	@touch $@

$(VENV)/.installed-docs: requirements/docs.txt $(VENV)/.installed
	@$(LOCKED) -r requirements/docs.txt || $(FAILED)
	@touch $@

# The tests build the documentation too.
$(VENV)/.installed-test: requirements/test.txt $(VENV)/.installed-docs
	@$(LOCKED) -r requirements/test.txt || $(FAILED)
	@touch $@

lock: | $(BIN)/python
	@$(BIN)/python -m venv build/uv
	@build/uv/bin/python -m pip --disable-pip-version-check install --quiet $(UV)
	$(BIN)/python requirements/lock.py "$(CURDIR)/build/uv/bin/uv"
