"""A cache that may die: Redis out of reach reads as a miss and says so once in a while, nobody is kept out by it."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, TimeoutError
from redis.retry import Retry

T = TypeVar("T")
log = logging.getLogger(__name__)
REST = 5.0


class PatientClient:
    """After a failure Redis is left alone for `REST` seconds: a page makes several look-ups, and each would wait."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        self._redis = RedisCacheClient(servers, **{"retry": Retry(NoBackoff(), 0), **options})
        self._rests_until = 0.0

    def _try(self, otherwise: T, act: Callable[..., Any], *args: Any) -> T:
        if time.monotonic() < self._rests_until:
            return otherwise
        try:
            answer: T = act(*args)
            return answer
        except (ConnectionError, TimeoutError) as e:
            self._rests_until = time.monotonic() + REST
            log.warning("Redis does not answer (%s); the cache reads as empty.", type(e).__name__)
            return otherwise

    def answers(self) -> bool:
        """Whether Redis is there now, whatever was seen before."""
        try:
            return bool(self._redis.get_client().ping())
        except (ConnectionError, TimeoutError):
            return False

    def add(self, key: str, value: Any, timeout: int | None) -> bool:
        """True without Redis: allauth takes its rate-limit lock by it, and would wait for a lock it cannot get."""
        return self._try(True, self._redis.add, key, value, timeout)

    def get(self, key: str, default: Any) -> Any:
        return self._try(default, self._redis.get, key, default)

    def set(self, key: str, value: Any, timeout: int | None) -> None:
        self._try(None, self._redis.set, key, value, timeout)

    def touch(self, key: str, timeout: int | None) -> bool:
        return self._try(False, self._redis.touch, key, timeout)

    def delete(self, key: str) -> bool:
        return self._try(False, self._redis.delete, key)

    def get_many(self, keys: list[str]) -> dict[str, Any]:
        return self._try({}, self._redis.get_many, keys)

    def has_key(self, key: str) -> bool:
        return self._try(False, self._redis.has_key, key)

    def incr(self, key: str, delta: int) -> int:
        """Raises ValueError without Redis, as for any key that is not there."""
        counted: int | None = self._try(None, self._redis.incr, key, delta)
        if counted is None:
            raise ValueError(f"Key '{key}' not found.")
        return counted

    def set_many(self, data: dict[str, Any], timeout: int | None) -> None:
        self._try(None, self._redis.set_many, data, timeout)

    def delete_many(self, keys: list[str]) -> None:
        self._try(None, self._redis.delete_many, keys)

    def clear(self) -> bool:
        return self._try(False, self._redis.clear)


class PatientRedisCache(RedisCache):
    """Django's Redis cache whose connection errors are misses."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class: Any = PatientClient

    def answers(self) -> bool:
        client: Any = self._cache
        return bool(client.answers())
