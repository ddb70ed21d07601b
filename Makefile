# Two commands from a fresh clone: `make demo` and `make test`. The rest is for people who work on clipsight.
.DEFAULT_GOAL := help
.PHONY: help demo test serve check bench sample docs examples lock clean
BIN := .venv/bin
SHELL := /bin/bash
PYTEST_WORKERS ?= $(shell nproc 2>/dev/null || echo 2)

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

demo: .venv/.runtime ## Set up, then analyse the bundled sample through the real server and print the result
	@$(BIN)/python scripts/demo.py

test: .venv/.dev ## Set up everything the tests need, then run all of them
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadgroup

serve: .venv/.runtime ## Run the server on http://127.0.0.1:8080
	@$(BIN)/clipsight serve

check: .venv/.dev ## Format, lint, types, import ladder
	@$(BIN)/ruff format src tests bench scripts
	@$(BIN)/ruff check --fix src tests bench scripts
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

bench: .venv/.dev ## Measure quality and cost, beside other tools; writes docs/benchmarks.md (ARGS="--quick", ARGS=--help)
	@$(BIN)/python bench/run.py $(ARGS)

sample: .venv/.dev ## Render the bundled sample again from its recipe
	@$(BIN)/python -m clipsight.testing.sample

docs: .venv/.dev ## Write the generated parts of the documentation again
	@$(BIN)/python scripts/docs.py

examples: .venv/.dev ## Analyse the sample again for docs/examples and docs/images
	@$(BIN)/python scripts/examples.py

lock: ## Resolve the dependencies again into requirements/*.lock (needs uv)
	@scripts/lock.sh

clean: ## Remove the environment
	rm -rf .venv

.venv/.runtime: requirements/runtime.lock pyproject.toml scripts/setup.sh
	@test -e .venv/.dev -a .venv/.dev -nt requirements/runtime.lock -a .venv/.dev -nt pyproject.toml && touch $@ || scripts/setup.sh runtime

.venv/.dev: requirements/dev.lock pyproject.toml scripts/setup.sh
	@scripts/setup.sh dev
