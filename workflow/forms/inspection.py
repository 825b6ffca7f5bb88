"""The form of the on-site check: the items of the pack in their own words, each answered exactly once."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.models import Attachment, Inspection
from cases.models.enterprise import RiskLevel
from cases.packs.classifying import ClassifyingPack, classifying_pack
from cases.rules.errors import StatedError
from cases.rules.quality_class import Item, answer_word
from cases.selectors.starred_items import starred_items_of
from cases.services.inspect_enterprise import InspectionFacts, ItemAnswer, check_inspection
from workflow.forms.base import MultipleFileField, StepForm, day, in_choice_words, long_text, radio
from workflow.forms.signatures import SIGNATURE_FIELDS, Signing, add_signatures, given_signatures, signings
from workflow.selectors.onsite_signatures import Signed

ITEMS_A_PART: Final = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the verified events of the unit say of an item; the inspector answers all the same."""

    value: str
    words: str
    grounds: list[dict[str, str]]
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One item with the bound fields that answer it."""

    item: Item
    answer: forms.BoundField
    evidence: forms.BoundField
    files: forms.BoundField
    attached: list[Attachment]
    suggestion: Suggestion | None = None

    @property
    def deviates(self) -> bool:
        """Whether the answer given is another than the event store's."""
        given = self.answer.value()
        return self.suggestion is not None and given in ("pass", "fail") and given != self.suggestion.value

    @property
    def bad(self) -> bool:
        return self.answer.value() == "fail" or bool(self.answer.errors or self.evidence.errors)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The boxes of the form with their colours."""
        tones = {"pass": ("ok", "check"), "fail": ("bad", "x"), "na": ("neutral", "")}
        return [
            {
                "value": sub.data["value"],
                "label": sub.choice_label,
                "id": sub.id_for_label,
                "checked": sub.data["selected"],
                "tone": tones[sub.data["value"]][0],
                "icon": tones[sub.data["value"]][1],
            }
            for sub in self.answer.subwidgets
        ]


@dataclass(frozen=True, slots=True)
class Part:
    """A few items that follow each other, as much as a phone takes at a time."""

    questions: list[Question]

    @property
    def first(self) -> str:
        return self.questions[0].item.number

    @property
    def last(self) -> str:
        return self.questions[-1].item.number

    @property
    def answered(self) -> int:
        return sum(bool(question.answer.value()) for question in self.questions)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A line of the page that shows the form once more before it is submitted."""

    label: str
    words: str
    evidence: str = ""
    bad: bool = False
    otherwise: str = ""
    """What the event store says of the item, where the answer is another."""


