"""Assets of the way out: the candidate, its gate, the release that is pointed to."""

from pathlib import Path

import dagster as dg

from ingestion import clock, warehouse
from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import alerts, rebuild, writer
from orchestration.deliveries import OWNERS
from publication import release as releases
from publication import told
from publication.candidate import (
    JUDGED,
    Candidate,
    build_candidate,
    figures,
    made_periods,
    read_candidate,
    statuses,
)
from publication.tables import VALUE_KEY

CANDIDATE = dg.AssetKey(["release", "candidate"])
CURRENT = dg.AssetKey(["release", "current"])
PUBLISHED_MODELS = [
    dg.AssetKey(["published", "mart_published_values"]),
    dg.AssetKey(["published", "mart_published_funnel"]),
    dg.AssetKey(["published", "mart_published_ranks"]),
    dg.AssetKey(["published", "mart_published_yoy"]),
]


@dg.asset(
    key=CANDIDATE,
    deps=PUBLISHED_MODELS,
    description="候选版：导出全部表、公开件、与上一版的差异和清单，放在一旁等待过闸。",
    group_name="release",
    kinds={"parquet", "duckdb"},
    owners=OWNERS,
    check_specs=[
        dg.AssetCheckSpec(
            "candidate_figures",
            asset=CANDIDATE,
            blocking=True,
            description="候选版的数字、名次和同比：键唯一、状态齐全、暂缓与隐去的已清空、率在区间内；不过闸不发布。"
            "由上一版原样接过来的统计期当时核过，不再核。",
        ),
    ],
)
def candidate(context: dg.AssetExecutionContext):
    """Build the release aside and judge its figures with Great Expectations."""
    from expectations.beside import judge_beside
    from expectations.candidate import judge_candidate

    home = Home.find()
    writer.hold(home, f"运行 {context.run_id[:8]}", context.log.info)
    again = warehouse.is_marked(home.warehouse)  # built more than once since it was loaded
    warehouse.mark_built(home.warehouse)  # every model before this asset was built and tested
    before = _settled(home)
    bridge = rebuild.bridge(home, before, home.bridge)
    if bridge:
        context.log.info("定义或规则已变：按上一版的时点以新定义重算了一遍，用来分清更正的原因。")
    folder = before.folder if before else None
    built = build_candidate(home, home.warehouse, home.candidate, folder, bridge, whole=again)
    periods = made_periods(built)
    frame, *beside = (figures(built.folder, table, periods) for table in JUDGED)
    verdicts = judge_candidate(frame, list(VALUE_KEY)) + judge_beside(frame, *beside)
    bad = [v for v in verdicts if not v.passed]
    yield dg.MaterializeResult(
        metadata={
            "release_id": built.release_id,
            "restatements": built.manifest["restatement_count"],
            **{f"because_of_{k}": n for k, n in built.manifest["restatement_causes"].items()},
            "judged_periods": len(periods),
            **{f"figures_{status}": n for status, n in statuses(built.folder).items()},
        }
    )
    yield dg.AssetCheckResult(
        check_name="candidate_figures",
        passed=not bad,
        metadata={v.name: f"{v.text_zh}（{v.unexpected_count}）" for v in bad}
        or {"rules": len(verdicts)},
    )
    _refuse_betrayed(home, built, folder)


def _refuse_betrayed(home: Home, built: Candidate, before: Path | None) -> None:
    """Raise HouseError where the thresholds want it and hidden figures can be had from what would be public."""
    from publication.disclosure import judging

    with warehouse.connect(home.warehouse, read_only=True) as connection:
        rules, fails = judging.rules(connection)
    if fails:
        earlier = [release.folder for release in reversed(releases.list_releases(home))]
        refused = judging.refusal(judging.judge(built.folder, before, earlier, rules))
        if refused:
            raise HouseError(refused)


def _settled(home: Home) -> releases.Release | None:
    """Make good what a killed run left; return the release that the new one is compared with."""
    releases.settle(home)
    before = releases.current(home)
    if before:
        told.tell(home, before)
    return before


@dg.asset(
    key=CURRENT,
    deps=[CANDIDATE],
    description="发布：候选版落盘、改名、指针替换，再把所发布的数字记入湖；指针替换前任何一步失败，上一版照常可读。",
    group_name="release",
    kinds={"parquet", "duckdb"},
    owners=OWNERS,
)
def current(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Publish the candidate that passed."""
    home = Home.find()
    built: Candidate = read_candidate(home.candidate)
    run = {"run_id": context.run_id, "finished_at": clock.now().isoformat()}
    published = releases.publish(home, built, run)
    entry = told.tell(home, published)
    writer.release(home)
    alerts.tell(home, alerts.PUBLISHED, f"发布了 {published.release_id}", run_id=context.run_id)
    return dg.MaterializeResult(
        metadata={
            "release_id": published.release_id,
            "figures_told": entry.ledgers[0]["loaded"] if entry else 0,
        }
    )
