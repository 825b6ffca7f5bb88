"""Guessing passwords is slowed down: after five failures a person's sign-in from that address rests for a while."""

import hashlib

from django.core.cache import cache

FAILURES = 5
SECONDS = 15 * 60


def _key(username: str, address: str) -> str:
    """Cache keys bear no spaces or long names, and should not tell who tried."""
    digest = hashlib.sha256(f"{username.strip().lower()}\n{address}".encode()).hexdigest()
    return f"sign-in-failures:{digest}"


def is_locked(username: str, address: str) -> bool:
    return int(cache.get(_key(username, address), 0)) >= FAILURES


def count_failure(username: str, address: str) -> int:
    """Count one more failure and return how many there were; the quarter of an hour runs from the first."""
    key = _key(username, address)
    cache.add(key, 0, SECONDS)
    try:
        return int(cache.incr(key))
    except ValueError:  # it expired between the two lines
        cache.set(key, 1, SECONDS)
        return 1


def forget_failures(username: str, address: str) -> None:
    cache.delete(_key(username, address))
