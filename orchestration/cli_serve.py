"""`petition serve …`: the three processes of the service. Thin, as `cli`."""

import click

from ingestion.home import Home
from orchestration.terminal import errors, progress, shared


@click.group()
def serve() -> None:
    """代码服务、守护进程、界面三个进程分开，运行历史在 PostgreSQL（见 docs/scale.md）。"""


@serve.command("code")
@shared
def serve_code(home, as_json) -> None:
    """代码服务：装好定义；只在家目录里的一个套接字上听。已有一个时等它停下后接替。"""
    _become(home, "code")


@serve.command("daemon")
@shared
def serve_daemon(home, as_json) -> None:
    """守护进程：看传感器和计划，一次执行一个运行。已有一个时等它停下后接替。"""
    _become(home, "daemon")


@serve.command("web")
@shared
@click.option("--port", default=3000, show_default=True, help="本机端口。")
@click.option("--path-prefix", default="", help="放在反向代理之后时的路径，如 /analysis。")
@click.option("--read-only", is_flag=True, help="只读：改动一概拒绝。")
def serve_web(home, as_json, port: int, path_prefix: str, read_only: bool) -> None:
    """界面（仅本机 127.0.0.1）。"""
    more = ["--port", str(port)]
    more += ["--path-prefix", path_prefix] if path_prefix else []
    _become(home, "web", more + (["--read-only"] if read_only else []))


def _become(home, part: str, more: list[str] | None = None) -> None:
    from orchestration import serving

    with errors():
        serving.become(Home.find(home), part, more or [], progress())
