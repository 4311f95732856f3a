"""What the house says of its own running: a line of JSON for each event in `logs/<month>.jsonl`, and, of what
somebody has to look at, a message to a webhook.

Belongs here: which events there are, how a line looks, how it is sent. No line carries a cell's value, a file's
name or the webhook's address; its address, which is often a secret, stands in the environment alone.
"""

import json
import os
from ipaddress import ip_address
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import dagster as dg

from ingestion import clock
from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import unwritable

VARIABLE = "PETITION_ALERT_URL"
SECONDS = 10
TAKEN, PUBLISHED, FAILED, SWEPT, NOT_SENT, ISSUE_MADE, ISSUE_PRINTED = (
    "deliveries_taken", "release_published", "run_failed", "run_swept", "alert_not_sent", "issue_made",
    "issue_printed",
)  # fmt: skip
ALERTS = {FAILED, SWEPT}


def tell(home: Home, event: str, text: str, **facts: Any) -> None:
    """Write an event down; send it where it is one to look at and the environment names a webhook.

    A webhook that cannot be reached is an event of its own and stops nothing. It is sent also where nothing can be
    written down: that may be what is to be told.
    """
    said = {"at": clock.now().isoformat(), "event": event, "text": text, **facts}
    try:
        _write(home, said)
    finally:
        url = os.environ.get(VARIABLE, "").strip()
        why = _send(url, said) if event in ALERTS and url else None
    if why:
        remedy = f"告警没有送到（{why}），请检查环境变量 {VARIABLE}。"
        _write(home, said | {"event": NOT_SENT, "text": remedy})


def _write(home: Home, said: dict) -> None:
    home.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = json.dumps(said, ensure_ascii=False) + "\n"
    with (home.logs / f"{said['at'][:7]}.jsonl").open("a", encoding="utf-8") as log:
        log.write(line)


def _send(url: str, said: dict) -> str | None:
    """Post an event as JSON; return why it could not be, or None. Plain http goes to this machine only."""
    if not _is_safe(url):
        return "地址须是 https，本机的可用 http"
    headers = {"Content-Type": "application/json; charset=utf-8"}
    body = json.dumps(said, ensure_ascii=False).encode()
    try:
        with urlopen(Request(url, body, headers), timeout=SECONDS):
            return None
    except (URLError, OSError, ValueError) as error:
        code = getattr(error, "code", None)
        return f"对方答 {code}" if code else type(error).__name__


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return bool(host) and (
            parts.scheme == "https" or parts.scheme == "http" and _is_loopback(host)
        )
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def cause(error: BaseException | None) -> str:
    """Return why a step failed: the house's own words, also where nothing could be written; of any other error its
    kind alone, as its message may hold a value.
    """
    why = unwritable.why(Home.find(), error) if error else None
    while error and not isinstance(error, HouseError) and error.__cause__:
        error = error.__cause__
    return why or (str(error) if isinstance(error, HouseError) else type(error).__name__)


class Alerts(dg.ConfigurableResource):
    """Where the steps of a run say what happened; the address of the webhook is read when it is needed."""

    def tell(self, event: str, text: str, **facts: Any) -> None:
        """Say an event of the home that PETITION_HOME names; see `tell`."""
        tell(Home.find(), event, text, **facts)


@dg.failure_hook(name="alert_on_failure", required_resource_keys={"alerts"})
def on_failure(context: dg.HookContext) -> None:
    """Alert to a step that failed, whoever started the run."""
    why = cause(context.op_exception)
    text = f"运行没有成功，没有发布，上一版照常可读。步骤 {context.step_key}：{why}"
    context.resources.alerts.tell(FAILED, text, run_id=context.run_id, step=context.step_key)
