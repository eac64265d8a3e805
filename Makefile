# What a newcomer types: `make demo`, `make test`. Both make the environment from the committed lock first.
# Needs: Python 3.11, make, a package registry. Nothing else.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
FRAMEWORKS ?= .venv-frameworks
ZENML ?= .venv-zenml
CLOUDS ?= .venv-clouds
SITE ?= .venv-docs
# A worker for each of two cores, a file's tests in one of them: each worker has servers of its own.
WORKERS ?= 2
# For `make installs`: whichever of these are there.
PYTHONS ?= python3.10 python3.11 python3.12 python3.13
ATONCE = -n $(WORKERS) --dist loadfile
OUTAGES := tests/tracking/test_outages.py tests/tracking/test_killed.py tests/tracking/test_runners.py \
    tests/tuning/test_killed.py tests/tuning/test_lost.py
# Six minutes; `make compare` does the same and more.
COMPARISON = --deselect tests/examples/test_side_by_side.py::test_the_comparison_runs_without_zenml
# Tests that skip a part where a large library is not installed; the others say nothing new in that environment.
LARGE = $(shell grep -lE "importorskip|find_spec|skipif" tests/materializers/test_*.py)
EXTRAS := --extra sklearn --extra pandas --extra polars --extra postgres --extra s3 --extra tune --extra migrate

# What pip finds beside a registry, which uv does not ask pip's settings for.
LINKS = $(if $(PIP_FIND_LINKS),--find-links $(PIP_FIND_LINKS))
# Fills an environment: $(call fill,folder,words).
fill = $(BIN)/uv pip install -q --python $(1)/bin/python $(LINKS) $(2)

# Bytecode left uncompiled makes Prefect's server start past its own timeout.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export MLFLOW_DISABLE_TELEMETRY := true

.PHONY: help demo promotion test frameworks clouds matrix tracking-matrix outages deployments conformance stress quick lint lock env clean budgets bench bench-values compare docs dist installs resolves

help:  ## What there is to run
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

env: $(VENV)/.ready  ## Make the environment from the lock

$(VENV)/.ready: requirements.lock .ci/bootstrap.lock pyproject.toml
	@echo "Making the environment from requirements.lock (once; about a minute) ..."
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is not on the path. Run: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .ci/bootstrap.lock
	@$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

demo: env  ## Run the quickstart on real data and look at what bridge recorded
	@$(BIN)/bridge demo

promotion: env  ## A challenger is approved and deployed, on a Prefect server of its own (a minute)
	@$(BIN)/python examples/promotion/demo.py

test: env  ## Run the tests (the long matrices are `make matrix` and `make deployments`)
	@$(BIN)/python -m pytest -q $(ATONCE) -m "not matrix" --durations=40 --durations-min=4

frameworks: $(FRAMEWORKS)/.ready  ## Run the tests of large libraries (PyTorch, JAX, XGBoost ...), their values and models, in an environment of their own
	@$(FRAMEWORKS)/bin/python -m pytest -q $(ATONCE) $(LARGE) tests/frameworks tests/tuning/test_plots.py
	@KERAS_BACKEND=torch $(FRAMEWORKS)/bin/python -m pytest -q tests/tracking/test_framework_models.py
	@KERAS_BACKEND=tensorflow $(FRAMEWORKS)/bin/python -m pytest -q tests/materializers/test_jax_keras.py -k Keras

# Sees the packages of the lock through a .pth file and adds its own, so that both are tested with the same bridge.
$(FRAMEWORKS)/.ready: $(VENV)/.ready .ci/frameworks.txt
	@echo "Making the environment for large libraries from .ci/frameworks.txt (once; some minutes) ..."
	@test -x $(FRAMEWORKS)/bin/python || $(PYTHON) -m venv $(FRAMEWORKS)
	@echo "$(abspath $(VENV))/lib/$$($(BIN)/python -c 'import sys; print("python%d.%d" % sys.version_info[:2])')/site-packages" \
	    > $$(echo $(FRAMEWORKS)/lib/python3*/site-packages)/lock.pth
	@$(call fill,$(FRAMEWORKS),--no-deps -r .ci/frameworks.txt)
	@touch $@

clouds: $(CLOUDS)/.ready  ## Run the store's tests on emulators of Google Cloud Storage and Azure (needs node and npm)
	@PYTHONPATH=. $(CLOUDS)/bin/python .ci/clouds.py

