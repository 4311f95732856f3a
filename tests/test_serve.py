"""The analysts' file of a release: views over its own files, wherever they lie, and nothing else."""

import shutil

import duckdb
import pytest

from ingestion.home import Home
from publication import release as releases
from publication import serve
from publication.tables import INTERNAL

pytestmark = pytest.mark.slow


@pytest.fixture
def release(demo_copy):
    return releases.load(demo_copy, None)


def count(connection, table: str) -> int:
    return connection.execute(f"select count(*) from {table}").fetchone()[0]


def test_every_view_holds_what_the_working_file_holds(demo_copy, release):
    with releases.connect(demo_copy) as here, duckdb.connect(str(demo_copy.warehouse)) as work:
        for table in INTERNAL:
            assert count(here, table.name) == count(work, table.relation), table.name
            ours, theirs = (
                [row[:2] for row in c.execute(f"describe {name}").fetchall()]
                for c, name in ((here, table.name), (work, table.relation))
            )
            assert ours == theirs, table.name


def test_it_is_small(release):
    assert release.serve.stat().st_size < 2**20


def test_nothing_is_read_or_written_but_the_releases_own_tables(demo_copy, release, tmp_path):
    other = tmp_path / "other.parquet"
    duckdb.execute(f"copy (select 1 as x) to '{other}' (format parquet)")
    inside = release.folder / "internal" / "tables" / "fct_petitions"
    before = sorted(inside.iterdir())
    with releases.connect(demo_copy) as connection:
        for sql in (
            f"select * from read_parquet('{other}')",
            f"select * from read_text('{release.folder}/internal/manifest.json')",
            f"copy (select 1) to '{inside}/new.parquet'",
            f"copy (select 1) to '{before[0]}'",
            f"copy (select 1) to '{tmp_path}/new.csv'",
            f"attach '{tmp_path}/new.duckdb' as new",
            "set enable_external_access = true",
            "set allowed_paths = ['/']",
            "create table x as select 1",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(sql)
        connection.execute("set variable petition_releases = '/nowhere'")
        with pytest.raises(duckdb.PermissionException):
            connection.execute("select * from fct_petitions")
    assert sorted(inside.iterdir()) == before


def test_a_file_laid_beside_the_tables_is_not_read(demo_copy, release):
    folder = release.folder / "internal" / "tables" / "dim_region"
    with releases.connect(demo_copy) as connection:
        rows = count(connection, "dim_region")
    shutil.copyfile(folder / "all.parquet", folder / "more.parquet")
    with releases.connect(demo_copy) as connection:
        assert count(connection, "dim_region") == rows


def test_a_moved_home_is_read_where_it_lies(demo_copy, tmp_path, monkeypatch):
    with releases.connect(demo_copy) as connection:
        rows = count(connection, "mart_subject_rows")
    moved = Home(tmp_path / "另一处 it's" / "home")
    moved.root.parent.mkdir()
    shutil.move(demo_copy.root, moved.root)
    with releases.connect(moved) as connection:
        assert count(connection, "mart_subject_rows") == rows
    releases.settle(moved)
    monkeypatch.chdir("/")
    with duckdb.connect() as client:
        client.execute(moved.pointer_sql.read_text("utf-8"))
        assert count(client, "mart_subject_rows") == rows
        assert count(client, "mart.fct_petitions") == count(client, "fct_petitions") > 0


def test_without_being_told_where_it_reads_from_the_folder_of_releases_or_says_what_it_lacks(
    release, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    lacking = pytest.raises(duckdb.IOException, match=f"{release.release_id}/internal/tables")
    with duckdb.connect(str(release.serve), read_only=True) as connection, lacking:
        count(connection, "fct_petitions")
    monkeypatch.chdir(release.folder.parent)
    with duckdb.connect(str(release.serve), read_only=True) as connection:
        assert count(connection, "fct_petitions") > 0


def test_two_releases_side_by_side_each_read_their_own(demo_copy, release):
    """The same tables under another id, one of them with less in it."""
    other = release.folder.parent / "another"
    shutil.copytree(release.folder, other)
    parts = sorted((other / "internal" / "tables" / "fct_petitions").iterdir())
    parts[0].unlink()
    (other / "internal" / "serve.duckdb").unlink()
    with duckdb.connect(str(demo_copy.warehouse), read_only=True) as connection:
        said = serve.definitions(connection)
    serve.write(demo_copy, other, "another", said)
    with duckdb.connect() as client:
        client.execute(releases.where(release.folder.parent))
        for name, folder in (("one", release.folder), ("two", other)):
            client.execute(f"attach '{folder}/internal/serve.duckdb' as {name} (read_only)")
        for table in ("fct_petitions", "mart_subject_rows"):
            assert count(client, f"one.{table}") > count(client, f"two.{table}"), table


def test_what_it_says_of_a_table_can_be_compared(release, tmp_path):
    said = serve.said_of_tables(release.folder / "internal")
    assert said.keys() == {table.name for table in INTERNAL}
    copy = tmp_path / "serve.duckdb"
    shutil.copyfile(release.serve, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("comment on column fct_petitions.registered_at is '别的'")
    assert serve.said_of_tables(tmp_path) != said
