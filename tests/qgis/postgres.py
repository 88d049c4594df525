"""A throw-away PostGIS for the tests that need one: `from tests.qgis.postgres import postgis`."""

import os
from collections.abc import Iterator

import pytest

from tests.qgis.cluster import AS_POSTGRES, Postgis, binaries, cluster

__all__ = ["AS_POSTGRES", "Postgis", "postgis"]


@pytest.fixture(scope="session")
def postgis() -> Iterator[Postgis]:
    """A PostgreSQL cluster with PostGIS, on a free port of this machine, for the session."""
    programs = binaries()
    if programs is None:
        absent = "PostgreSQL is not installed"
        pytest.fail(absent) if os.environ.get("CI") == "true" else pytest.skip(absent)
    with cluster(programs) as database:
        yield database
