"""The form of the desk check: the items answered from papers, and whether they suffice."""

from dataclasses import fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.services.desk_check import DeskFacts, check_desk
from workflow.forms.base import day, long_text, radio
from workflow.forms.inspection import InspectionForm


class DeskForm(InspectionForm):
    """What concerns a visit is not asked; where the papers do not suffice, the answers are kept for the visit."""

    cooperated = None  # type: ignore[assignment]
    refusal_reason = None  # type: ignore[assignment]
    refusal_witness = None  # type: ignore[assignment]
    refusal_files = None  # type: ignore[assignment]
    outcome = radio(
        _("Do the papers suffice?"),
        [("enough", _("Yes: classify from the papers")), ("onsite", _("No: an inspection on site is needed"))],
    )
    reason = long_text(_("Why the papers do not suffice"), required=True)
    planned_on = day(_("Day planned for the visit"))
    signed_on_site = False
    beside = ("outcome", "reason", "planned_on")
    tones = {"outcome": "enough=ok onsite=neutral"}
    show_when = {"reason": "outcome=onsite", "planned_on": "outcome=onsite"}
    effect = _(
        "Where the papers suffice, the form is submitted and can no longer be changed, and class and mode are computed "
        "from it at once; else the visit goes to be approved."
    )

    def prepare(self) -> None:
        super().prepare()
        self.fields["visited_on"].label = _("Day of the desk check")
        self.fields["note"].label = _("Papers seen, and remarks")

    def check_facts(self) -> None:
        check_desk(case=self.case, facts=self.facts(), acting=self.acting)

    def facts(self) -> DeskFacts:
        found = super().facts()
        given: dict[str, Any] = {field.name: getattr(found, field.name) for field in fields(found)}
        data = self.cleaned_data
        return DeskFacts(
            **given,
            outcome=data.get("outcome", ""),
            reason=data["reason"],
            planned_on=data["planned_on"],
        )
