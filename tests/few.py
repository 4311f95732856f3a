"""The few of the shipped indicators with which tests of what lies below them build.

`python -m tests.few …` is the command line with them, in a process of its own.
"""

from collections.abc import Callable
from pathlib import Path

from ingestion.home import Home
from orchestration import cli, project, serving

# of each shape one: shares and stocks, counts, sums, means, matters, joined ledgers, duties, and one used elsewhere
FEW = {
    "ind_volume", "ind_volume_persons", "ind_volume__by_problem_place", "ind_volume__by_petition_date",
    "ind_timely_accept_office", "ind_timely_accept_unit", "ind_objection_on_time", "ind_on_time_reply", "ind_due_closure",
    "ind_participation", "ind_satisfaction", "ind_backlog_resolution", "ind_backflow", "ind_leader_coverage",
    "ind_leader_case_resolution", "ind_matters", "ind_repeat_share__in_nation", "ind_first_time_resolution",
    "ind_matter_backflow", "ind_cessation", "ind_mandatory_leader", "ind_handling_days", "ind_slip_return",
    "ind_delisting", "ind_relief_amount", "ind_conference_coverage", "ind_business_standard", "ind_per_10k",
    "ind_proposal_reply", "ind_return_on_time", "ind_participation__sasac", "ind_satisfaction__guangdong",
    "ind_timely_accept_office__chongqing",
}  # fmt: skip
FOLDER = Path("dbt_project/models/indicators")


def sources(names: frozenset[str] = frozenset(FEW)) -> Callable[[Home], dict[Path, bytes]]:
    """Return what says a home's dbt project with these of the shipped indicators and the home's own."""
    whole, shipped = project._sources, project.ROOT

    def fewer(home: Home) -> dict[Path, bytes]:
        # another project in its place (benchmarks/empty.py) has what it has
        if shipped != project.ROOT:
            return whole(home)
        found = {path: said for path, said in whole(home).items() if _wanted(path, names)}
        assert names <= {path.stem for path in found}, "an indicator that is not shipped"
        return found

    return fewer


def _wanted(path: Path, names: frozenset[str]) -> bool:
    if path.parent != FOLDER:
        return True
    return path.stem in names if path.suffix == ".sql" else not path.stem.startswith("_unit_tests")


def main() -> None:
    """Be the command line with these few."""
    project._sources = sources()
    serving.MODULE = "tests.few_service.definitions"
    serving.DAEMON_PROGRAM = "tests.few_service.daemon"
    cli.main()


if __name__ == "__main__":
    main()
