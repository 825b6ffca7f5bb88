"""What is to be tried next, case by case, with its clause."""

from datetime import date

import pytest

from notices.packs import service_law
from notices.rules.next_service import Tried, next_services

LAW = service_law()


@pytest.mark.parametrize(
    ("tried", "codes", "clause"),
    [
        (Tried(), ["direct"], "第（一）项"),
        (Tried(consented=True, address_confirmed=True), ["electronic", "direct"], "第（三）项"),
        (
            Tried(consented=True, address_confirmed=True, link_until=date(2026, 12, 3)),
            ["wait_for_link", "direct"],
            "第（三）项",
        ),
        (Tried(failures=1, last_failure="absent"), ["other_ways"], "第（四）项"),
        (Tried(failures=1, last_failure="refused"), ["lien", "other_ways"], "第（二）项"),
        (Tried(failures=1, last_failure="wrong_address"), ["other_ways"], "第（四）项"),
        (
            Tried(failures=1, last_failure="wrong_address", address_confirmed=True),
            ["confirmed_address", "other_ways"],
            "第八十三条",
        ),
        (Tried(failures=1, last_failure="whereabouts_unknown"), ["public_notice", "other_ways"], "第（五）项"),
        (Tried(failures=3, last_failure="absent"), ["public_notice"], "第（五）项"),
        (Tried(failures=4, last_failure="refused"), ["public_notice", "lien"], "第（五）项"),
        (Tried(failures=3, notice_until=date(2026, 12, 18)), ["wait_for_notice"], "第（五）项"),
    ],
)
def test_the_law_goes_on_from_what_was_tried(tried: Tried, codes: list[str], clause: str) -> None:
    advice = next_services(tried, LAW)
    assert [each.code for each in advice] == codes
    assert advice[0].clause.startswith(LAW.act)
    assert advice[0].clause.endswith(clause)


@pytest.mark.parametrize(("failures", "left"), [(1, 2), (2, 1)])
def test_it_says_how_many_failures_are_wanting(failures: int, left: int) -> None:
    assert next_services(Tried(failures=failures), LAW)[-1].number == left
