"""How to see that a service is ready to be used."""

import http.client
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit


def is_ready(sign: list[str], *, log: Path, since: int) -> bool:
    """Judge one sign of readiness; `log` is the service's log and `since` the byte where this start began.

    Signs: `["command", …]` exits 0 · `["redis", socket]` answers PING · `["http", url]` answers below 400 ·
    `["log", text]` was written · `[]` needs nothing.
    """
    match sign:
        case []:
            return True
        case ["command", *argv]:
            return subprocess.run(argv, capture_output=True, check=False).returncode == 0
        case ["redis", path]:
            return _pings(path)
        case ["http", url]:
            return _answers(url)
        case ["log", text]:
            with log.open("rb") as file:
                file.seek(since)
                return text.encode() in file.read()
    raise ValueError(f"unknown sign of readiness: {sign}")


def _pings(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(path)
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _answers(url: str) -> bool:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=5)
    try:
        connection.request("GET", address.path or "/")
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
