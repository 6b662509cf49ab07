# gridbank: `make run` is all it takes. `make help` shows the rest.
VENV ?= .venv
PYTHON ?= python3
PY = $(VENV)/bin/python
.DEFAULT_GOAL := help
export PYTHONUNBUFFERED = 1

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
	@echo
	@echo "make run honours PORT, HOST, GRIDBANK_DEMO_PASSWORD, DATABASE_URL, CELERY_BROKER_URL (docs/operate.md)"

setup: ## Make the virtual environment and install what running needs
	@$(PYTHON) scripts/setup.py $(VENV) requirements.lock
	@$(PY) scripts/compile_messages.py

run: setup ## Set up, seed the demo when the database is empty, start everything
	@exec $(PY) manage.py up --prepare

setup-dev: setup ## The same, with what tests and checks need
	@$(PYTHON) scripts/setup.py $(VENV) requirements.lock requirements-dev.lock

test: setup-dev ## Run the tests (T="tests/grids -k map" picks some)
	@scripts/test_tools
	@$(PY) -m pytest $(T)

check: setup-dev ## Lint, format, templates, types, layers, migrations, startup checks
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djade --target-version 5.2 --check $$(find templates -name '*.html')
	$(VENV)/bin/mypy .
	PYTHONPATH=. $(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --fail-level WARNING

freeze: setup-dev ## Write the nets' tables anew (who may call what, how many queries it costs); then read the diff
	@$(PY) -m pytest tests/nets -k agreed --freeze

bench: setup-dev ## Measure on PostgreSQL by DATABASE_URL (docs/performance.md)
	@$(PY) -m bench $(B)

bundle: setup ## Pack one archive that installs without any package index (dist/gridbank.tar.gz)
	@$(PY) scripts/bundle.py $(VENV)

lock: setup-dev ## Write the versions and hashes that make setup installs, after a change of requirements*.txt
	@$(PY) scripts/lock.py $(VENV)

openapi: ## Write docs/openapi.yaml from the code
	@$(PY) manage.py spectacular --lang en --validate --fail-on-warn --file docs/openapi.yaml

units: ## Write deploy/systemd from what manage.py up starts
	@$(PY) scripts/units.py

messages: ## Compile the translations
	@$(PY) scripts/compile_messages.py

screenshots: setup-dev ## Take the pictures that the README shows; scripts/screenshots.py FOLDER photographs every page
	@scripts/test_tools
	@$(PY) scripts/screenshots.py

clean: ## Remove caches and compiled files; keeps var/ and its data
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.PHONY: help setup run setup-dev test check freeze bench bundle lock openapi units messages screenshots clean
