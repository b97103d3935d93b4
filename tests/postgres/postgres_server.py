"""A real PostgreSQL server for the tests, in a folder of its own, ended and removed afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from browser.dagster_ui import free_port

USER, PASSWORD, DATABASE = "hcc", "planted-password", "dagster"
INSTALLED = "/usr/lib/postgresql/*/bin"
OTHER_USERS = ("postgres", "nobody")  # the server refuses to run as root


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int

    @property
    def url(self) -> str:
        """As HCC_DAGSTER_POSTGRES_URL."""
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{DATABASE}"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        connection = psycopg2.connect(self.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        finally:
            connection.close()


@contextmanager
def running_server() -> Iterator[Server]:
    """A new server on a free port that asks for a password."""
    initdb, pg_ctl, psql = (find(name) for name in ("initdb", "pg_ctl", "psql"))
    folder = Path(tempfile.mkdtemp(prefix="hcc-postgres-"))
    (folder / "password").write_text(PASSWORD)
    prefix = as_other_user(folder)
    data, port = folder / "data", free_port()
    try:
        access = ["-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "-U", USER, "-E", "UTF8", "--locale=C"]
        run([*prefix, initdb, "-D", str(data), *access])
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run([*prefix, pg_ctl, "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"])
        try:
            server = ["-h", "127.0.0.1", "-p", str(port), "-U", USER, "postgres"]
            run([psql, *server, "-c", f"create database {DATABASE}"], PGPASSWORD=PASSWORD)
            yield Server(port)
        finally:
            run([*prefix, pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find(name: str) -> str:
    """A program of the server, from PATH or from where distributions put it."""
    places = [Path(found)] if (found := shutil.which(name)) else []
    places += sorted(path / name for path in Path("/").glob(INSTALLED.lstrip("/")))
    program = next((str(place) for place in reversed(places) if place.is_file()), None)
    if program is None:
        pytest.fail(f"the PostgreSQL tests need a server ({name} is missing): apt-get install postgresql")
    return program


def as_other_user(folder: Path) -> list[str]:
    """What to put before a command of the server: as root it has to run as somebody else, who then owns the folder."""
    if os.getuid() != 0:
        return []
    users = {user.pw_name: user for user in pwd.getpwall()}
    name = next((name for name in OTHER_USERS if name in users), None)
    if name is None:
        pytest.fail("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
    user = users[name]
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def run(command: list[str], **variables: str) -> None:
    """Run a program; it keeps no pipe open, which the server would inherit."""
    with tempfile.TemporaryFile("w+") as said:
        finished = subprocess.run(
            command, stdout=said, stderr=said, check=False, cwd="/", env={**os.environ, **variables}
        )
        said.seek(0)
        if finished.returncode != 0:
            pytest.fail(f"{command[-1]}: {said.read()[-2000:]}")
