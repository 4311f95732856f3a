"""Where the time of a run goes: CPU seconds by part, measured around the product's own functions.

While dbt builds in its own threads, what the main thread does is Dagster's: its events and their
storage. What no part claims of the rest of a run is Dagster's as well. Nested parts count once, for
the inner one.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from benchmarks import empty
from benchmarks.measure import cpu_seconds
from expectations import beside, candidate, receipts
from ingestion import landing, warehouse
from orchestration import deliveries, project, releases
from publication import release, told

# part -> the functions that are it, by module and name as their callers know them
WRAPPED = {
    "door": [(landing, "take_all")],
    "load": [(warehouse, "load"), (warehouse, "mark_built"), (empty, "load")],
    "gate": [(receipts, "judge"), (candidate, "judge"), (beside, "judge"), (deliveries, "receipts_frame"),
             (empty, "judge")],
    "export": [(releases, "build_candidate"), (releases, "figures"), (release, "publish"), (told, "tell"),
               (empty, "export"), (empty, "publish")],
}  # fmt: skip
PARTS = (
    "door",
    "load",
    "models",
    "tests",
    "findings",
    "findings_tests",
    "gate",
    "export",
    "dagster",
)


class Parts:
    """CPU seconds of one run by part, and wall seconds of each dbt node."""

    def __init__(self):
        self.seconds: Counter = Counter()
        self.nodes: dict[str, float] = {}
        self._inner: list[float] = []

    def timed(self, part: str, function: Callable) -> Callable:
        def measured(*args, **kwargs):
            begun = cpu_seconds()
            self._inner.append(0.0)
            try:
                return function(*args, **kwargs)
            finally:
                spent, inner = cpu_seconds() - begun, self._inner.pop()
                self.seconds[part] += spent - inner
                if self._inner:
                    self._inner[-1] += spent

        return measured

    def built(self, function: Callable) -> Callable:
        """Measure a dbt invocation: the process less the main thread, by what its nodes took."""
        clock = time.pthread_getcpuclockid(threading.main_thread().ident)

        def measured(home, select, *args, **kwargs):
            begun, beside_it = cpu_seconds(), time.clock_gettime(clock)
            result = function(home, select, *args, **kwargs)
            spent = cpu_seconds() - begun - (time.clock_gettime(clock) - beside_it)
            self._share(spent, result, "findings" if "tag:findings" in select else "models")
            return result

        return measured

    def _share(self, spent: float, result, models: str) -> None:
        took = Counter()
        for one in result.result.results:
            test = one.node.resource_type.value == "test"
            took["tests" if test else "models"] += one.execution_time
            self.nodes[one.node.name] = one.execution_time
        tests = "tests" if models == "models" else "findings_tests"
        share = spent * took["tests"] / (took.total() or 1)
        self.seconds[tests] += share
        self.seconds[models] += spent - share


@contextmanager
def measured():
    """Measure the run inside; what no part claims is Dagster's."""
    parts, begun = Parts(), cpu_seconds()
    with ExitStack() as stack:
        for part, functions in WRAPPED.items():
            for module, name in functions:
                timed = parts.timed(part, getattr(module, name))
                stack.enter_context(patch.object(module, name, timed))
        stack.enter_context(patch.object(project, "build", parts.built(project.build)))
        yield parts
    whole = cpu_seconds() - begun
    parts.seconds["dagster"] = whole - parts.seconds.total()
