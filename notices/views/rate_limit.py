"""How often an address on the network may ask for something that could be guessed."""

import hashlib

from django.core.cache import cache
from django.http import HttpRequest


def too_often(request: HttpRequest, purpose: str, *, tries: int, seconds: int) -> bool:
    """Whether this address has asked more than ``tries`` times within ``seconds``; it is kept as a hash only."""
    address = hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()
    key = f"{purpose}:{address}"
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key)) > tries
    except ValueError:  # it expired between the two lines
        cache.set(key, 1, seconds)
        return False
