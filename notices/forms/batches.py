"""Forms of the pages of batches: what to put on a sheet, which letters of it to show, why one is taken out."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Body
from cases.selectors.notifications import rule_title
from notices.models import BatchItem
from notices.packs import kind_of

LONGEST_TITLE: Final = 120


class _Narrowing(forms.Form):
    """Whose letters: one issuer at a time, for a sheet has one."""

    body = forms.ModelChoiceField(label=_("Issued by"), queryset=Body.objects.none(), required=False)

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].empty_label = None  # type: ignore[attr-defined]
        self.fields["body"].label_from_instance = lambda body: body.name  # type: ignore[attr-defined]
        for field in self.fields.values():  # the toolbar has no room for labels: they are spoken
            field.widget.attrs |= {"class": "input input-short", "data-submit": "", "aria-label": field.label}


class OverdueFilter(_Narrowing):
    """Which overdue deadlines: of the bodies under one issuer, of one rule."""

    rule = forms.ChoiceField(label=_("Matter"), required=False)

    def __init__(self, *args: Any, rules: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(((code, rule_title(code)) for code in rules), key=lambda row: row[1])
        self.fields["rule"].choices = [("", _("All matters")), *named]  # type: ignore[attr-defined]


class DraftsFilter(_Narrowing):
    """Which drafts: of one kind and one issuer."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, kind_of(code).name) for code in kinds]  # type: ignore[attr-defined]


class StartForm(forms.Form):
    """What the sheet is called."""

    title = forms.CharField(
        label=_("Name of the sheet"),
        help_text=_("By which it is found again; it is not printed."),
        max_length=LONGEST_TITLE,
    )


class SheetFilter(forms.Form):
    """Letters of one state."""

    state = forms.ChoiceField(choices=[("", ""), *BatchItem.State.choices], required=False)


class ApproveForm(forms.Form):
    """Which state of the sheet is approved."""

    seen = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class DissolveForm(forms.Form):
    """Why a sheet is given up."""

    reason = forms.CharField(label=_("Reason"), min_length=10, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ExcludeForm(forms.Form):
    """Why a letter is taken out."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 10 characters; the draft is kept as void, with this reason."),
    )
