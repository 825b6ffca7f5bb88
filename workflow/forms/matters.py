"""Forms of matters outside any case: checks of bodies, risk warnings, technical assistance."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.forms.unit_rows import day_field
from cases.models import Body, BodyCheck, BodyCheckLine, BodyInstrument, RiskEvent, RiskWarning
from cases.packs.risk_matrix import risk_matrix
from cases.rules.body_check import CheckAnswer
from cases.services.body_checks import CheckFacts
from workflow.forms.base import MultipleFileField, radio

NONE: Final = pgettext_lazy("what follows from a check", "Nothing follows")
ANSWERS: Final = [("yes", _("Carried out")), ("no", _("Not carried out"))]
_GIVEN: Final = {"yes": True, "no": False, "": None}
_TONES: Final = {"yes": ("ok", "check"), "no": ("bad", "x")}


def _long(label: Any, help_text: Any = "", required: bool = True, rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=4000, widget=widget)


def _moment(label: Any, required: bool = False) -> forms.DateTimeField:
    picker = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, required=required, widget=picker)


class BodyField(forms.ModelChoiceField):
    """A body, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class BodiesField(forms.ModelMultipleChoiceField):
    """Several bodies, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class MatterFilterForm(forms.Form):
    """Every value of the address may be anything; what makes no sense narrows nothing."""

    q = forms.CharField(required=False, max_length=100)
    state = forms.ChoiceField(required=False, label=_("State"))

    def __init__(self, *args: Any, states: Any, words: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = words
        self.fields["state"].choices = [("", _("All states")), *states]  # type: ignore[attr-defined]
        self.fields["state"].widget.attrs |= {"class": "input input-short", "aria-label": _("State")}

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {"state": self.cleaned_data.get("state", ""), "text": self.cleaned_data.get("q", "").strip()}


class PlanCheckForm(forms.Form):
    """Which body, by whom, when."""

    body = BodyField(queryset=Body.objects.none(), to_field_name="code", label=_("Overseeing body"), empty_label=None)
    overseen = BodyField(
        queryset=Body.objects.none(), to_field_name="code", label=_("Overseen body"), empty_label=_("Choose a body")
    )
    planned_on = day_field(_("Day of the check"))
    purpose = forms.CharField(label=_("What it is about"), required=False, max_length=300)

    def __init__(self, *args: Any, bodies: QuerySet[Body], below: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["overseen"].queryset = below  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """One task with the bound fields that answer it."""

    line: BodyCheckLine
    answer: forms.BoundField
    remark: forms.BoundField

    @property
    def bad(self) -> bool:
        return self.answer.value() == "no" or bool(self.answer.errors or self.remark.errors)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The two answers with their colours."""
        return [
            {
                "value": sub.data["value"],
                "label": sub.choice_label,
                "id": sub.id_for_label,
                "checked": sub.data["selected"],
                "tone": _TONES[sub.data["value"]][0],
                "icon": _TONES[sub.data["value"]][1],
            }
            for sub in self.answer.subwidgets
        ]