class InspectionForm(StepForm):
    """What is marked as required is not asked for in a draft: the service checks the whole on submission."""

    visited_on = day(_("Day of the visit"))
    cooperated = radio(
        _("Does the enterprise cooperate?"),
        [("yes", _("Yes")), ("no", _("No: it refuses the check"))],
        initial="yes",
    )
    refusal_reason = long_text(_("How it refuses, and why"), required=True)
    refusal_witness = forms.CharField(label=_("Witness of the refusal"), max_length=100)
    refusal_files = MultipleFileField(label=_("Video or photos of the refusal"))
    risk_level = radio(_("Risk level of the main products"), list(RiskLevel.choices))
    suspected_violation = long_text(
        _("Suspected violation (leave empty if none)"), help_text=_("It is referred to enforcement beside this case.")
    )
    note = long_text(_("Remarks"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    purpose = Attachment.Purpose.EVIDENCE
    tones = {"cooperated": "yes=ok no=bad"}
    effect = _(
        "The form is submitted in the names of both inspectors and can no longer be changed. "
        "Class and mode are computed from it at once."
    )

    def prepare(self) -> None:
        pack = classifying_pack(self.case.pack)
        self.items = pack.items
        self.suggestions = self._suggested(pack)
        for item in self.items:
            choices: list[tuple[str, Any]] = [
                ("pass", answer_word(item.answer_type, True)),
                ("fail", answer_word(item.answer_type, False)),
            ]
            if item.na:
                choices.append(("na", "不适用"))
            self.fields[f"item_{item.number}"] = radio(item.text, choices, required=False)
            self.fields[f"evidence_{item.number}"] = long_text(_("Problem found"), required=True, rows=2)
            self.fields[f"files_{item.number}"] = MultipleFileField(label=_("Photos"))
        if self.signed_on_site:
            add_signatures(self)

    def _suggested(self, pack: ClassifyingPack) -> dict[str, Suggestion]:
        """By item: the answers of the event store, in the words of the form."""
        found = starred_items_of(self.case.enterprise, self.acting.today, pack)
        language = get_language() or ""
        return {
            item.number: Suggestion(
                value=found[item.number].value,
                words=answer_word(item.answer_type, found[item.number].value == "pass"),
                grounds=[ground.in_language(language) for ground in found[item.number].grounds],
                events=found[item.number].events,
            )
            for item in pack.items
            if item.number in found
        }

    signed_on_site: ClassVar[bool] = True
    beside: ClassVar[tuple[str, ...]] = SIGNATURE_FIELDS
    """Fields that are no part of the inspection itself; a draft keeps them beside it."""

    def asks_for(self, name: str) -> bool:
        return False

    def check_facts(self) -> None:
        """Whether the form may be submitted as it is; a `RuleError` names what will not do."""
        check_inspection(case=self.case, facts=self.facts(), acting=self.acting)

    @staticmethod
    def stored(inspection: Inspection) -> dict[str, Any]:
        """What has been saved so far, as initial values."""
        initial: dict[str, Any] = {
            "visited_on": inspection.visited_on,
            "cooperated": "yes" if inspection.cooperated else "no",
            "refusal_reason": inspection.refusal_reason,
            "refusal_witness": inspection.refusal_witness,
            "risk_level": inspection.risk_level,
            "suspected_violation": inspection.suspected_violation,
            "note": inspection.note,
            "version": inspection.version,
        }
        for answer in inspection.answers.all():
            initial[f"item_{answer.item}"] = answer.value
            initial[f"evidence_{answer.item}"] = answer.evidence
        return initial

    def clean(self) -> dict[str, Any]:
        """A browser sends one answer a question; more than one means the page was tampered with or duplicated."""
        for item in self.items:
            name = f"item_{item.number}"
            given = self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data.get(name)]
            if len({value for value in given if value}) > 1:
                self.add_error(name, _("Tick exactly one answer."))
        return self.cleaned_data

    def signings(self) -> list[Signing]:
        """Who may sign on the spot, with the fields they do it in."""
        return signings(self)

    def signed(self) -> list[Signed]:
        """The signatures given, to be looked at once more."""
        return [Signed.of(given) for given in given_signatures(self)] if self.signed_on_site else []

    def questions(self) -> list[Question]:
        attached: dict[str, list[Attachment]] = {}
        for attachment in self.case.attachments.filter(purpose=Attachment.Purpose.EVIDENCE).order_by("pk"):
            attached.setdefault(attachment.item, []).append(attachment)
        return [
            Question(
                item,
                self[f"item_{item.number}"],
                self[f"evidence_{item.number}"],
                self[f"files_{item.number}"],
                attached.get(item.number, []),
                self.suggestions.get(item.number),
            )
            for item in self.items
        ]

    def parts(self) -> list[Part]:
        """The items, a few at a time; the form itself has no headings between them."""
        questions = self.questions()
        return [Part(questions[place : place + ITEMS_A_PART]) for place in range(0, len(questions), ITEMS_A_PART)]

    def take(self, error: StatedError, message: str) -> None:
        """A refusal that names items stands at each of them, not at the first alone."""
        items = error.details.get("items")
        if not items:
            super().take(error, message)
            return
        kind = str(error.details["field"]).partition("_")[0]
        words = _("Describe the problem found.") if kind == "evidence" else _("Not answered yet.")
        for number in items:
            self.add_error(f"{kind}_{number}", words)

    def short_label(self, bound: forms.BoundField) -> str:
        """The label of a field with its item's number instead of the item's text."""
        kind, _sep, number = bound.name.partition("_")
        if kind == "item":
            return str(_("Item %(n)s") % {"n": number})
        return f"{number}. {bound.label}" if kind == "evidence" else str(bound.label)

    def review(self) -> list[Reviewed]:
        """Day, refusal or answers, and the rest, in the order of the paper, for checking."""
        refused = self.cleaned_data.get("cooperated") == "no"
        told = []
        for bound in self.visible_fields():
            kind, _sep, number = bound.name.partition("_")
            value = self.cleaned_data.get(bound.name)
            if not value or kind == "evidence" or isinstance(bound.field, forms.FileField):
                continue
            if bound.name in SIGNATURE_FIELDS:
                continue
            if refused and (kind == "item" or bound.name == "risk_level"):
                continue
            words = in_choice_words(bound.field, str(value))
            if kind != "item":
                told.append(Reviewed(str(bound.label), words))
                continue
            bad = value == "fail"
            evidence = self.cleaned_data.get(f"evidence_{number}", "") if bad else ""
            suggested = self.suggestions.get(number)
            otherwise = suggested.words if suggested is not None and suggested.value != value else ""
            told.append(Reviewed(f"{number}. {bound.label}", words, evidence, bad, otherwise))
        return told

    def failing(self) -> list[Item]:
        """The items answered as failing, unless the check was refused."""
        if self.cleaned_data.get("cooperated") == "no":
            return []
        return [item for item in self.items if self.cleaned_data.get(f"item_{item.number}") == "fail"]

    def answered(self) -> int:
        return sum(bool(self[f"item_{item.number}"].value()) for item in self.items)

    def attachments(self) -> list[tuple[str, Any]]:
        found = [("refusal", upload) for upload in self.cleaned_data.get("refusal_files", [])]
        for item in self.items:
            found += [(item.number, upload) for upload in self.cleaned_data.get(f"files_{item.number}", [])]
        return found

    def facts(self) -> InspectionFacts:
        data = self.cleaned_data
        answers = {
            item.number: ItemAnswer(data[f"item_{item.number}"], data[f"evidence_{item.number}"])
            for item in self.items
            if data.get(f"item_{item.number}")
        }
        return InspectionFacts(
            visited_on=data["visited_on"],
            risk_level=data["risk_level"],
            answers=answers,
            cooperated=data.get("cooperated") != "no",
            refusal_reason=data.get("refusal_reason", ""),
            refusal_witness=data.get("refusal_witness", ""),
            suspected_violation=data["suspected_violation"],
            note=data["note"],
            version=data["version"],
            signatures=given_signatures(self) if self.signed_on_site else (),
        )
