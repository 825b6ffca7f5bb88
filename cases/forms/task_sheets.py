"""Forms of the supervision task lists: the list's filter, making lists, filling one in, tasks of a body."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.forms.unit_rows import CheckedFileField
from cases.models import Body, TaskLine, TaskSheet, User
from cases.models.listing import UnitKind
from cases.rules.task_list import PERIODS, LineAnswer, period_of
from cases.selectors.task_sheets import SheetFilter, task_sections
from cases.selectors.written import period_words
from cases.services.fill_task_sheet import SheetFacts

SELECTION_LABELS: Final = [
    ("all", _("All units of the area")),
    ("locked", _("Units with a responsible officer")),
    ("listed", _("Units on the key or special list")),
    ("tightened", _("Units under tightened supervision")),
]
ANSWERS: Final = [
    ("pass", pgettext_lazy("of a task", "Complies")),
    ("fail", pgettext_lazy("of a task", "Does not comply")),
    ("skip", pgettext_lazy("of a task", "Not checked")),
]
_GIVEN: Final = {"pass": (True, True), "fail": (True, False), "skip": (False, None), "": (None, None)}
_TONES: Final = {"pass": ("ok", "check"), "fail": ("bad", "x"), "skip": ("neutral", "")}


def periods_to_choose(today: date) -> list[tuple[str, str]]:
    """The current period of each kind, by code."""
    codes = [period_of(kind, today).code for kind in PERIODS]
    return [(code, period_words(code)) for code in codes]


class SheetFilterForm(forms.Form):
    """Every value of the address may be anything; what makes no sense narrows nothing."""

    q = forms.CharField(required=False, max_length=100)
    area = forms.ModelChoiceField(queryset=Body.objects.none(), required=False, to_field_name="code", label=_("Area"))
    state = forms.ChoiceField(
        choices=[("", _("All states")), *TaskSheet.State.choices], required=False, label=_("State")
    )
    list = forms.ChoiceField(
        choices=[("", _("Both lists")), *UnitKind.choices],
        required=False,
        label=pgettext_lazy("of a task list", "List"),
    )
    mine = forms.BooleanField(required=False, label=_("Only mine"))
    late = forms.BooleanField(required=False, label=_("Only late ones"))

    def __init__(self, *args: Any, areas: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        area.queryset = areas  # type: ignore[attr-defined]
        area.empty_label = _("Everywhere")  # type: ignore[attr-defined]
        area.label_from_instance = lambda body: body.short_name  # type: ignore[attr-defined]

    def wanted(self, user: User, today: date) -> SheetFilter:
        self.is_valid()
        data = self.cleaned_data
        return SheetFilter(
            area=data.get("area"),
            state=data.get("state", ""),
            list_code=data.get("list", ""),
            mine=user if data.get("mine") else None,
            late=today if data.get("late") else None,
            text=data.get("q", "").strip(),
        )


class GenerateForm(forms.Form):
    """For which units, which lists, which period."""

    area = forms.ModelChoiceField(queryset=Body.objects.none(), to_field_name="code", label=_("Area"), empty_label=None)
    lists = forms.MultipleChoiceField(
        choices=UnitKind.choices, widget=forms.CheckboxSelectMultiple, label=_("Lists"), initial=UnitKind.values
    )
    period = forms.ChoiceField(label=pgettext_lazy("of a task list", "Period"))
    selection = forms.ChoiceField(
        choices=SELECTION_LABELS, widget=forms.RadioSelect, label=_("Which units"), initial="all"
    )

    def __init__(self, *args: Any, areas: QuerySet[Body], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        area.queryset = areas  # type: ignore[attr-defined]
        area.label_from_instance = lambda body: body.name  # type: ignore[attr-defined]
        self.fields["period"].choices = periods_to_choose(today)  # type: ignore[attr-defined]
        self.initial.setdefault("period", period_of("half_year", today).code)


class UnitSheetForm(forms.Form):
    """One unit's list."""

    list_code = forms.ChoiceField(label=pgettext_lazy("of a task list", "List"))
    period = forms.ChoiceField(label=pgettext_lazy("of a task list", "Period"))

    def __init__(self, *args: Any, kinds: Iterable[str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, label) for code, label in UnitKind.choices if code in kinds]
        self.fields["list_code"].choices = offered  # type: ignore[attr-defined]
        self.fields["period"].choices = periods_to_choose(today)  # type: ignore[attr-defined]
        self.initial.setdefault("period", period_of("half_year", today).code)


