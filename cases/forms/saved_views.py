"""Forms of saved views: what one is called, whom it is shared with, how often it is told."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models.body import Body
from cases.models.list_view import ViewSubscription


class ViewForm(forms.Form):
    """Name, sharing and rhythm of a view; `first` opens the list with it."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    body = forms.ModelChoiceField(
        label=_("Shared with"),
        queryset=Body.objects.none(),
        required=False,
        empty_label=_("only me"),
        help_text=_("Whoever holds a post at the body sees the view; each sees only the rows of their own scope."),
    )
    rhythm = forms.ChoiceField(label=_("Tell me by mail"), required=False)
    first = forms.BooleanField(label=_("Open the list with this view"), required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)
    list = forms.CharField(widget=forms.HiddenInput, required=False, max_length=24)

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body, rhythm = self.fields["body"], self.fields["rhythm"]
        assert isinstance(body, forms.ModelChoiceField)
        assert isinstance(rhythm, forms.ChoiceField)
        body.queryset = bodies
        rhythm.choices = [("", _("never")), *ViewSubscription.Rhythm.choices]
        rhythm.help_text = _("Only when something has changed; the mail says how many rows and names the first ten.")


class RhythmForm(forms.Form):
    """A subscription to somebody else's view."""

    rhythm = forms.ChoiceField(label=_("Tell me by mail"), required=False)
    first = forms.BooleanField(label=_("Open the list with this view"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rhythm"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("never")), *ViewSubscription.Rhythm.choices]
