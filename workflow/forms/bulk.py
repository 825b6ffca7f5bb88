"""Forms of acts on many pieces of work at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.models import BodyClosure, BodyUserPermission, User
from workflow.forms.base import PersonField, long_text
from workflow.models import WorkItem


def able_colleagues(items: Iterable[WorkItem]) -> QuerySet[User]:
    """Active people whose post allows at least one of these steps at its body; one query."""
    able = Q(pk__in=[])
    for permission, body in sorted({(item.permission, item.body_id) for item in items}):
        above = BodyClosure.objects.filter(descendant=body)
        held = BodyUserPermission.objects.filter(
            user=OuterRef("pk"), permission__codename=permission, content_object__in=above.values("ancestor")
        )
        able |= Q(Exists(held))
    return User.objects.filter(able, is_active=True).order_by("name", "pk")


class AssignManyForm(forms.Form):
    """Whom the tasks go to, and why."""

    to = PersonField(label=_("Give to"), queryset=User.objects.none())
    reason = long_text(
        _("Reason"), required=True, help_text=_("At least 10 characters; it stands in the log of each case.")
    )

    def __init__(self, data: Any, *, items: Sequence[WorkItem]) -> None:
        super().__init__(data)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = able_colleagues(items)
        field.help_text = ngettext(
            "Whether the post of this person allows the step is asked for %(number)s row.",
            "Whether the post of this person allows the step is asked row by row, for %(number)s rows.",
            len(items),
        ) % {"number": len(items)}