@dataclass(frozen=True, slots=True)
class TaskQuestion:
    """One task with the bound fields that answer it."""

    line: TaskLine
    answer: forms.BoundField
    remark: forms.BoundField
    hazard: forms.BoundField

    @property
    def bad(self) -> bool:
        return self.answer.value() == "fail" or bool(self.answer.errors or self.remark.errors)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The three answers with their colours."""
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


class FillSheetForm(forms.Form):
    """The list as it is filled in: one answer a task, kept as two facts; nothing is required in a draft."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    checked_on = forms.DateField(
        label=_("Day of the check"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    second_officer = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Second officer"), empty_label=_("Choose a person")
    )
    note = forms.CharField(
        label=_("Remarks"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    paper = CheckedFileField(label=_("Photo or paper"), required=False)

    def __init__(self, *args: Any, sheet: TaskSheet, officers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(sheet.lines.all())
        second = self.fields["second_officer"]
        second.queryset = officers  # type: ignore[attr-defined]
        second.label_from_instance = lambda user: user.name  # type: ignore[attr-defined]
        for line in self.lines:
            at = line.position
            self.fields[f"answer-{at}"] = forms.ChoiceField(
                label=line.text, choices=ANSWERS, required=False, widget=forms.RadioSelect
            )
            self.fields[f"remark-{at}"] = forms.CharField(
                label=_("Remark"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 1})
            )
            self.fields[f"hazard-{at}"] = forms.BooleanField(
                label=_("Report it as a hidden danger (risk event)"), required=False
            )

    def full_clean(self) -> None:
        """A draft may leave anything open: what is marked as required the service asks for on submission."""
        relaxed = [field for field in self.fields.values() if field.required and not field.widget.is_hidden]
        for field in relaxed:
            field.required = False
        super().full_clean()
        for field in relaxed:
            field.required = True

    @staticmethod
    def stored(sheet: TaskSheet) -> dict[str, Any]:
        """What has been saved so far, as initial values."""
        initial: dict[str, Any] = {
            "version": sheet.version,
            "checked_on": sheet.checked_on,
            "second_officer": sheet.second_officer_id,
            "note": sheet.note,
        }
        for line in sheet.lines.all():
            initial[f"answer-{line.position}"] = answer_of(line)
            initial[f"remark-{line.position}"] = line.remark
            initial[f"hazard-{line.position}"] = line.hazard
        return initial

    def facts(self) -> SheetFacts:
        data = self.cleaned_data
        second = data.get("second_officer")
        answers = [
            LineAnswer(
                line.position,
                *_GIVEN[data.get(f"answer-{line.position}", "")],
                remark=data.get(f"remark-{line.position}", ""),
            )
            for line in self.lines
        ]
        hazards = {line.position for line in self.lines if data.get(f"hazard-{line.position}")}
        return SheetFacts(
            version=data["version"],
            checked_on=data.get("checked_on"),
            second_officer_id=second.pk if second else None,
            answers=tuple(answers),
            hazards=frozenset(hazards),
            note=data.get("note", ""),
        )

    def sections(self) -> list[tuple[str, str, list[TaskQuestion]]]:
        """Number and key work of each section with its tasks."""
        sections: list[tuple[str, str, list[TaskQuestion]]] = []
        for line in self.lines:
            if not sections or sections[-1][0] != line.section:
                sections.append((line.section, line.key_work, []))
            at = line.position
            question = TaskQuestion(line, self[f"answer-{at}"], self[f"remark-{at}"], self[f"hazard-{at}"])
            sections[-1][2].append(question)
        return sections

    def answered(self) -> int:
        return sum(bool(self[f"answer-{line.position}"].value()) for line in self.lines)


def answer_of(line: TaskLine) -> str:
    """The answer as the form offers it."""
    return next(word for word, given in _GIVEN.items() if given == (line.task_done, line.compliant))


class GiveSheetForm(forms.Form):
    """Who is to fill the list in."""

    officer = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Officer"), empty_label=_("Choose a person"))

    def __init__(self, *args: Any, officers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]
        self.fields["officer"].label_from_instance = lambda user: user.name  # type: ignore[attr-defined]


class CancelSheetForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class BodyTaskForm(forms.Form):
    """A task that a body adds to a section of a list."""

    body = forms.ModelChoiceField(queryset=Body.objects.none(), to_field_name="code", label=_("Body"), empty_label=None)
    place = forms.ChoiceField(label=_("List and section"))
    text = forms.CharField(label=_("Task"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, bodies: QuerySet[Body], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].label_from_instance = lambda body: body.name  # type: ignore[attr-defined]
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (
                label,
                [
                    (f"{code}:{each.number}", f"{each.number} {each.key_work}")
                    for each in task_sections(bodies, code, today)
                ],
            )
            for code, label in UnitKind.choices
        ]

    def clean_place(self) -> tuple[str, str]:
        code, _sep, section = self.cleaned_data["place"].partition(":")
        return code, section
