"""A database of the benchmarks' own, made new and migrated by the tables' owner, then used as the application does.

To be imported before anything of Django's: the settings read the environment once.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django

from tests.support import owner

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def ground() -> Iterator[None]:
    """Django is set up inside; the database is dropped at the end."""
    name = f"bench_{urlsplit(os.environ['DATABASE_URL']).path.lstrip('/')}"
    with owner.one_at_a_time() as maintenance:
        owner.drop(maintenance, name)
        owner.create(maintenance, name)
    try:
        with tempfile.TemporaryDirectory(prefix="autotech-bench-") as folder:
            os.environ["DOCUMENTS_DIR"] = os.environ["MAIL_DIR"] = folder
            for variable in ("DATABASE_URL", "OWNER_DATABASE_URL"):
                os.environ[variable] = urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
            as_owner = {**os.environ, "DATABASE_URL": os.environ["OWNER_DATABASE_URL"]}
            subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=as_owner, check=True)
            django.setup()
            yield
    finally:
        if django.apps.apps.ready:
            django.db.connections.close_all()
        with owner.one_at_a_time() as maintenance:
            owner.drop(maintenance, name)
