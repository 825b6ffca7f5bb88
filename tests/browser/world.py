"""Cases of the county at several steps, brought there through the services before today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from cases.acting import Acting
from cases.models import Body, Case, Enterprise
from tests.factories import make_enterprise
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story
from workflow.models import WorkItem
from workflow.services.send_link import make_enterprise_link

CLASS_C: Mapping[str, Sequence[str]] = {"inspect": ["3,6,12,14"]}


@dataclass(frozen=True, slots=True)
class World:
    """Makes cases of enterprises of one town."""

    cast: Cast
    town: Body

    def enterprise(self, name: str) -> Enterprise:
        return make_enterprise(name=name, territorial_body=self.town, legal_representative="沈国良")

    def case(self, name: str, until: str = "", begun: int = 80) -> Case:
        """A case opened so many days ago, told as far as this step, or to its end."""
        now = timezone.now()
        clock = StoryClock(timezone.localdate() - timedelta(days=begun), now)
        story = Story(enterprise=self.enterprise(name), cast=self.cast, clock=clock, outcomes=CLASS_C)
        for _told in story.tell(until=until):
            pass
        assert story.case is not None
        assert not clock.over, f"the story of {name} reaches beyond today"
        return story.case

    def task(self, case: Case) -> int:
        return int(WorkItem.objects.get(case=case).pk)

    def link(self, case: Case) -> str:
        """The address of the enterprise's own page for its order, without the host."""
        acting = Acting(self.cast.lead, timezone.now())
        _link, address = make_enterprise_link(case_id=case.pk, by_mail=False, acting=acting)
        return "/r/" + address.partition("/r/")[2]
