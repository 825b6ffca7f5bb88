"""The lists of this floor as saved views, exports and acts on many rows know them: deadlines and enterprises."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.acting import Acting
from cases.forms.deadlines import BoardFilter, Chosen
from cases.forms.enterprise import EnterpriseFilterForm
from cases.models.deadline import Deadline
from cases.models.enterprise import Enterprise
from cases.models.people import User
from cases.rules.rectification_rates import OrderFacts
from cases.selectors.cockpit import BY_ORDERS, months_until, orders_shown
from cases.selectors.deadline_past import listed_overdue_on
from cases.selectors.deadlines import in_area, listed, narrowed, visible_deadlines
from cases.selectors.enterprises import areas_to_choose, filtered, visible_enterprises
from cases.selectors.list_kinds import Column, ListKind, register_list
from cases.selectors.notifications import rule_title
from cases.selectors.overseen import Overseen, overseen, served_orders
from cases.selectors.written import written
from cases.services.export_deadlines import deadline_sheet
from cases.services.export_enterprises import enterprise_sheet


@dataclass(frozen=True, slots=True)
class AskedDeadlines:
    """What the address of the board asks for, and the deadlines of its area."""

    user: User
    today: date
    chosen: Chosen
    seen: Overseen
    local: QuerySet[Deadline]

    @classmethod
    def of(cls, user: User, today: date, query: QueryDict) -> Self:
        chosen = BoardFilter(query).chosen(today)
        seen = overseen(user, chosen.area)
        return cls(user, today, chosen, seen, in_area(visible_deadlines(user, "view_oversight"), seen.narrowing))

    @property
    def last(self) -> date | None:
        """The last day of the month gone by that is asked for."""
        month = self.chosen.month
        return month.replace(day=monthrange(month.year, month.month)[1]) if month else None

    def shown(self, orders: Iterable[OrderFacts] | None = None) -> QuerySet[Deadline]:
        """The deadlines of the list; of a month gone by, what was overdue when it ended.

        `orders`, the served orders of the area, are read where a tile lacks them.
        """
        if self.last is not None:
            return listed_overdue_on(self.local, self.last)
        keys = None
        if self.chosen.due in BY_ORDERS:
            if orders is None:
                orders = served_orders(self.user, self.seen, months_until(self.today)[0].first)
            keys = orders_shown(orders, self.today)
        return listed(narrowed(self.local, today=self.today, due=self.chosen.due, day=self.chosen.day, orders=keys))


def _deadlines(acting: Acting, query: QueryDict) -> QuerySet[Deadline]:
    return AskedDeadlines.of(acting.person, acting.today, query).shown()


def _deadline_line(deadline: Deadline) -> str:
    about = deadline.about.name if deadline.about else deadline.accountable_body.name
    return f"{written(deadline.due_on)} · {about} · {rule_title(deadline.rule)}"


def _enterprises(acting: Acting, query: QueryDict) -> QuerySet[Enterprise]:
    areas = areas_to_choose(acting.person, query.get("area", "")[:12])
    wanted = EnterpriseFilterForm(query, areas=areas).wanted(acting.today)
    return filtered(visible_enterprises(acting.person), wanted).select_related("territorial_body", "tier_body")


DEADLINES = register_list(
    ListKind(
        code="oversight",
        title=_("Deadlines"),
        url_name="oversight",
        parameters=frozenset({"due", "day", "area", "month", "cols"}),
        columns=(
            Column("due", _("Deadline"), fixed=True),
            Column("unit", _("Enterprise / case"), fixed=True),
            Column("class", _("Class")),
            Column("region", _("Region")),
            Column("step", _("Step"), fixed=True),
            Column("accountable", _("Accountable")),
            Column("reminders", _("Reminders")),
            Column("basis", _("Basis"), usual=False),
            Column("start", _("Start"), usual=False),
        ),
        rows=_deadlines,
        sheet=deadline_sheet,
        line=_deadline_line,
        permissions=("view_oversight",),
    )
)
ENTERPRISES = register_list(
    ListKind(
        code="enterprises",
        title=_("Enterprises"),
        url_name="enterprise_list",
        parameters=frozenset(
            {"q", "area", "tier", "quality", "kind", "status", "key", "papers", "review", "sort", "cols"}
        ),
        columns=(
            Column("unit", _("Enterprise"), fixed=True),
            Column("class", _("Class")),
            Column("tier", _("Tier")),
            Column("kinds", _("Kinds")),
            Column("body", _("Territorial body")),
            Column("accountable", _("Accountable body")),
            Column("status", _("Status")),
            Column("papers", _("Certificates")),
            Column("product", _("Product category"), usual=False),
            Column("size", pgettext_lazy("of an enterprise", "Size"), usual=False),
        ),
        rows=_enterprises,
        sheet=enterprise_sheet,
        line=lambda unit: f"{unit.name} · {unit.uscc}",
        permissions=("view_enterprise",),
    )
)
