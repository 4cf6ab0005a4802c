# Two commands are enough: `make run` and `make test`. Both make their own .venv.
PYTHON ?= python3
REPLICAS ?= 2
BIN = .venv/bin
# Tests that measure time or drive servers and browsers run alone, the others on two cores.
ALONE = tests/pool tests/serving tests/security/test_uploads.py tests/security/test_query_strings.py tests/browser
USERS ?= 50
SECONDS ?= 120

.PHONY: run serve test lint check bench load data clean

run: PORT ?= 8501
run: .venv/runtime
	$(BIN)/streamlit run server.py --server.address localhost --server.port $(PORT)

# Several processes behind nginx, as it is hosted: make serve REPLICAS=2 PORT=8080
serve: PORT ?= 8080
serve: .venv/runtime
	$(BIN)/python deploy/replicas.py --replicas $(REPLICAS) --port $(PORT)

test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive mulembe components serving deploy app.py server.py
	$(BIN)/python -m mulembe check
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(ALONE:%=--ignore=%)
	$(BIN)/python -m pytest $(ALONE)

lint: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: .venv/runtime
	$(BIN)/python -m mulembe check

bench: .venv/dev
	$(BIN)/python benchmarks/first_map.py
	$(BIN)/python -m benchmarks.simulate
	$(BIN)/python -m benchmarks.transfer $(if $(TRUTH),--truth $(TRUTH))
	$(BIN)/python benchmarks/lever.py
	$(BIN)/python -m benchmarks.heavy

load: .venv/dev
	$(BIN)/python -m benchmarks.load --users $(USERS) --seconds $(SECONDS) --replicas $(REPLICAS)

data: .venv/dev
	@test -n "$(REFERENCE)" || { echo "say where: make data REFERENCE=DIR"; exit 2; }
	$(BIN)/python data/build.py --reference $(REFERENCE)

.venv/runtime: requirements.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv
