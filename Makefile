# Every target sets up what it misses first. `make help` lists them.
PYTHON := .venv/bin/python
SET_UP := scripts/python scripts/set_up.py
LOCK := $(PYTHON) -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
POT := monitor/translations/messages.pot

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests run test lint bench drills translations lock

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## Bring what is missing to run Monitor: .venv, front-end packages, system libraries
	@$(SET_UP) run

setup-tests:
	@$(SET_UP) test

run: setup ## Serve Monitor at http://localhost:8000, with a training mechanism when it holds nothing yet
	@$(PYTHON) scripts/serve.py

test: lint ## Run every check: the lint, the tests, the browser tests
	$(PYTHON) -m pytest --numprocesses auto --dist worksteal
	$(PYTHON) -m pytest --numprocesses auto --dist worksteal --browser-tests

lint: setup-tests ## Check style, types, layers, templates and scripts
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-cache
	.venv/bin/djlint templates --lint --quiet
	PATH="$(CURDIR)/.venv/bin:$$PATH" node_modules/.bin/eslint .

bench: setup-tests ## Measure speed, as one table of ratios
	$(PYTHON) -m tests.bench

drills: setup-tests ## Run the security drills at full size, figures beside goals; NAME=limits runs one
	$(PYTHON) -m tests.drills $(NAME)

translations: setup-tests ## Bring the catalogues up to the strings in code and templates; LANGUAGE=xx begins one
	.venv/bin/pybabel extract --mapping-file pyproject.toml --keywords lazy_gettext --keywords lazy_ngettext:1,2 \
		--keywords lazy_pgettext:1c,2 --add-comments "Translators:" --add-location file --sort-by-file \
		--project Monitor --output-file $(POT) monitor templates
	.venv/bin/pybabel update --input-file $(POT) --output-dir monitor/translations --no-fuzzy-matching \
		--ignore-pot-creation-date $(if $(LANGUAGE),--init-missing --locale $(LANGUAGE))

lock: setup-tests ## Write requirements/*.txt from requirements/*.in; UPGRADE=NAME takes a newer one of NAME
	for name in base test node; do \
		$(LOCK) $(if $(UPGRADE),--upgrade-package $(UPGRADE)) --output-file requirements/$$name.txt requirements/$$name.in || exit 1; \
	done
