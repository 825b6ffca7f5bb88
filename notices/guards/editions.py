"""Who may publish a body's lists."""

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds
from cases.models import Body


def may_publish(body: Body, acting: Acting) -> list[Condition]:
    return [holds(acting, "publish_list", body)]
