# Everything is put under .venv/ and .cache/ of this checkout; nothing else on the machine is touched.
# `make help` lists the targets.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export PYTHONDONTWRITEBYTECODE := # compiling cdk8s and the rest anew at each start costs half a second
.DEFAULT_GOAL := all
.PHONY: all help setup test lab e2e check fix bench bench-placement tools schemas lock lint types layers drift clean

all: $(READY) ## set up what is missing, then plan, render, check and summarise this repository
	@$(BIN)/python -m tools.build --optional flux-build
	@$(BIN)/bayplan synth

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: $(READY) ## only the set-up: Python packages by hash, Node and Go from wheels

$(READY): requirements.lock tools/uv/requirements.lock pyproject.toml
	@$(PYTHON) tools/uv/install.py
	@$(BIN)/python -m compileall -q constructs # a shell that forbids bytecode would compile them at each start

test: $(READY) ## the tests; builds the judges of tools/ first
	@$(BIN)/python -m tools.build --optional kubeconform kustomize goyaml flux-build promtool actionlint
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4

# What tests/e2e needs. What cannot be built is said, and its tests are skipped with that reason.
# ALL=1: also what CI has no time for yet: the frameworks that train for real (8 GB), and operators that few apps have.
LAB := kubernetes etcd flux kwok istio gitea batch $(if $(ALL),kuberay spark-operator keda external-secrets)
lab: $(READY) ## build what `make e2e` needs, once
	@$(BIN)/python -m tools.build --optional $(LAB)
	@$(BIN)/python -m tools.crds --optional
	@$(BIN)/python -m tools.crds --optional kserve gateway-api gateway-api-inference-extension
	@$(if $(ALL),$(BIN)/python -m tools.frameworks --optional,true)
e2e: lab ## the tests on a real control plane with Flux, Istio and the controllers of jobs (ALL=1: and frameworks)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --durations 20 tests/e2e $(if $(TESTED),,tests/validation/test_istioctl.py)

check: lint types layers $(if $(TESTED),,test) drift ## all that CI runs, but for e2e (TESTED=1: `make test` is run besides)
	@echo "All checks passed."

lint: $(READY)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/zizmor --offline --quiet --no-progress .github action.yml

types: $(READY)
	@$(BIN)/mypy

layers: $(READY)
	@$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter

# What is committed is what would be written now; a check changes nothing.
drift: $(READY)
	@rm -rf build/drift && mkdir -p build/drift
	@$(BIN)/bayplan synth --locked --check
	@cd tests/e2e/yard && ../../../$(BIN)/bayplan synth --locked --check
	@$(BIN)/bayplan schema --root build/drift >build/drift/schemas.txt
	@diff -r build/drift/schemas/bayplan schemas/bayplan || { echo "schemas/bayplan is stale: run make schemas"; exit 1; }
	@$(BIN)/python -m tools.schemas --offline

fix: $(READY) ## mend what can be mended: lint, format, README
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(BIN)/python -m tools.readme

bench: $(READY) ## how fast we are against cdk8s for TypeScript, kubeconform and a bare Python
	@$(BIN)/python -m tools.build kubeconform
	@$(BIN)/python -m bench

bench-placement: $(READY) ## placement against first-fit-decreasing, the real Karpenter and separation by role
	@$(BIN)/python -m tools.build karpenter
	@$(BIN)/python -m bench.placement $(if $(QUICK),--quick)

tools: $(READY) ## build all pinned tools (judges, control plane, Flux, istiod) and the upstream CRDs into .cache
	@$(BIN)/python -m tools.build; built=$$?; $(BIN)/python -m tools.crds && exit $$built

schemas: $(READY) ## make schemas/ anew from pinned Go modules (needs the network)
	@$(BIN)/bayplan schema
	@$(BIN)/python -m tools.schemas

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra lab --group dev pyproject.toml
lock: $(READY) ## renew requirements.lock after pyproject.toml has changed
	@UV_CACHE_DIR=.cache/uv $(BIN)/$(LOCK) --output-file requirements.lock
	@{ echo "# What the set-up installs first; everything else is in requirements.lock."; \
	  sed -n '/^uv==/,/# via/p' requirements.lock; } > tools/uv/requirements.lock
	@UV_CACHE_DIR=.cache/uv $(BIN)/uv pip compile --quiet --python-version 3.11 --python-platform x86_64-unknown-linux-gnu \
	  --generate-hashes --no-header --group frameworks --output-file tools/frameworks/requirements.lock

clean: ## remove what make has put here (.venv, .cache, build); dist/ stays
	rm -rf .venv .cache build .hypothesis
