"""Started by test_confined.py as a confined process that does what a hostile file might make a parser do."""

import os
import sys
from pathlib import Path

from documents.confined.process import Json, Unreadable, serve


def read(content: bytes, question: Json) -> object:
    match question["deed"]:
        case "answer":
            return {"size": len(content), "environment": sorted(os.environ)}
        case "eat":
            return len(bytearray(2 * 2**30))
        case "spin":
            while True:
                os.getpid()
        case "crash":
            os.abort()
        case "write":
            return Path(question["path"]).write_bytes(b"x" * 10)
        case "chatter":
            return "x" * 2**22
        case "refuse":
            raise Unreadable("encrypted")
        case deed:
            sys.exit(deed)


if __name__ == "__main__":
    serve(read)
