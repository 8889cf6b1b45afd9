# Everything is put under .venv/ and .cache/ of this checkout; nothing else on the machine is touched.
# `make help` lists the targets.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := all
.PHONY: all help setup test check fix bench tools clean

all: $(READY) ## set up what is missing, then plan, render, check and summarise this repository
	@$(BIN)/bayplan synth

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: $(READY) ## only the set-up: Python packages with hashes, Node from a wheel

$(READY): requirements.lock tools/uv/requirements.lock pyproject.toml
	@echo "Setting up .venv (about a minute, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r tools/uv/requirements.lock
	@UV_CACHE_DIR=.cache/uv $(BIN)/uv pip sync --python $(BIN)/python --quiet --require-hashes requirements.lock
	@UV_CACHE_DIR=.cache/uv $(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@touch $@

clean: ## remove what make has put here (.venv, .cache, build); dist/ stays
	rm -rf .venv .cache build .hypothesis
