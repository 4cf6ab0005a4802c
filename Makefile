# Two commands are enough: `make run` and `make test`. Both make their own .venv.
PYTHON ?= python3
PORT ?= 8501
BIN = .venv/bin

.PHONY: run test lint check bench data clean

run: .venv/runtime
	$(BIN)/streamlit run app.py --server.address localhost --server.port $(PORT)

test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m mulembe check
	$(BIN)/python -m pytest

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
