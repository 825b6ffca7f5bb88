"""A view of the cases that a head of unit shares with the county's people, and who is told of it by mail."""

from datetime import datetime, timedelta
from typing import Final

from cases.acting import Acting
from cases.models import Body, User
from cases.services.saved_views import save_view, subscribe
from workflow.forms.list_kinds import CASES

NAME: Final = "C级企业在办案件"
QUERY: Final = "status=open&class=C&sort=due"


def share_a_view(*, county: Body, head: User, officer: User, end: datetime) -> None:
    """`head` keeps and shares it and is told of it every working day, `officer` every week."""
    week_ago = end - timedelta(days=7) + timedelta(hours=10)
    view = save_view(kind=CASES, name=NAME, query=QUERY, body=county, acting=Acting(head, week_ago))
    subscribe(view_id=view.pk, rhythm="daily", acting=Acting(head, week_ago))
    subscribe(view_id=view.pk, rhythm="weekly", acting=Acting(officer, week_ago + timedelta(hours=1)))
