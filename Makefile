# Two commands: `make run` (set up, then the sample province from ledger to release) and `make test`.
# Needs Python 3.11 and make alone. HOME_DIR names another home for `make run`, SOAK_DIR where `make soak` keeps its progress.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPARK := .venv-spark
SPARK_BIN := $(SPARK)/bin
HOME_DIR ?= var
BENCH ?= 1 5 20
SOAK_DIR ?= .soak
SPARK_TESTS ?= test

.PHONY: help run test test-spark compare-engines soak bench bench-findings bench-issue lint format ui pdf postgres lock clean

help:  ## 列出可用的命令
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.ready: requirements.lock pyproject.toml
	@echo "安装运行所需的包（首次约需一两分钟）…"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "需要 Python 3.11 或更高版本，可用 make PYTHON=python3.11 指定。" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
# pip compiles unless the environment says no bytecode, and then each start takes 12 s more; olefile2 is Python 2
	@$(BIN)/python -m compileall -qq -j 0 -x olefile2 $(VENV)/lib
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@echo "安装测试所需的包…"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(VENV)/.ready-postgres: $(VENV)/.ready requirements-dev.lock
	@echo "安装 PostgreSQL 运行历史所需的包…"
	@awk '/^[a-z]/ {wanted = /^(dagster-postgres|psycopg2-binary)==/} wanted' requirements-dev.lock > $(VENV)/postgres.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/postgres.lock
	@touch $@

$(VENV)/.ready-pdf: $(VENV)/.ready requirements-dev.lock
	@echo "安装作 PDF 所需的包…"
	@awk '/^[a-z]/ {wanted = /^typst==/} wanted' requirements-dev.lock > $(VENV)/pdf.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/pdf.lock
	@touch $@

# PySpark comes as source: what builds it is installed first, from the same lock
$(SPARK)/.ready: requirements-spark.lock pyproject.toml
	@echo "安装 Spark 所需的包（首次约需三分钟，下载约 450 MB）…"
	@$(PYTHON) -m venv $(SPARK)
	@awk '/^[a-z]/ {wanted = /^(setuptools|wheel)==/} wanted' requirements-spark.lock > $(SPARK)/build.lock
	@$(SPARK_BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r $(SPARK)/build.lock
	@$(SPARK_BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps --no-build-isolation -r requirements-spark.lock
	@$(SPARK_BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(VENV)/.ready  ## 装好环境，用样例省份走完从台账到发布的全程
	@$(BIN)/petition demo --home $(HOME_DIR)

test: $(VENV)/.ready-dev  ## 装好环境，跑全部测试
	@$(BIN)/python -m pytest

test-spark: $(SPARK)/.ready  ## 在 Spark 上建小样本、再过一夜，与 DuckDB 逐行比较（另需 Java 17）
	@SPARK_CONF_DIR=tests/spark_small $(SPARK_BIN)/python -m pytest -n 0 -k $(SPARK_TESTS) tests/test_spark.py

compare-engines: $(SPARK)/.ready  ## 把一个家在两个引擎上各建一遍，逐表逐行比较（HOME_DIR=家目录，另需 Java 17）
	@$(SPARK_BIN)/python -m orchestration.compare_engines --home $(HOME_DIR)

soak: $(VENV)/.ready-dev  ## 久跑：杀 300 次（中断了再跑，从停下处接着）；一次来 2,000 份文件；一万份改坏的台账；发布二十次之间一万次查询；随机报送、撤回、时点的 20 个序列，接着建与从头建逐行相同（几个小时）
	@KILLS=300 KILL_STATE=$(SOAK_DIR) MUTATED_FILES=10000 READER_QUERIES=10000 READER_PUBLISHES=20 SPINE_SEQUENCES=20 \
		BURST_FILES=2000 $(BIN)/python -m pytest tests/test_disturbed.py tests/test_readers.py tests/test_mutated_ledgers.py \
		tests/test_spine_property.py tests/test_going_on.py tests/test_dagster.py

bench: $(VENV)/.ready-dev  ## 量快慢：从头建核心表与手写脚本并排（百万条办理事件：BENCH="1 5 20 100"）；由文件写完到发布
	@$(BIN)/python -m benchmarks $(BENCH) --write
	@$(BIN)/python -m benchmarks.arrival --write

bench-findings: $(VENV)/.ready-dev  ## 量统计核查：没有事的省误问几成，种下的问到几成（500 个省）
	@$(BIN)/python -m benchmarks.findings --write

bench-issue: $(VENV)/.ready-dev  ## 量一期通报：一百个县、四十个指标，各种格式和每个数的来历
	@$(BIN)/python -m benchmarks.issue var/bench/issue --write

lint: $(VENV)/.ready-dev  ## 检查代码、SQL 和 YAML 的写法
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint --processes 2 dbt_project/models
	@$(BIN)/yamllint --strict .

format: $(VENV)/.ready-dev  ## 按规矩排版
	@$(BIN)/ruff format .

ui: $(VENV)/.ready  ## 打开 Dagster 界面（http://127.0.0.1:3000）
	@$(BIN)/petition ui --home $(HOME_DIR)

pdf: $(VENV)/.ready-pdf  ## 装好作 PDF 所需的包（字体放进 家目录/fonts/，或装 Debian 的 fonts-noto-cjk）

postgres: $(VENV)/.ready-postgres  ## 装好运行历史存 PostgreSQL 所需的包（见 docs/scale.md）

lock: $(VENV)/.ready-dev  ## 重算三份锁文件（需要 uv；锁文件只有版本和哈希，没有地址）
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml requirements-build.in -o requirements.lock
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev --extra postgres -c requirements.lock pyproject.toml -o requirements-dev.lock
	@sed -n 's/^\([a-z0-9][^ ]*==[^ ]*\).*/\1/p' requirements.lock requirements-dev.lock | grep -v '^pandas==' | sort -u > $(VENV)/pins.txt
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev --extra spark --override requirements-spark.in -c $(VENV)/pins.txt pyproject.toml requirements-build.in -o requirements-spark.lock

clean:  ## 删去环境和样例家（不动其他目录）
	@rm -rf $(VENV) $(SPARK)
