"""An agency of one socket: it takes one request per connection, remembers it, and answers as it was told."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from kernel.http import client_for

RESET = b"<reset>"
SILENCE = b"<silence>"
TRICKLE = b"<trickle>"


def reply(status: int, body: bytes = b"", *, media_type: str = "application/json", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {media_type}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Agency:
    """`requests` holds what arrived whole. `answer` is bytes to send, RESET, SILENCE or TRICKLE."""

    def __init__(self) -> None:
        self.answer = b""
        self.requests: list[bytes] = []
        self._over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/"

    def client(self, *, patience: float = 5.0) -> httpx.Client:
        http = client_for(self.url, "segredo")
        http.timeout = httpx.Timeout(patience)
        return http

    def close(self) -> None:
        self._over.set()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                caller, _ = self._socket.accept()
            except TimeoutError:
                continue
            with caller:
                caller.settimeout(5)
                self._serve_one(caller)

    def _serve_one(self, caller: socket.socket) -> None:
        request = _whole_request(caller)
        if not request:
            return
        self.requests.append(request)
        try:
            self._answer(caller)
        except OSError:
            return  # the caller hung up, as it may

    def _answer(self, caller: socket.socket) -> None:
        if self.answer == RESET:
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif self.answer == SILENCE:
            self._over.wait(1)
        elif self.answer == TRICKLE:
            caller.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n")
            while not self._over.wait(0.02):
                caller.sendall(b" ")
        else:
            caller.sendall(self.answer)


def _whole_request(caller: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        if not (more := caller.recv(65536)):
            return b""
        read += more
    head, _, body = read.partition(b"\r\n\r\n")
    wanted = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < wanted:
        if not (more := caller.recv(65536)):
            return b""
        body += more
    return head + b"\r\n\r\n" + body


@contextmanager
def an_agency() -> Iterator[Agency]:
    agency = Agency()
    try:
        yield agency
    finally:
        agency.client().close()
        agency.close()
