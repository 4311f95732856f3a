"""Dagster's run history in a PostgreSQL database: the one setting that says so, and what it may say.

Belongs here: the address, which settings file goes with it, a connection, and that a database serves one home.
No Dagster: `petition doctor` asks here too. A password stands in no address; libpq takes it from PGPASSWORD or
PGPASSFILE.
"""

import os
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from ingestion.errors import HouseError
from ingestion.home import Home

VARIABLE = "PETITION_DAGSTER_POSTGRES"
EXAMPLE = "postgresql://dagster@127.0.0.1:5432/dagster"
DRIVER = "+psycopg2"  # without it SQLAlchemy 2.1 looks for psycopg 3
SCHEMES = ("postgresql", "postgresql" + DRIVER)
PACKAGES = ("psycopg2", "dagster_postgres")
SECONDS = 5
ROOT = Path(__file__).resolve().parent.parent
LOCK = 20260401  # the advisory lock under which a home claims its database; any number that nobody else uses


class AddressError(HouseError):
    """The setting cannot be used as it is; the message says why, and repeats nothing that may be a secret."""


class NotReachable(HouseError):
    """The database does not answer, or not to this account; the message says what to look at."""


def address() -> str | None:
    """Return the database's address as libpq takes it; None: the history is in SQLite. Raises AddressError."""
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return None
    try:
        parts = urlsplit(said)
        asked, _ = parse_qs(parts.query), parts.port  # either raises
    except ValueError:
        raise AddressError(_wrong("不是一个地址")) from None
    if parts.scheme not in SCHEMES:
        raise AddressError(_wrong("开头不是 postgresql://"))
    if parts.password is not None or "password" in asked:
        raise AddressError(
            _wrong("含有口令；口令放在环境变量 PGPASSWORD，或 PGPASSFILE 所指的文件")
        )
    if len(parts.path) < 2:
        raise AddressError(_wrong("没有写数据库名"))
    hosts = _hosts(parts.hostname, asked)
    if not all(hosts):
        raise AddressError(_wrong("没有写主机"))
    if not all(_is_here(h) for h in hosts) and asked.get("sslmode") != ["verify-full"]:
        raise AddressError(_wrong("连到别的机器而没有核对证书；地址末尾加 ?sslmode=verify-full"))
    return said.replace(DRIVER + "://", "://", 1)


def _wrong(why: str) -> str:
    return f"环境变量 {VARIABLE} {why}。写法如 {EXAMPLE}；取消它则运行历史存在家目录的 SQLite。"


def _hosts(named: str | None, asked: dict[str, list[str]]) -> list[str]:
    """Return every host that libpq would ask: one in the query stands for that of the address."""
    told = asked.get("host", [named or ""]) + asked.get("hostaddr", [])
    return [host for value in told for host in value.split(",")]


def _is_here(host: str) -> bool:
    """Return whether a host is this machine: a socket's folder, localhost or a loopback address."""
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def with_driver(found: str) -> str:
    """Return an address as SQLAlchemy takes it."""
    plain = found.replace(DRIVER + "://", "://", 1)
    return plain.replace("://", DRIVER + "://", 1)


def settings_file() -> Path:
    """Return the shipped Dagster settings that go with the setting. Raises AddressError."""
    return ROOT / ("dagster_postgres.yaml" if address() else "dagster.yaml")


def connect():
    """Return a connection to the database of the setting. Raises AddressError, NotReachable."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise NotReachable(
            f"设了 {VARIABLE}，而没有装 {'、'.join(missing)}。请 make postgres 装上；取消 {VARIABLE} 则用 SQLite。"
        )
    import psycopg2

    try:
        return psycopg2.connect(address(), connect_timeout=SECONDS)
    except psycopg2.Error as error:
        said = str(error).strip().splitlines()
        raise NotReachable(
            f"连不上 {VARIABLE} 所指的 PostgreSQL（{said[-1] if said else type(error).__name__}）。"
            "请看服务是否在运行、地址与数据库名、账户与 PGPASSWORD；家里的数据不受影响。"
        ) from None


def is_settled(home: Home) -> bool:
    """Return whether the home's last run kept its history in PostgreSQL."""
    settings = home.dagster / "dagster.yaml"
    return settings.exists() and b"history_postgres" in settings.read_bytes()


def forgotten(home: Home) -> str:
    """Return what to do where a home's history is in PostgreSQL and the setting is not there."""
    return (
        f"这个家的运行历史在 PostgreSQL，而环境变量 {VARIABLE} 没有设。请照服务的设好它和口令；"
        f"确要换回 SQLite，先停下 petition serve，再删去 {home.dagster / 'dagster.yaml'}。"
    )


def prepare(home: Home) -> None:
    """See that the history goes where it went before, and that a database answers and is this home's. Raises
    AddressError, NotReachable.

    Two homes in one database would start each other's runs and mark each other's as dead.
    """
    if address() is None:
        if is_settled(home):
            raise AddressError(forgotten(home))
        return
    owner = _claim(str(home.root.resolve()))
    if owner != str(home.root.resolve()):
        raise NotReachable(
            f"{VARIABLE} 所指的数据库已是 {owner} 的运行历史，一个数据库只给一个家。"
            "请另建一个数据库；那个家已搬到这里的，也另建（历史可丢），或清空库中 petition_home 这张表。"
        )


def _claim(root: str) -> str:
    """Return whose the database is, which is the asker's where nobody had it."""
    connection = connect()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute("create table if not exists petition_home (root text primary key)")
            cursor.execute(
                "insert into petition_home select %s where not exists (select * from petition_home)",
                [root],
            )
            cursor.execute("select root from petition_home")
            return cursor.fetchone()[0]
    finally:
        connection.close()
