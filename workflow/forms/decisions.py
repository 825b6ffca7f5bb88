"""Forms of the steps that decide: approve, sign, agree, forward, file, choose measures, escalate, close."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import EnforcementCertificate, Escalation, Procedure, User
from cases.packs.classifying import classifying_pack
from cases.packs.uses import MODES
from cases.selectors.cases import current_inspection, latest_proposal
from cases.selectors.people import colleagues_with
from cases.services.approve_inspection import ApproveInspection
from cases.services.approve_inspection import outcomes_for as approval_outcomes
from cases.services.assign_inspectors import AssignInspectors, notices_for
from cases.services.close_case import CloseCase, EscalateCase, WithdrawHonours
from cases.services.decide_basis import DecideBasis, wants_inspection
from cases.services.decide_grassroots import GrassrootsOpinion
from cases.services.decide_grassroots import outcomes_for as grassroots_outcomes
from cases.services.decide_measures import DecideMeasures, ListKey
from cases.services.file_classification import FileAtProvince, ForwardFiling
from cases.services.propose_class import Countersign, ProposeClass
from cases.services.refer_penalty import ReferPenalty
from notices.services.case_letters import IssueLetter
from workflow.forms.base import PersonField, StepForm, long_text, radio

MODE_NAMES = {
    "credit": _("Credit supervision (信用监管)"),
    "responsibility": _("Responsibility supervision (责任监管)"),
    "routine": _("Routine supervision (常态监管)"),
    "tightened": _("Tightened supervision (加严监管)"),
}
REASON_HELP = _("At least 10 characters where it is needed.")


def reason(label: Any = None, **kwargs: Any) -> forms.CharField:
    return long_text(label or _("Reason"), help_text=REASON_HELP, **kwargs)


def offer(form: StepForm, name: str, values: tuple[str, ...]) -> None:
    """Leave only these choices, in the order of the form."""
    field = form.fields[name]
    field.choices = [pair for pair in field.choices if pair[0] in values]  # type: ignore[attr-defined]


class DecideBasisForm(StepForm):
    outcome = radio(
        _("What the demotion is decided on"),
        [
            ("on_record", _("On record: propose the class the events leave")),
            ("inspect", _("On an inspection, which may find worse still")),
        ],
    )
    reason = reason(_("Reason"))
    tones = {"outcome": "on_record=ok inspect=neutral"}
    effect = _(
        "On record you propose the class with your name and today’s date, and somebody else must agree to it; "
        "an inspection is approved with it and goes to be assigned."
    )

    def prepare(self) -> None:
        proposal = latest_proposal(self.case)
        if proposal is not None and wants_inspection(proposal):
            self.fields["reason"].help_text = _(
                "Art. 21(2) and (5) leave how far down to an inspection; deciding on record needs a reason too."
            )

    def facts(self) -> DecideBasis:
        return DecideBasis(**self.cleaned_data)


class ApproveInspectionForm(StepForm):
    outcome = radio(
        _("Decision"),
        [
            ("approve", _("Approve")),
            ("merge", _("Merge with another visit (综合查一次)")),
            ("refuse", _("Refuse")),
        ],
    )
    reason = reason(_("Reason (needed to merge or refuse)"))
    tones = {"outcome": "approve=ok merge=neutral refuse=bad"}
    effect = _("The inspection is approved and may be assigned; merging or refusing ends the case.")

    def prepare(self) -> None:
        offer(self, "outcome", approval_outcomes(self.case))
        if self.case.procedure == Procedure.REVIEW:
            self.effect = _("The visit is approved and may be assigned; refusing leaves it at the papers.")  # type: ignore[misc]
            self.fields["reason"].label = _("Reason (needed to refuse)")

    def facts(self) -> ApproveInspection:
        return ApproveInspection(**self.cleaned_data)


class AssignInspectorsForm(StepForm):
    lead = PersonField(label=_("Lead inspector"), queryset=User.objects.none())
    second = PersonField(label=_("Second inspector"), queryset=User.objects.none())
    notice = radio(
        _("Notice to the enterprise"),
        [
            ("before", _("In writing before the visit")),
            ("on_arrival", _("Handed over on arrival (surprise visit)")),
            ("papers", _("None: papers are checked first, nobody is visited")),
        ],
    )
    heading = _("Who inspects")

    def prepare(self) -> None:
        certified = EnforcementCertificate.objects.valid(self.acting.today).values("user_id")
        people = colleagues_with("inspect_enterprise", self.case.territorial_body).filter(pk__in=certified)
        for name in ("lead", "second"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
            self.fields[name].help_text = _("Only people with a post here and a certificate valid today are offered.")
        notices = notices_for(self.case)
        offer(self, "notice", notices)
        if len(notices) == 1:
            self.fields["notice"].initial = notices[0]

    def take(self, error: Any, message: str) -> None:
        field = {"lead_id": "lead", "second_id": "second"}.get(error.details.get("field", ""))
        self.add_error(field, message)

    def facts(self) -> AssignInspectors:
        data = self.cleaned_data
        return AssignInspectors(data["lead"].pk, data["second"].pk, data["notice"])


class ReferPenaltyForm(StepForm):
    facts_found = long_text(_("Facts found"), required=True, rows=5)
    legal_basis = forms.CharField(label=_("Provision that seems broken"), max_length=200)
    recipient = forms.CharField(label=_("Handed over to"), max_length=120)
    heading = _("What is handed over")
    submit_label = _("Hand over")

    def prepare(self) -> None:
        inspection = current_inspection(self.case)
        if inspection is None:
            return
        refused = not inspection.cooperated
        self.fields["facts_found"].initial = inspection.refusal_reason or inspection.suspected_violation
        article = "第五十六条" if refused else "第五十条"
        self.fields["legal_basis"].initial = f"《中华人民共和国产品质量法》{article}"
        self.fields["recipient"].initial = f"{self.case.body.name}综合行政执法队"

    def take(self, error: Any, message: str) -> None:
        field = error.details.get("field")
        self.add_error("facts_found" if field == "facts" else field if field in self.fields else None, message)

    def facts(self) -> ReferPenalty:
        data = self.cleaned_data
        return ReferPenalty(data["facts_found"], data["legal_basis"], data["recipient"])


class ProposeClassForm(StepForm):
    quality_class = radio(_("Class proposed"), [])
    reason = reason(_("Reason (needed where it is below the computed class)"))
    effect = _("Your opinion is signed with your name and today’s date and goes to the second inspector.")

    def prepare(self) -> None:
        proposal = latest_proposal(self.case)
        order = classifying_pack(self.case.pack).adjustment.order
        computed = proposal.computed_class if proposal else order[-1]
        self.fields["quality_class"].choices = [  # type: ignore[attr-defined]
            (each, each) for each in order[order.index(computed) :]
        ]
        self.fields["quality_class"].help_text = _(
            "Computed from the form: %(computed)s. Only a lower class can be proposed instead, with a reason."
        ) % {"computed": computed}

    def facts(self) -> ProposeClass:
        return ProposeClass(**self.cleaned_data)


class CountersignForm(StepForm):
    outcome = radio(_("Decision"), [("sign", _("Sign")), ("reject", _("Give back to the lead inspector"))])
    reason = reason(_("Reason (needed to give back)"))
    tones = {"outcome": "sign=ok reject=bad"}
    effect = _("Your signature goes under the inspectors’ opinion with today’s date.")

    def facts(self) -> Countersign:
        return Countersign(**self.cleaned_data)


class GrassrootsForm(StepForm):
    outcome = radio(
        _("Opinion"),
        [
            ("agree", _("Agree with the class proposed")),
            ("return_to_inspection", _("Return: inspect again")),
            ("return_to_desk", _("Return: check the papers again")),
            ("return_to_opinion", _("Return: give the opinion anew")),
            ("return_to_basis", _("Return: decide the basis anew")),
            ("reject", _("Reject the demotion: the class stays")),
        ],
    )
    mode = radio(_("Mode of supervision proposed"), [(mode, MODE_NAMES[mode]) for mode in MODES])
    reason = reason(_("Reason (needed to return, or for another mode)"))
    tones = {
        "outcome": "agree=ok return_to_inspection=bad return_to_desk=bad return_to_opinion=bad return_to_basis=bad "
        "reject=bad"
    }
    show_when = {"mode": "outcome=agree"}
    effect = _("The opinion of your body goes up for filing; returning gives the case back with your reason.")

    def prepare(self) -> None:
        offer(self, "outcome", grassroots_outcomes(self.case))
        proposal = latest_proposal(self.case)
        if proposal:
            agree, *others = self.fields["outcome"].choices  # type: ignore[attr-defined]
            label = _("Agree: class %(quality_class)s") % {"quality_class": proposal.proposed_class}
            self.fields["outcome"].choices = [(agree[0], label), *others]  # type: ignore[attr-defined]
            self.fields["mode"].help_text = _("By class and product risk: %(mode)s.") % {
                "mode": MODE_NAMES[proposal.computed_mode]
            }

    def facts(self) -> GrassrootsOpinion:
        return GrassrootsOpinion(**self.cleaned_data)


class ForwardForm(StepForm):
    outcome = radio(_("Decision"), [("forward", _("Forward to the province")), ("return", _("Return to the county"))])
    reason = reason(_("Reason (needed to return)"))
    tones = {"outcome": "forward=ok return=bad"}

    def facts(self) -> ForwardFiling:
        return ForwardFiling(**self.cleaned_data)


class FileForm(StepForm):
    outcome = radio(
        _("Opinion of the province"),
        [
            ("noted", _("Note the filing")),
            ("returned", _("Return: something is missing")),
            ("objected", _("Object: reconsider class or mode")),
        ],
    )
    reason = reason(_("Opinion (a reason is needed to return or object)"))
    tones = {"outcome": "noted=ok returned=neutral objected=bad"}
    effect = _("The filing gets its number, and class and mode take effect today.")

    def facts(self) -> FileAtProvince:
        return FileAtProvince(**self.cleaned_data)


class ListKeyForm(StepForm):
    reason = reason(required=True)

    def prepare(self) -> None:
        self.fields["reason"].initial = "企业分类评定为C类，按规定列为本辖区重点监管企业。"

    def facts(self) -> ListKey:
        return ListKey(**self.cleaned_data)


class MeasuresForm(StepForm):
    outcome = radio(
        _("Does the enterprise effectively perform its quality duty?"),
        [
            ("measures", _("No: interview and order to rectify")),
            ("none", _("Yes: tightened checks suffice")),
        ],
    )
    reason = reason(required=True)
    effect = _("Without measures the case is closed; with measures the interview is prepared.")

    def facts(self) -> DecideMeasures:
        return DecideMeasures(**self.cleaned_data)


class IssueLetterForm(StepForm):
    outcome = radio(_("Decision"), [("issue", _("Issue the letter")), ("return", _("Return to the drafter"))])
    reason = reason(_("Reason (needed to return)"))
    tones = {"outcome": "issue=ok return=bad"}
    effect = _("The letter gets its number and can never be changed after.")

    def facts(self) -> IssueLetter:
        return IssueLetter(**self.cleaned_data)


class WithdrawHonoursForm(StepForm):
    reason = reason(required=True)

    def prepare(self) -> None:
        self.honours = list(self.case.enterprise.honours.filter(withdrawal=""))
        questions = {
            f"honour_{honour.pk}": radio(
                f"{honour.name}（{honour.granted_by}）",
                [("withdrawn", _("Withdrawn by this body")), ("proposed", _("Withdrawal proposed to the grantor"))],
            )
            for honour in self.honours
        }
        self.fields = {**questions, **self.fields}
        self.fields["reason"].initial = "企业分类评定为C类，依规定取消或者建议取消质量荣誉。"

    def facts(self) -> WithdrawHonours:
        decisions = {honour.pk: self.cleaned_data[f"honour_{honour.pk}"] for honour in self.honours}
        return WithdrawHonours(decisions, self.cleaned_data["reason"])


class EscalateForm(StepForm):
    kinds = forms.MultipleChoiceField(
        label=_("Ways to escalate"), choices=Escalation.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    reason = reason(required=True)
    effect = _("The case leaves this process and is escalated as chosen.")

    def facts(self) -> EscalateCase:
        return EscalateCase(tuple(self.cleaned_data["kinds"]), self.cleaned_data["reason"])


class CloseForm(StepForm):
    reason = reason(_("Closing opinion"), required=True)
    effect = _("The case is closed and archived; nothing in it can be changed after.")

    def facts(self) -> CloseCase:
        return CloseCase(**self.cleaned_data)
