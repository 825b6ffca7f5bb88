"""Declaring a conflict of interest keeps a person out of an enterprise's cases until an administrator lifts it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import AuditEvent, Case, ConflictOfInterest, Enterprise
from cases.rules.errors import RuleError
from cases.services.assign_inspectors import AssignInspectors, assign_inspectors
from cases.services.credentials import declare_conflict
from tests.factories import acting, make_enterprise

pytestmark = pytest.mark.django_db
REASON = "配偶为该公司股东"


def declare(client: Any, enterprise: str, reason: str = REASON) -> Any:
    return client.post(reverse("conflicts"), {"enterprise": enterprise, "reason": reason})


def test_by_code_or_name_and_it_stands_in_the_list(cast: Any, enterprise: Enterprise, signed_in: Any) -> None:
    client = signed_in(cast.lead)
    assert reverse("conflicts") in client.get(reverse("settings")).content.decode()
    assert declare(client, enterprise.uscc.lower()).status_code == 302
    other = make_enterprise(name="嘉兴另一家电器有限公司")
    assert declare(client, "嘉兴另一家电器有限公司").status_code == 302
    page = client.get(reverse("conflicts")).content.decode()
    assert enterprise.name in page
    assert other.uscc in page
    assert set(cast.lead.conflicts.values_list("enterprise", flat=True)) == {enterprise.pk, other.pk}
    assert AuditEvent.objects.filter(action="declare_conflict", actor=cast.lead).count() == 2


def test_it_blocks_the_assignment(story: Any, cast: Any, enterprise: Enterprise) -> None:
    told = story()
    list(told.tell(until="assign_inspectors"))
    declare_conflict(user=cast.second, enterprise=enterprise, reason=REASON, acting=acting(cast.second, told.clock.now))
    facts = AssignInspectors(lead_id=cast.lead.pk, second_id=cast.second.pk, notice="before")
    with pytest.raises(RuleError) as refusal:
        assign_inspectors(case_id=told.case.pk, facts=facts, acting=acting(cast.unit_head, told.clock.now))
    assert refusal.value.code == "conflict_of_interest"
    assert Case.objects.get(pk=told.case.pk).status == "approved"


def test_an_enterprise_out_of_reach_is_not_found(cast: Any, bodies: Any, signed_in: Any) -> None:
    far = make_enterprise(name="秀洲绝密电器有限公司", territorial_body=bodies["330411"])
    client = signed_in(cast.lead)
    for said in (far.uscc, far.name, "91330402NOTHING"):
        answer = declare(client, said)
        assert answer.status_code == 422
        assert "You see no enterprise with this code or name." in answer.content.decode()
    assert not ConflictOfInterest.objects.exists()


def test_a_name_that_two_bear_needs_the_code(cast: Any, signed_in: Any) -> None:
    for _ in range(2):
        make_enterprise(name="嘉兴同名电器有限公司")
    answer = declare(signed_in(cast.lead), "嘉兴同名电器有限公司")
    assert "give the credit code" in answer.content.decode()


def test_twice_is_refused_in_words(cast: Any, enterprise: Enterprise, signed_in: Any) -> None:
    client = signed_in(cast.lead)
    declare(client, enterprise.uscc)
    answer = declare(client, enterprise.uscc)
    assert answer.status_code == 422
    assert "declared already" in answer.content.decode()


def test_an_administrator_sees_declares_and_lifts_it(
    cast: Any, enterprise: Enterprise, admin: Any, signed_in: Any
) -> None:
    client = signed_in(admin)
    url = reverse("person_conflict", args=[cast.lead.pk])
    assert client.post(url, {"enterprise": enterprise.uscc, "reason": REASON}).status_code == 302
    conflict = ConflictOfInterest.objects.get()
    page = client.get(reverse("person", args=[cast.lead.pk])).content.decode()
    assert REASON in page
    assert reverse("conflict_lift", args=[conflict.pk]) in page
    assert client.post(reverse("conflict_lift", args=[conflict.pk])).status_code == 302
    conflict.refresh_from_db()
    assert conflict.lifted_on == timezone.localdate()
    assert AuditEvent.objects.get(action="lift_conflict").actor == admin


def test_neither_the_person_nor_a_stranger_lifts_it(
    cast: Any, enterprise: Enterprise, admin: Any, neighbour: Any, signed_in: Any
) -> None:
    conflicts = [
        declare_conflict(user=user, enterprise=enterprise, reason=REASON, acting=acting(user))
        for user in (cast.lead, admin)
    ]
    assert signed_in(cast.lead).post(reverse("conflict_lift", args=[conflicts[0].pk])).status_code == 403
    assert signed_in(neighbour).post(reverse("conflict_lift", args=[conflicts[0].pk])).status_code == 404
    own = signed_in(admin)
    assert (
        reverse("conflict_lift", args=[conflicts[1].pk])
        not in own.get(reverse("person", args=[admin.pk])).content.decode()
    )
    own.post(reverse("conflict_lift", args=[conflicts[1].pk]))
    assert not ConflictOfInterest.objects.filter(lifted_on__isnull=False).exists()


def test_the_list_asks_as_much_for_many_as_for_one(cast: Any, enterprise: Enterprise, signed_in: Any) -> None:
    client = signed_in(cast.lead)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("conflicts")).status_code == 200
        return len(queries)

    declare_conflict(user=cast.lead, enterprise=enterprise, reason=REASON, acting=acting(cast.lead))
    asked()
    one = asked()
    for _ in range(8):
        declare_conflict(user=cast.lead, enterprise=make_enterprise(), reason=REASON, acting=acting(cast.lead))
    assert asked() == one
