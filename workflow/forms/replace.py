"""Who follows a colleague who leaves for good."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import User
from workflow.forms.base import PersonField, long_text


class SuccessorForm(forms.Form):
    """The successor, chosen first: what they may take over is shown before anything is done."""

    to = PersonField(label=_("Successor"), queryset=User.objects.none())

    def __init__(self, *args: Any, successors: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = successors  # type: ignore[attr-defined]


class ReplaceForm(SuccessorForm):
    """The successor, and why."""

    reason = long_text(
        _("Reason"),
        required=True,
        min_length=10,
        help_text=_("At least 10 characters; it stands in the log of each case."),
    )
