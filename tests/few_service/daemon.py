"""The daemon, whose runs find the changed house imported."""

from dagster._daemon.cli import main

from orchestration import launching

launching.READY = "tests.few_service.ready"

if __name__ == "__main__":
    main()
