"""Forms of the interview, the order, the report and the return visit."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.acting import LEGAL_ZONE
from cases.models import Attachment, RectificationItem, User
from cases.packs.classifying import classifying_pack
from cases.packs.loader import load_deadline_rules
from cases.selectors.cases import current_inspection, latest_proposal, open_order
from cases.selectors.people import colleagues_with
from cases.selectors.settings import setting_for
from cases.services.interview import HoldInterview, SummonInterview
from cases.services.order_rectification import RULE, Demand, DraftOrder
from cases.services.report_rectification import ReportRectification
from cases.services.return_visit import Verdict, VisitFacts
from workflow.forms.base import MultipleFileField, PersonField, StepForm, day, long_text, radio

LEGAL_BASIS = "《工业企业产品质量分类监管试行办法》第十八条第（四）项"
EMPTY_DEMANDS = 2  # further empty lines offered for demands; saving the draft offers more
MOST_DEMANDS = 60


class SummonForm(StepForm):
    scheduled_on = day(_("Day of the interview"))
    scheduled_time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("Place"), max_length=200)
    subject = long_text(_("Subject"), required=True)
    summoned = forms.CharField(label=_("Who must come"), max_length=200)
    heading = _("The interview")
    submit_label = _("Draft the notice")

    def prepare(self) -> None:
        pending = self.case.interviews.filter(outcome="pending").order_by("-attempt").first()
        if pending:
            local = pending.scheduled_at.astimezone(LEGAL_ZONE)
            self.initial = {
                "scheduled_on": local.date(),
                "scheduled_time": local.time(),
                "place": pending.place,
                "subject": pending.subject,
                "summoned": pending.summoned,
                **self.initial,
            }
        else:
            self.initial = {
                "scheduled_time": "14:30",
                "place": f"{self.case.body.name}会议室",
                "subject": "产品质量主体责任落实不到位问题",
                "summoned": f"法定代表人{self.case.enterprise.legal_representative}、质量负责人",
                **self.initial,
            }

    def take(self, error: Any, message: str) -> None:
        field = error.details.get("field")
        self.add_error("scheduled_on" if field == "scheduled_at" else field if field in self.fields else None, message)

    def facts(self) -> SummonInterview:
        data = self.cleaned_data
        moment = datetime.combine(data["scheduled_on"], data["scheduled_time"], LEGAL_ZONE)
        return SummonInterview(moment, data["place"], data["subject"], data["summoned"])


class HoldForm(StepForm):
    outcome = radio(_("Did the enterprise come?"), [("held", _("Yes: the interview was held")), ("no_show", _("No"))])
    attended = forms.CharField(label=_("Who came"), max_length=200)
    second_officer = PersonField(label=_("Second officer present"), queryset=User.objects.none())
    statement = long_text(_("What was said and promised"), required=True, rows=5)
    reason = long_text(_("What is known of the absence"), required=True)
    uploads = MultipleFileField(label=_("Signed record (photo or PDF)"))
    heading = _("Record of the interview")
    submit_label = _("Keep the record")
    tones = {"outcome": "held=ok no_show=bad"}
    show_when = {
        "attended": "outcome=held",
        "second_officer": "outcome=held",
        "statement": "outcome=held",
        "uploads": "outcome=held",
        "reason": "outcome=no_show",
    }
    purpose = Attachment.Purpose.INTERVIEW

    def prepare(self) -> None:
        people = colleagues_with("inspect_enterprise", self.case.territorial_body).exclude(pk=self.acting.person.pk)
        self.fields["second_officer"].queryset = people  # type: ignore[attr-defined]

    def take(self, error: Any, message: str) -> None:
        field = {"second_officer_id": "second_officer"}.get(error.details.get("field", ""), error.details.get("field"))
        self.add_error(field if field in self.fields else None, message)

    def facts(self) -> HoldInterview:
        data = self.cleaned_data
        second = data["second_officer"]
        return HoldInterview(
            outcome=data["outcome"],
            attended=data["attended"],
            statement=data["statement"],
            second_officer_id=second.pk if second else None,
            reason=data["reason"],
        )


class OrderForm(StepForm):
    """The demands stand in numbered pairs of fields; empty pairs are passed over."""

    days = forms.IntegerField(label=_("Period in days, from service"), min_value=1, max_value=365)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)
    heading = _("The order")
    submit_label = _("Draft the order")

    def prepare(self) -> None:
        offered = self._offered()
        count = min(max(len(offered), self._typed()) + EMPTY_DEMANDS, MOST_DEMANDS)
        pairs: dict[str, forms.Field] = {}
        for n in range(1, count + 1):
            problem, demand = offered[n - 1] if n <= len(offered) else ("", "")
            stands = n <= len(offered)
            pairs[f"problem_{n}"] = long_text(_("Problem"), required=stands, rows=3, initial=problem)
            pairs[f"demand_{n}"] = long_text(_("What is demanded"), required=stands, rows=3, initial=demand)
        self.count = count
        self.fields = {**pairs, **self.fields}
        rule = load_deadline_rules()[RULE]
        self.fields["days"].initial = setting_for(self.case.body, f"deadline.{RULE}.amount", rule.amount)
        self.fields["legal_basis"].initial = LEGAL_BASIS

    def title_of(self, name: str) -> str:
        kind, _sep, number = name.partition("_")
        return str(_("Item %(n)s") % {"n": number}) if kind in ("problem", "demand") else ""

    def asks_for(self, name: str) -> bool:
        """An item whose two fields are emptied is dropped."""
        return not self.title_of(name) and super().asks_for(name)

    def _typed(self) -> int:
        """The number of the last item that was sent or kept in a draft."""
        given = {**self.initial, **(self.data.dict() if isinstance(self.data, QueryDict) else self.data)}
        names = [name for name, value in given.items() if value and name.startswith("problem_")]
        return max((int(name[8:]) for name in names if name[8:].isdigit()), default=0)

    def _offered(self) -> list[tuple[str, str]]:
        """The draft that stands, else what the last visit found open, else what the inspection found."""
        order = open_order(self.case)
        if order is not None:
            items = order.items.order_by("number")
            if order.issued_on is not None:
                items = items.filter(verdict=RectificationItem.Verdict.FAIL)
            return [(item.problem, item.demand) for item in items]
        inspection, proposal = current_inspection(self.case), latest_proposal(self.case)
        if inspection is None or proposal is None:
            return []
        texts = {item.number: item.text for item in classifying_pack(self.case.pack).items}
        failing = inspection.answers.filter(value="fail")
        return [
            (answer.evidence or texts.get(answer.item, ""), f"对照“{texts.get(answer.item, '')}”的要求完成整改。")
            for answer in sorted(failing, key=lambda a: int(a.item))
        ]

    def take(self, error: Any, message: str) -> None:
        field = {"demands": "problem_1"}.get(error.details.get("field", ""), error.details.get("field"))
        self.add_error(field if field in self.fields else None, message)

    def facts(self) -> DraftOrder:
        data = self.cleaned_data
        demands = tuple(
            Demand(data[f"problem_{n}"], data[f"demand_{n}"])
            for n in range(1, self.count + 1)
            if data[f"problem_{n}"].strip() or data[f"demand_{n}"].strip()
        )
        return DraftOrder(demands, data["days"], data["legal_basis"])


class ReportForm(StepForm):
    content = long_text(_("What the enterprise has put right"), required=True, rows=6)
    submitted_name = forms.CharField(label=_("Who reports for the enterprise"), max_length=100)
    uploads = MultipleFileField(label=_("Evidence (photos, PDF)"))
    heading = _("The report")
    submit_label = _("Enter the report")
    purpose = Attachment.Purpose.RECTIFICATION

    def facts(self) -> ReportRectification:
        return ReportRectification(self.cleaned_data["content"], self.cleaned_data["submitted_name"])


class VisitForm(StepForm):
    visited_on = day(_("Day of the visit"))
    second_inspector = PersonField(label=_("Second inspector"), queryset=User.objects.none())
    note = long_text(_("Remarks"))
    uploads = MultipleFileField(label=_("Evidence (photos, PDF)"))
    heading = _("What the visit found")
    purpose = Attachment.Purpose.RETURN_VISIT

    def prepare(self) -> None:
        order = open_order(self.case)
        self.items = list(order.items.order_by("number")) if order else []
        questions: dict[str, forms.Field] = {}
        for item in self.items:
            questions[f"verdict_{item.number}"] = radio(
                f"{item.number}. {item.problem}",
                [("pass", _("Put right")), ("fail", _("Not put right"))],
                help_text=_("Demanded: %(demand)s") % {"demand": item.demand},
            )
            questions[f"finding_{item.number}"] = long_text(_("What was found instead"), required=True, rows=2)
            self.tones = {**self.tones, f"verdict_{item.number}": "pass=ok fail=bad"}
            self.show_when = {**self.show_when, f"finding_{item.number}": f"verdict_{item.number}=fail"}
        self.fields = {"visited_on": self.fields["visited_on"], **questions, **self.fields}
        people = colleagues_with("return_visit", self.case.territorial_body).exclude(pk=self.acting.person.pk)
        self.fields["second_inspector"].queryset = people  # type: ignore[attr-defined]
        self.fields["visited_on"].initial = self.acting.today

    def take(self, error: Any, message: str) -> None:
        field = error.details.get("field", "")
        field = {"second_inspector_id": "second_inspector"}.get(field, field)
        self.add_error(field if field in self.fields else None, message)

    def facts(self) -> VisitFacts:
        data = self.cleaned_data
        verdicts = {
            item.number: Verdict(data[f"verdict_{item.number}"], data[f"finding_{item.number}"]) for item in self.items
        }
        return VisitFacts(data["visited_on"], data["second_inspector"].pk, verdicts, data["note"])
