# `make` lists what there is to do. Everything happens in $(VENV), made on first use from the locked requirements.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 3001
BIN := $(VENV)/bin

# The server behind `make run` and `make quickstart`, started beside a project's manage.py.
SERVE = $(abspath $(BIN))/python manage.py runserver --noreload $(HOST):$(PORT)

RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
MARIADB := $(VENV)/.mariadb
NODE := $(VENV)/.node
PACKAGES := backk_core backk_transport backk_security backk_observability

URL = http://$(HOST):$(PORT)
define ANNOUNCEMENT

  The API page:  $(URL)/docs
  The admin:     $(URL)/admin (`make demo-data` first: it makes people, things and an administrator)
  A tour:        docs/marketplace-tour.md
  Try:
    curl $(URL)/tagService.getTagsByName -d '{"name": "tag"}'
    curl $(URL)/tagService.createTag -d '{"name": "books"}'
    curl $(URL)/salesItemService.getSalesItems -d '{}'

endef
export ANNOUNCEMENT
define FIRST_STEPS

  The API page:  $(URL)/docs
  Try:
    curl $(URL)/salesItemService.createSalesItem -d '{"name": "Sales item 1", "price": 49.95}'
    curl $(URL)/salesItemService.getSalesItems -d '{}'
    curl $(URL)/salesItemService.createSalesItem -d '{"name": "", "price": -1}'

endef
export FIRST_STEPS

##@ Try it

.PHONY: run
run: $(RUNTIME) ## Serve the marketplace on http://127.0.0.1:3001 (PORT=..., DATABASE=postgresql or mariadb)
	@$(BIN)/python manage.py migrate --verbosity 0
	@printf '%b\n' "$$ANNOUNCEMENT"
	@exec $(SERVE)

.PHONY: demo-data
demo-data: $(RUNTIME) ## Fill the marketplace with people, things with pictures, likes and orders
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo_data $(ARGS)

.PHONY: quickstart
quickstart: $(RUNTIME) ## Serve the documentation's first project (PORT=... for another)
	@$(BIN)/python docs/quickstart/manage.py migrate --verbosity 0
	@printf '%b\n' "$$FIRST_STEPS"
	@cd docs/quickstart && exec $(SERVE)

##@ Change it

.PHONY: test
test: $(DEVELOPMENT) ## Run the tests; TESTS=path or ARGS='-k name' for some of them
	@$(BIN)/python -m pytest $(ARGS) $(TESTS)

.PHONY: check
check: $(DEVELOPMENT) ## The gate: format, lint, types, imports, migrations, tests
	@deploy/check $(BIN)
	@$(MAKE) test

.PHONY: format
format: $(DEVELOPMENT) ## Format the code and mend what the linter can mend
	@$(BIN)/ruff check --fix --exit-zero --quiet >/dev/null
	@$(BIN)/ruff format --quiet

.PHONY: generated
generated: $(DEVELOPMENT) ## Rebuild what is generated: clients, documents, the site, snapshots (git diff is empty where nothing changed)
	@deploy/generated $(BIN)
	@$(BIN)/python -m pytest --quiet tests/snapshots --update-snapshots

.PHONY: services
services: $(MARIADB) ## Start PostgreSQL, MariaDB and Redis on their own ports, for the tests that need them
	@deploy/services start

.PHONY: services-stop
services-stop: ## Stop them
	@deploy/services stop

.PHONY: node
node: $(NODE) ## Install Node and what the tests of clients, collections and pages need of npm

.PHONY: browser
browser: ## Install the browser that the tests of pages use
	@command -v chromium >/dev/null || deploy/debian-packages chromium

.PHONY: integration-tests
integration-tests: $(NODE) ## Try the served marketplace with its generated and hand-written integration tests (Newman)
	@deploy/integration-tests $(BIN)

##@ Measure it

.PHONY: benchmark
benchmark: $(DEVELOPMENT) ## Compare speed with other frameworks, side by side (ARGS=--quick for a minute)
	@$(BIN)/python -m benchmarks $(ARGS)

##@ Prove it

# The quality goals, one target each (`g10: $(DEVELOPMENT) ## ...`), which prints its figure.

.PHONY: g6
g6: $(DEVELOPMENT) ## G6: idempotency keys, each sent 50 times, have one effect each (ARGS=--full: 1,000 keys)
	@$(BIN)/python -m tests.goals.g6 $(ARGS)

.PHONY: g9
g9: $(DEVELOPMENT) ## G9: everybody calls every function at every door (ARGS=--full), each rule made wrong (ARGS=--mutations)
	@$(BIN)/python -m tests.goals.g9 $(ARGS)

