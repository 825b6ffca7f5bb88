"""Rows for a test whose threads must see them, and which therefore cannot use the fixtures of one transaction."""

from datetime import date

from cases.models import User
from cases.services.deadlines import start_deadline
from tests.factories import acting, make_body_tree, make_user


def county_with_deadlines(number: int) -> tuple[User, list[int]]:
    """An inspector of 南湖区 who answers for `number` deadlines due on 1 December 2026; their keys."""
    county = make_body_tree()["330402"]
    inspector = make_user("wang", "inspector", county)
    started = [
        start_deadline(
            rule="rectification",
            subject=f"order:{index}",
            case=None,
            start_on=date(2026, 11, 16),
            accountable_body=county,
            accountable_user=inspector,
            acting=acting(inspector),
        )
        for index in range(number)
    ]
    return inspector, [deadline.pk for deadline in started]
