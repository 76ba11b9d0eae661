# One command each: demo, test, check, coverage, mutants, bench, lock. `.venv` is built from the hash-pinned lock file.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-slow coverage mutants check bench lock clean

demo: .venv/ready
	$(BIN)/massctl demo

test: .venv/ready
	@PATH=$$PATH:/usr/sbin command -v mosquitto >/dev/null || echo "mosquitto is not installed: the MQTT tests run on amqtt"
	$(BIN)/pytest -q -n auto --dist worksteal

test-slow: .venv/ready
	$(BIN)/pytest -q -m slow

# Branch coverage of what decides and of our own wire: 100 %, or it fails.
coverage: .venv/ready
	$(BIN)/coverage run --branch --source=massctl/session,firmware_protocol --omit='firmware_protocol/vendors/*' \
	  -m pytest -q tests/session tests/firmware_protocol tests/rules \
	  --deselect tests/session/test_random_sessions.py::test_the_promises_hold_in_any_session \
	  --deselect tests/firmware_protocol/test_protocol_fuzz_volume.py
	$(BIN)/coverage report --show-missing --skip-covered --fail-under=100

# Mutation testing of interlocks and limits: ten minutes; what survives is explained in docs/mutants.md.
mutants: .venv/ready
	$(BIN)/mutmut run --max-children 2
	$(BIN)/mutmut results

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/bench
	$(BIN)/python -m tests.bench

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'massctl needs Python 3.11 or newer; say which: make PYTHON=python3.12 …'; exit 1; }
	@if command -v uv >/dev/null; then \
	  uv venv -q --clear --python $(PYTHON) .venv && \
	  uv pip sync -q --python .venv --require-hashes requirements.lock && \
	  uv pip install -q --python .venv --no-deps --no-build-isolation -e .; \
	else \
	  $(PYTHON) -m venv --clear .venv || { echo "python3 has no venv: install it (Debian: apt install python3-venv)"; exit 1; }; \
	  $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $@

# The peers that benchmarks measure beside; only `make bench` needs them.
.venv/bench: requirements-bench.lock .venv/ready
	@$(BIN)/uv pip install -q --python .venv --require-hashes -r requirements-bench.lock
	@touch $@

LOCK := uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q --extra mqtt --extra sim

lock: .venv/ready
	$(BIN)/$(LOCK) --group dev -o requirements.lock
	$(BIN)/$(LOCK) --group dev --group bench -o requirements-bench.lock

clean:
	rm -rf .venv
