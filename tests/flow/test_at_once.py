"""Two people at the same step at the same moment: one wins, the other is told by whom."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cases.acting import Acting
from cases.models import AuditEvent, Opinion
from cases.services.audit import broken_chains
from cases.services.decide_grassroots import GrassrootsOpinion
from tests.factories import make_user
from workflow.engine import TaskGone
from workflow.models import WorkItem
from workflow.services.run_step import run_step

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_deciders_wins_and_the_other_learns_who(story, bodies):
    told = story()
    list(told.tell(until="decide_grassroots"))
    rival = make_user("钱副局长", "grassroots_lead", bodies["330402"])
    item = WorkItem.objects.get(case=told.case)
    start = Barrier(2)

    def decide(user):
        try:
            start.wait()
            run_step(
                task_pk=item.task_id,
                facts=GrassrootsOpinion("agree", "credit"),
                acting=Acting(user, told.clock.now),
            )
        except TaskGone as gone:
            return gone.by
        finally:
            connection.close()
        return "won"

    people = [told.cast.grassroots_lead, rival]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(decide, people))
    assert results.count("won") == 1
    winner = people[results.index("won")]
    assert winner in results
    assert Opinion.objects.filter(step="decide_grassroots").count() == 1
    assert AuditEvent.objects.filter(action="decide_grassroots").count() == 1
    assert not list(broken_chains())
