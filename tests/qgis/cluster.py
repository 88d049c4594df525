"""A throw-away PostGIS, for tests and benchmarks alike."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# PostgreSQL refuses to run as root.
AS_POSTGRES = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@dataclass(frozen=True)
class Postgis:
    """How to reach the database; no password is asked for."""

    port: int
    host: str = "127.0.0.1"
    user: str = "actif"
    dbname: str = "actif"

    @property
    def uri(self) -> str:
        """The libpq form, which QGIS, ogr2ogr (after `PG:`) and psycopg2 all take."""
        return f"host={self.host} port={self.port} user={self.user} dbname={self.dbname}"

    def sql(self, statement: str) -> str:
        """Run a statement with psql and return its rows, columns parted by `|`."""
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.uri]
        return _run(command, statement).strip()


def _run(command: list[str], given: str = "") -> str:
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, cwd="/", check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs, None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextlib.contextmanager
def cluster(programs: Path) -> Iterator[Postgis]:
    """Run PostgreSQL with PostGIS on a free port of this machine, as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="actif-postgis-"))
    if AS_POSTGRES:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    database = Postgis(port=_free_port())
    initdb = [*AS_POSTGRES, str(programs / "initdb"), "-D", data, "-U", database.user]
    pg_ctl = [*AS_POSTGRES, str(programs / "pg_ctl"), "-D", data, "-w"]
    options = (
        f"-p {database.port} -c listen_addresses={database.host} "
        f"-c unix_socket_directories={folder} -c fsync=off -c timezone=UTC"
    )
    try:
        _run([*initdb, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
        _run([*pg_ctl, "-l", str(folder / "log"), "-o", options, "start"])
        where = ["-h", database.host, "-p", str(database.port), "-U", database.user]
        _run(["createdb", *where, database.dbname])
        database.sql("CREATE EXTENSION postgis")
        yield database
    finally:
        subprocess.run([*pg_ctl, "-m", "immediate", "stop"], capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)