$(CLOUDS)/.ready: $(VENV)/.ready .ci/clouds.txt
	@command -v npm >/dev/null || { echo "npm is not on the path; Azurite, the emulator of Azure's storage, comes from there."; exit 1; }
	@echo "Making the environment for the clouds' drivers and emulators from .ci/clouds.txt (once; some minutes) ..."
	@test -x $(CLOUDS)/bin/python || $(PYTHON) -m venv $(CLOUDS)
	@echo "$(abspath $(VENV))/lib/$$($(BIN)/python -c 'import sys; print("python%d.%d" % sys.version_info[:2])')/site-packages" \
	    > $$(echo $(CLOUDS)/lib/python3*/site-packages)/lock.pth
	@$(call fill,$(CLOUDS),-r .ci/clouds.txt)
	@npm install --silent --no-audit --no-fund --prefix $(CLOUDS) azurite@3.37.0
	@touch $@

matrix: env  ## Run every way to run tasks on every task runner, and print the table
	@$(BIN)/python -m tests.matrix

tracking-matrix: env  ## Run what users log in tasks, on every task runner and with every end a flow has, and print the table
	@$(BIN)/python -m tests.tracking_matrix

deployments: env  ## Run the tests that bring up servers and workers, and the other long matrices
	@$(BIN)/python -m pytest -q $(ATONCE) --durations=15 -m matrix --ignore tests/matrix $(OUTAGES:%=--ignore %) $(COMPARISON)

outages: env  ## Run the tests that stop tracking servers and kill flows, studies and workers (a quarter of an hour on a quiet machine)
	@$(BIN)/python -m pytest -q --durations=5 -m matrix $(OUTAGES)

conformance: env  ## Run Prefect's own tests with bridge active: make conformance CHECKOUT=path
	@$(BIN)/python -m tests.conformance $(CHECKOUT)

stress: env  ## Kill writers at random beside a sweep, two minutes each on a folder, S3 and PostgreSQL, and count what is lost
	@$(BIN)/python -m tests.stress

budgets: env $(ZENML)/.ready  ## Measure every budget of bridge against Prefect, ZenML or the machine, and print the table (ten minutes)
	@$(BIN)/python -m tests.benchmarks --zenml $(ZENML)/bin/python

bench: env $(ZENML)/.ready  ## Time the same flows under plain Prefect and under bridge, and a pipeline run twice beside Prefect's cache and ZenML's
	@$(BIN)/python -m tests.benchmarks.flows
	@$(BIN)/python -m tests.benchmarks.second_run --zenml $(ZENML)/bin/python
	@$(BIN)/python -m tests.benchmarks.reuse

bench-values: env $(ZENML)/.ready  ## Time saving and loading five values beside Prefect, MLflow and ZenML, and fifty daily versions
	@$(BIN)/python -m tests.benchmarks.values --zenml $(ZENML)/bin/python
	@$(BIN)/python -m tests.benchmarks.daily
	@$(BIN)/python -m tests.benchmarks.million

$(ZENML)/.ready: $(VENV)/.ready .ci/zenml.txt
	@echo "Making an environment for ZenML from .ci/zenml.txt (once; a minute) ..."
	@test -x $(ZENML)/bin/python || $(PYTHON) -m venv $(ZENML)
	@$(call fill,$(ZENML),-r .ci/zenml.txt)
	@touch $@

compare: env $(ZENML)/.ready  ## The same pipeline with ZenML, with Prefect and MLflow by hand, and with bridge: a report of what happened
	@$(BIN)/python -m examples.side_by_side.compare --zenml $(ZENML)/bin/python

docs: $(SITE)/.ready  ## Build the site into site/, with warnings as errors
	@NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --quiet --strict

$(SITE)/.ready: $(VENV)/.ready .ci/docs.txt
	@echo "Making an environment for the site from .ci/docs.txt (once; some seconds) ..."
	@test -x $(SITE)/bin/python || $(PYTHON) -m venv $(SITE)
	@$(call fill,$(SITE),--require-hashes -r .ci/docs.txt)
	@touch $@

dist: env  ## Build sdist and wheel into dist/, and check what is in them
	@$(BIN)/python .ci/distribution.py

installs: env  ## Install the wheel with plain pip in clean environments of the Pythons that are here, and run bridge there (minutes each)
	@$(BIN)/python .ci/distribution.py $(PYTHONS)

resolves: env  ## Resolve pyproject.toml for Python 3.10 to 3.13, alone and with each extra
	@$(BIN)/python .ci/resolves.py

quick: env  ## Run the tests that take seconds
	@$(BIN)/python -m pytest -q $(ATONCE) -m "not slow and not matrix"

lint: env  ## Style, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock: env  ## Resolve again, within the bounds of pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.10 --generate-hashes --upgrade $(EXTRAS) --group dev \
	    --no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean:  ## Remove the environment and caches
	rm -rf $(VENV) $(FRAMEWORKS) $(ZENML) $(CLOUDS) $(SITE) site .mypy_cache .ruff_cache .pytest_cache .hypothesis
