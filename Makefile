# 绿办 Luban. Needs Python 3.11 to 3.13, Node 20 or newer, and make. `make run` does the rest.

FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for name in python3 python3.12 python3.13 python3.11; do \
  $$name -c '$(FITS)' 2>/dev/null && { echo $$name; break; }; done)
UV_VERSION := 0.13.9
ARGS ?=
# Processes pytest uses; 0 runs everything in one.
TEST_PROCESSES ?= 2

BIN := .venv/bin
INSTALLED := .venv/.installed
PACKAGES := node_modules/.installed
SOURCES := $(wildcard luban config sandbox sdk benchmarks tests conftest.py)
PYTEST := $(BIN)/python -m pytest -q -n $(TEST_PROCESSES) --dist loadgroup

.PHONY: run install test test-full check audit format bench browsers contracts lock clean
.DEFAULT_GOAL := run

run: install
	@exec $(BIN)/python -m config.cli up $(ARGS)

install: $(INSTALLED) $(PACKAGES)

$(INSTALLED): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "没有找到可用的 Python，请安装 Python 3.11–3.13 后重试。(Python 3.11 to 3.13 is needed)"; exit 1; }
	@$(PYTHON) -c '$(FITS)' 2>/dev/null || { \
	  echo "需要 Python 3.11–3.13，现为 $$($(PYTHON) -V 2>&1 | head -n 1)。请安装后用 make run PYTHON=python3.12 重试。(Python 3.11 to 3.13 is needed)"; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -c '$(FITS)' 2>/dev/null || { \
	  rm -rf .venv; $(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "无法建立 Python 虚拟环境；Debian/Ubuntu 请先安装 python3-venv。(install python3-venv)"; exit 1; }; }
	@$(BIN)/uv --version 2>/dev/null | grep -qF "uv $(UV_VERSION)" || \
	  $(BIN)/python -m pip install -q --disable-pip-version-check "uv==$(UV_VERSION)"
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

$(PACKAGES): package-lock.json package.json
	@command -v node >/dev/null && command -v npm >/dev/null || { \
	  echo "没有找到 Node.js（含 npm），请安装 Node 20 以上版本后重试。(Node 20 or newer is needed)"; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || { \
	  echo "需要 Node 20 以上版本，现为 $$(node -v)。(Node 20 or newer is needed)"; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

test: install
	$(PYTEST) -m "not full" $(ARGS)

test-full: install
	$(PYTEST) -m full $(ARGS)

check: install
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/python tests/shape.py
	$(BIN)/python tests/templates.py
	$(BIN)/python tests/secret_scan.py
	$(BIN)/python tests/advisories.py

# A new snapshot of the advisories about the locked packages, from the network or from a clone: ADVISORIES=folder.
audit: install
	$(BIN)/python tests/advisories.py --refresh $(ADVISORIES)

# Figures of a really running house: cases a second, statements a case, documents a second (docs/benchmarks.md).
bench: install
	$(BIN)/python -m benchmarks.case_flow $(ARGS)

format: install
	$(BIN)/ruff check --fix-only $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

# Chromium for the browser tests: from Debian/Ubuntu when root may install it, else the one Playwright brings.
browsers: install
	@if $(BIN)/python -m tests.browsing; then echo "Chromium is there."; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else $(BIN)/python -m playwright install chromium; fi
	@$(BIN)/python -m tests.browsing || { echo "Chromium could not be installed."; exit 1; }

# After a change of contracts/*.sol: the artefacts are committed, a test compiles them again and compares.
contracts: $(PACKAGES)
	node contracts/compile.js

# After a change of the dependencies in pyproject.toml.
lock: $(INSTALLED)
	$(BIN)/uv pip compile --universal --generate-hashes --group dev --no-header -q pyproject.toml -o requirements.lock

clean:
	rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info