class FillCheckForm(forms.Form):
    """The oversight list as it is filled in; what is missing the service asks for on submission."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    checked_on = day_field(_("Day of the check"), required=False)
    summary = _long(_("Overall result"), required=False, rows=3)

    def __init__(self, data: Any = None, *, check: BodyCheck) -> None:
        self.lines = list(check.lines.all())
        super().__init__(data, initial=self.stored(check))
        for line in self.lines:
            self.fields[f"answer-{line.position}"] = forms.ChoiceField(
                label=line.text, choices=ANSWERS, required=False, widget=forms.RadioSelect
            )
            self.fields[f"remark-{line.position}"] = forms.CharField(
                label=_("What stands out, or what is wanting"),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    def stored(self, check: BodyCheck) -> dict[str, Any]:
        """What has been saved so far, as initial values."""
        initial: dict[str, Any] = {
            "version": check.version,
            "checked_on": check.checked_on or check.planned_on,
            "summary": check.summary,
        }
        for line in self.lines:
            initial[f"answer-{line.position}"] = {True: "yes", False: "no", None: ""}[line.done]
            initial[f"remark-{line.position}"] = line.remark
        return initial

    def facts(self) -> CheckFacts:
        data = self.cleaned_data
        answers = (
            CheckAnswer(each.position, _GIVEN[data[f"answer-{each.position}"]], data[f"remark-{each.position}"])
            for each in self.lines
        )
        return CheckFacts(data["version"], data["checked_on"], tuple(answers), data["summary"])

    def sections(self) -> list[tuple[str, str, list[CheckQuestion]]]:
        """Number and key work of each section with its tasks."""
        sections: list[tuple[str, str, list[CheckQuestion]]] = []
        for line in self.lines:
            if not sections or sections[-1][0] != line.section:
                sections.append((line.section, line.key_work, []))
            at = line.position
            sections[-1][2].append(CheckQuestion(line, self[f"answer-{at}"], self[f"remark-{at}"]))
        return sections

    def answered(self) -> int:
        return sum(bool(self[f"answer-{line.position}"].value()) for line in self.lines)


class InstrumentForm(forms.Form):
    """What the head decides after a check; what one instrument alone needs is asked for with it."""

    SHOWN: ClassVar = {
        "demands": "reminder|rectification|interview|circular|listed",
        "days": "reminder|rectification|interview|circular|listed",
        "meeting_at": "interview",
        "meeting_place": "interview",
        "summoned": "interview",
        "also_to": "circular",
        "answerable": "listed",
    }

    kind = radio(pgettext_lazy("after a check", "What follows"), [("none", NONE), *BodyInstrument.Kind.choices])
    reason = _long(_("Reason"), rows=3)
    demands = _long(_("What the body is to do"), _("Each line is a numbered demand."), required=False)
    days = forms.IntegerField(
        label=_("Period for the answer"),
        help_text=_("Working days for a reminder letter, else calendar days; left out, the usual period applies."),
        required=False,
        min_value=1,
        max_value=365,
    )
    meeting_at = _moment(_("Time of the interview"))
    meeting_place = forms.CharField(label=_("Place of the interview"), required=False, max_length=200)
    summoned = forms.CharField(label=_("Who is to come"), required=False, max_length=200)
    answerable = forms.CharField(label=_("Who answers for it"), required=False, max_length=100)
    also_to = BodiesField(
        queryset=Body.objects.none(),
        to_field_name="code",
        label=_("Other bodies the circular goes to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, others: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["also_to"].queryset = others  # type: ignore[attr-defined]
        for name, kind in self.SHOWN.items():
            self.fields[name].shown_when = f"kind={kind}"  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = _long(_("Reason"), rows=3)


class BodyInterviewForm(forms.Form):
    """How an interview with a body went."""

    held_at = _moment(_("Held at"), required=True)
    place = forms.CharField(label=_("Place of the interview"), max_length=200)
    chair = forms.CharField(label=_("Chaired by"), max_length=100)
    attended = _long(_("Who attended"), _("A body a line, with its people."))
    excused = forms.CharField(label=_("Excused"), required=False, max_length=300)
    sat_in = forms.CharField(label=_("Sat in"), required=False, max_length=300)
    account = _long(_("What was said"), rows=6)
    agreed = _long(_("What was agreed"), _("Each line is a numbered point."))


class ScoreForm(forms.Form):
    """What the head adds to the computed points."""

    adjustment = forms.IntegerField(
        label=_("Points added or taken"),
        help_text=_("For what the list does not show; less than 0 takes points, 0 leaves the computed ones."),
        initial=0,
        min_value=-100,
        max_value=100,
    )
    reason = _long(_("Reason"), _("Needed where points are added or taken."), required=False, rows=3)


class AnswerCheckForm(forms.Form):
    """What the overseen body answers."""

    reply = _long(_("What has been done"), rows=6)
    papers = MultipleFileField(label=_("Files"))


class VerdictForm(forms.Form):
    verdict = radio(_("Result"), [("met", _("Put right")), ("not_met", _("Not put right"))])
    reason = _long(_("Reason"), rows=3)


class WarningForm(forms.Form):
    """The study of a risk, and what the government is asked."""

    region = BodyField(queryset=Body.objects.none(), to_field_name="code", label=_("Area"), empty_label=None)
    product = forms.CharField(label=_("Product"), max_length=100)
    signal = forms.ChoiceField(label=_("Signal"), choices=[("", _("Choose")), *RiskWarning.Signal.choices])
    probability = forms.TypedChoiceField(label=_("Probability of harm over the life of the product"), coerce=int)
    severity = forms.TypedChoiceField(label=_("Severity of the harm"), coerce=int)
    facts = _long(_("What was found"), rows=6)
    measures = _long(_("Measures suggested"), _("Each line is a numbered measure."))
    government = forms.CharField(label=_("Local government addressed"), max_length=120)

    def __init__(self, *args: Any, regions: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]
        chinese, matrix = (get_language() or "").startswith("zh"), risk_matrix()
        likely = [row for row, _levels in matrix.rows]
        for name, words in (("probability", likely), ("severity", matrix.severities)):
            labels = [(at, word.zh if chinese else word.en) for at, word in enumerate(words, start=1)]
            self.fields[name].choices = [("", _("Choose")), *labels]  # type: ignore[attr-defined]


class FeedbackForm(forms.Form):
    received_on = day_field(_("Received on"))
    feedback = _long(_("What the government has answered"), rows=5)


class EventField(forms.ModelChoiceField):
    """A verified risk, by its title and day."""

    def label_from_instance(self, obj: RiskEvent) -> str:
        return f"{obj.title}（{obj.occurred_on}）"


class AskAssistanceForm(forms.Form):
    """What a unit asks for."""

    event = EventField(queryset=RiskEvent.objects.none(), label=_("Risk found"), empty_label=_("Choose the risk"))
    asked_on = day_field(_("Asked for on"))
    asked_by = forms.CharField(label=_("Who asks for the unit"), max_length=60)
    wish = _long(_("What the unit asks for"))

    def __init__(self, *args: Any, events: QuerySet[RiskEvent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = events  # type: ignore[attr-defined]


class DecideAssistanceForm(forms.Form):
    outcome = radio(_("Decision"), [("accept", _("Accept")), ("decline", _("Decline"))])
    reason = _long(_("Reason"), rows=3)


class AssistanceVisitForm(forms.Form):
    """The visit and what is advised: a measure a line, with the problem it answers before a bar."""

    visited_on = day_field(_("Visited on"))
    team = forms.CharField(label=_("Experts and officers"), max_length=300)
    account = _long(_("What was seen"))
    measures = _long(_("Measures"), _("One a line: the problem, a bar “|”, the measure."), rows=6)

    def clean_measures(self) -> list[tuple[str, str]]:
        rows = []
        for line in filter(str.strip, self.cleaned_data["measures"].splitlines()):
            problem, bar, measure = line.replace("｜", "|").partition("|")
            if not bar or not problem.strip() or not measure.strip():
                raise forms.ValidationError(
                    _("“%(line)s” does not name a problem and a measure."), params={"line": line}
                )
            rows.append((problem.strip(), measure.strip()))
        return rows


class FollowUpForm(forms.Form):
    followed_on = day_field(_("Followed up on"))
    follow_up = _long(_("What has become of the measures"))


class SatisfactionForm(forms.Form):
    satisfaction = forms.TypedChoiceField(
        label=_("Satisfaction of the unit"),
        coerce=int,
        choices=[
            (5, _("5, very satisfied")),
            (4, _("4, satisfied")),
            (3, _("3, neither")),
            (2, _("2, not satisfied")),
            (1, _("1, not satisfied at all")),
        ],
    )
    words = _long(_("What the unit says"), required=False, rows=3)
