"""Settings the sources leave open, as each body has set them."""

from typing import Any

from cases.models.body import Body, BodySetting


def setting_for(body: Body, key: str, default: Any) -> Any:
    """The value of `key` set at `body` or the nearest body above that set one, else `default`; one query."""
    value = (
        BodySetting.objects.filter(key=key, body__position__lte=body.position, body__last__gte=body.position)
        .order_by("-body__position")
        .values_list("value", flat=True)[:1]
    )
    return next(iter(value), default)
