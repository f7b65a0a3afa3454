"""Encryption of what lies on disk: AES-256-GCM, with keys that can be rotated."""

import base64
import os
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")


class SealBroken(Exception):
    """The content was changed, belongs elsewhere, or its key is gone."""


class Sealer:
    """Seals with the first key, opens with any. `context` binds content to its place and must be the same
    on both sides."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys or any(len(key) != 32 or not NAME.fullmatch(name) for name, key in keys.items()):
            raise ValueError("Sealing needs at least one 32-byte key with a short name of ASCII letters and digits.")
        self._keys = dict(keys)

    @classmethod
    def from_text(cls, text: str) -> "Sealer":
        """`id:base64,id:base64`, newest first, as in the setting SEALING_KEYS."""
        pairs = [part.split(":", 1) for part in text.split(",") if part.strip()]
        keys = {name.strip(): base64.b64decode(key.strip(), validate=True) for name, key in pairs}
        if len(keys) < len(pairs):
            raise ValueError("Two sealing keys have one name.")
        return cls(keys)

    def seal(self, content: bytes, *, context: str) -> bytes:
        name, key = next(iter(self._keys.items()))
        nonce = os.urandom(NONCE)
        return name.encode() + b":" + nonce + AESGCM(key).encrypt(nonce, content, context.encode())

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Raises SealBroken."""
        name, _, rest = sealed.partition(b":")
        key = self._keys.get(name.decode("ascii", "replace"))
        if key is None:
            raise SealBroken("The key this was sealed with is not known here.")
        try:
            return AESGCM(key).decrypt(rest[:NONCE], rest[NONCE:], context.encode())
        except (InvalidTag, ValueError) as e:
            raise SealBroken("The sealed content does not open.") from e