.PHONY: g10
g10: $(DEVELOPMENT) ## G10: Schemathesis finds no 5xx, no wrong answer, no invalid input accepted (ARGS=--full: 1,000 examples)
	@$(BIN)/python -m tests.goals.g10 $(ARGS)

.PHONY: g11
g11: $(DEVELOPMENT) ## G11: forged tokens, each refused for the right reason
	@$(BIN)/python -m tests.goals.g11

.PHONY: g12
g12: $(DEVELOPMENT) ## G12: hostile patterns and JSON cost next to nothing (ARGS=--full: more runs)
	@$(BIN)/python -m tests.goals.g12 $(ARGS)

.PHONY: g13
g13: $(DEVELOPMENT) ## G13: a rate limit of N admits exactly N; a batch of 20 costs 20 (ARGS=--full: 3,000 calls)
	@$(BIN)/python -m tests.goals.g13 $(ARGS)

.PHONY: g14
g14: $(DEVELOPMENT) ## G14: as many queries for 1, 50 and 500 rows; a deadline ends the database's work
	@$(BIN)/python -m tests.goals.g14
	@$(BIN)/python -m tests.goals.g14_deadlines

.PHONY: g17
g17: $(DEVELOPMENT) ## G17: keys rotated under writers, personal data found nowhere (ARGS=--full: 100,000 rows)
	@$(BIN)/python -m tests.goals.g17 $(ARGS)

.PHONY: g18
g18: $(DEVELOPMENT) ## G18: changes of a contract, classified as breaking clients or not
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m tests.goals.g18

.PHONY: g19
g19: $(NODE) .venv-generators/.made ## G19: clients that others' generators make of our OpenAPI document compile strictly
	@$(BIN)/python -m tests.goals.g19

.PHONY: g21
g21: $(DEVELOPMENT) ## G21: random values of every kind of field at real doors (ARGS=--full: all doors and databases)
	@$(BIN)/python -m tests.goals.g21 $(ARGS)

.PHONY: steps
steps: $(DEVELOPMENT) ## The marketplace after 10,000 random steps by 8 users at once on PostgreSQL (ARGS='--steps 1000')
	@$(BIN)/python -m tests.acceptance.marketplace.steps $(ARGS)

##@ Ship it

.PHONY: wheel
wheel: $(DEVELOPMENT) ## Build the wheel, the same bytes each time, into dist/
	@rm -rf dist
	@$(BIN)/python -m build --quiet --wheel --no-isolation --outdir dist .
	@ls dist/*.whl

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(LOCK_ARGS)

.PHONY: lock
lock: $(DEVELOPMENT) ## Renew all locked requirements (LOCK_ARGS='--upgrade' or '--upgrade-package Django')
	@$(LOCK) pyproject.toml --extra postgresql --extra server --extra mcp --extra example -o requirements/runtime.txt
	@$(LOCK) pyproject.toml --extra postgresql --extra server --extra mcp --extra example requirements/development.in \
		-c requirements/runtime.txt -o requirements/development.txt
	@$(LOCK) requirements/mariadb.in -o requirements/mariadb.txt
	@$(LOCK) requirements/generators.in -o requirements/generators.txt
	@$(LOCK) requirements/node.in -o requirements/node.txt
	@$(LOCK) benchmarks/requirements.in -c requirements/runtime.txt -o benchmarks/requirements.txt
	@wc -l requirements/*.txt benchmarks/requirements.txt

.PHONY: clean
clean: ## Remove what the tools made; the environment and the services' data stay
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {heading = "\n" substr($$0, 5) "\n"} \
		/^[a-z0-9-]+:.*## / {printf "%s  make %-14s %s\n", heading, $$1, $$2; heading = ""}' $(MAKEFILE_LIST)

$(RUNTIME): requirements/runtime.txt
	@deploy/environment $(VENV) $<
	@touch $@

$(DEVELOPMENT): requirements/development.txt
	@deploy/environment $(VENV) $<
	@touch $@ $(RUNTIME)

$(MARIADB): requirements/mariadb.txt $(DEVELOPMENT)
	@deploy/environment $(VENV) $<
	@touch $@

.venv-generators/.made: requirements/generators.txt
	@deploy/environment .venv-generators $<
	@touch $@

$(NODE): requirements/node.txt tests/node/package-lock.json $(DEVELOPMENT)
	@deploy/environment $(VENV) $<
	@deploy/node $(BIN) tests/node
	@touch $@
