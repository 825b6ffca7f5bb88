"""The pieces every page is made of: icons, badges, deadlines, fields, lists (docs/ui-components.md shows each)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    HiddenInput,
    RadioSelect,
)
from django.template.context import RequestContext
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy

from cases.guards.conditions import Condition, Mend
from cases.packs.clauses import clause_at_end, clauses_of
from cases.packs.glosses import gloss_of
from cases.selectors.written import own_words, period_words

ICON = "i-"
"""Before the name of an icon in a page, whose other parts have names, too."""
register = template.Library()

SOON = 3
"""Working days left from which a deadline is marked as near."""

QUALITY_CLASSES = ("AA", "A", "B", "C")
CHOICES_SIDE_BY_SIDE = 3
LONG_CHOICE = 8
"""Characters from which a choice no longer fits beside its neighbours on a phone."""

WEEKDAYS = (
    pgettext_lazy("short weekday", "Mon"),
    pgettext_lazy("short weekday", "Tue"),
    pgettext_lazy("short weekday", "Wed"),
    pgettext_lazy("short weekday", "Thu"),
    pgettext_lazy("short weekday", "Fri"),
    pgettext_lazy("short weekday", "Sat"),
    pgettext_lazy("short weekday", "Sun"),
)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of templates/icons.svg; `size` is "", "s" or "l"; without `label` it is hidden from screen readers."""
    return _icon(name, size, label)


@lru_cache(maxsize=1024)
def _icon(name: str, size: str, label: str) -> SafeString:
    """A page draws some hundred icons, few of them different."""
    css = f"icon icon-{size}" if size else "icon"
    href = f"#{ICON}{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, href)


@register.simple_tag
def quality_class(value: str | None, size: str = "") -> SafeString:
    """The outlined badge of an enterprise's quality class (AA, A, B, C); `size="xl"` for the head of a page."""
    known = value in QUALITY_CLASSES
    css = f"quality quality-{value if known else 'none'}" + (f" quality-{size}" if size else "")
    label = gettext("Quality class %(value)s") % {"value": value} if known else gettext("No quality class yet")
    return format_html(
        '<span class="{}" role="img" aria-label="{}" title="{}">{}</span>', css, label, label, value or "—"
    )


@register.simple_tag
def tier_badge(value: str | None, provisional: bool = False) -> SafeString:
    """The size tier (A–D) with its name beside the letter, so that it is never taken for a quality class."""
    mark = format_html("（{}）", gettext("provisional")) if provisional else ""
    return format_html('<span class="tier">{} <b>{}</b>{}</span>', gettext("Tier"), value or "—", mark)


@register.simple_tag
def tag(text: str, tone: str = "", icon_name: str = "") -> SafeString:
    """A short state in words; `tone` is "", "ok", "warn", "danger" or "info"."""
    css = f"tag tag-{tone}" if tone else "tag"
    return format_html('<span class="{}">{}{}</span>', css, icon(icon_name, "s") if icon_name else "", text)


def _due_facts(left: int | None, state: str) -> tuple[str, str, str]:
    """Tone, icon and words of a deadline with `left` working days; a closed or suspended one has no days."""
    if state == "met":
        return "met", "circle-check", gettext("Done")
    if state == "suspended":
        return "suspended", "pause", gettext("Suspended")
    if left is None:
        return "later", "", gettext("No deadline")
    if left < 0:
        words = ngettext("%(days)s working day overdue", "%(days)s working days overdue", -left) % {"days": -left}
        return "overdue", "alert-triangle", words
    if left == 0:
        return "today", "clock", gettext("Due today")
    words = ngettext("%(days)s working day left", "%(days)s working days left", left) % {"days": left}
    return ("soon", "clock", words) if left <= SOON else ("later", "calendar-due", words)


@register.inclusion_tag("components/due_cell.html")
def due_cell(due: date | datetime | None, left: int | None, state: str = "open", note: str = "") -> dict[str, Any]:
    """A deadline in a list: `left` working days (negative: overdue), `state` open, met or suspended."""
    tone, icon_name, words = _due_facts(left, state)
    return {"due": due, "tone": tone, "icon_name": icon_name, "words": words, "note": note}


@register.inclusion_tag("components/countdown.html")
def countdown(
    name: str, due: date | datetime | None, left: int | None, state: str = "open", total: int = 0, note: str = ""
) -> dict[str, Any]:
    """The deadline in the head of a page; `total` working days, if known, draws how much is used."""
    tone, icon_name, words = _due_facts(left, state)
    used = min(total, max(0, total - left)) if total and left is not None else None
    bar = {"overdue": "danger", "today": "warn", "soon": "warn", "met": "ok"}.get(tone, "")
    return {
        "name": name,
        "due": due,
        "tone": tone,
        "icon_name": icon_name,
        "words": words,
        "note": own_words(note) if note else "",
        "used": used,
        "total": total,
        "bar": bar,
    }


@register.inclusion_tag("components/condition_list.html")
def condition_list(conditions: Iterable[Condition], title: str = "", id: str = "conditions") -> dict[str, Any]:
    """What the guard of a step says: each condition's `ok`, `reason` and, where it fails, `mend`.

    A failing condition with a `Mend` becomes a link to its page, or mere words where there is no such page. A blocked
    button points here: `aria-disabled="true" aria-describedby="conditions"`.
    """
    rows = [
        {
            "ok": condition.ok,
            "reason": condition.reason,
            "clause": condition.clause,
            "mend": condition.mend and condition.mend.label,
            "url": condition.mend and _address(condition.mend),
        }
        for condition in conditions
    ]
    return {"rows": rows, "blocked": any(not row["ok"] for row in rows), "title": title, "id": id}


def _address(mend: Mend) -> str:
    try:
        return reverse(mend.url_name, args=mend.args)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("components/clause.html")
def clause(citation: str | None, brief: bool = False) -> dict[str, Any]:
    """A citation that opens to show the text it means; plain words where it names no document that is known.

    A block: not for use within a paragraph. `brief`, for long lists: plain words, too, where no text is at hand.
    """
    clauses = clauses_of(str(citation)) if citation else ()
    opens = any(each.paragraphs for each in clauses) if brief else bool(clauses)
    words = own_words(str(citation)) if citation else ""
    return {"citation": words, "own": words != str(citation), "clauses": clauses if opens else ()}


@register.simple_tag
def gloss(text: object) -> SafeString:
    """On an English page our English for a text of the law or of a form, to stand below it; or nothing."""
    english = gloss_of(str(text)) if get_language() == "en" else ""
    return format_html('<span class="gloss" lang="en">{}</span>', english) if english else mark_safe("")


register.filter("own_words", own_words)


# --- forms -----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """All errors of the forms above the page's form, focused, each a link to its field, with the clause it rests on."""
    rows = []
    for form in forms:
        rows += [{"href": "", "text": text, "clause": clause_at_end(str(text))} for text in form.non_field_errors()]
        for bound in form:
            rows += [
                {"href": f"#{_focus_id(bound)}", "text": f"{bound.label}：{text}", "clause": clause_at_end(str(text))}
                for text in bound.errors
            ]
    return {"rows": rows}


@register.simple_tag
def error_prefix(*forms: BaseForm) -> str:
    """ "Error: " for the page's title when a form came back with errors."""
    return gettext("Error: ") if any(form.is_bound and form.errors for form in forms) else ""


def _focus_id(bound: BoundField) -> str:
    """The id of the element that takes the focus: a group of choices has none of its own, its first choice has."""
    grouped = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
    return f"{bound.auto_id}_0" if grouped else str(bound.auto_id)


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, HiddenInput):
        return "hidden"
    if isinstance(widget, CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, RadioSelect):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "input"


def _tones(tones: str) -> dict[str, str]:
    """`pass=ok fail=bad na=neutral` as a mapping from a choice's value to its colour when chosen."""
    return dict(pair.split("=", 1) for pair in tones.split())


CHOICE_ICONS = {"ok": "check", "bad": "x"}


def _choices(bound: BoundField, tones: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = []
    for sub in bound.subwidgets:
        value = str(sub.data["value"])
        if value == "" and not sub.data["selected"]:
            continue
        tone = tones.get(value, "")
        rows.append(
            {
                "name": sub.data["name"],
                "value": value,
                "id": sub.id_for_label,
                "label": sub.choice_label,
                "checked": sub.data["selected"],
                "tone": tone,
                "icon": CHOICE_ICONS.get(tone, ""),
            }
        )
    return rows


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "", tones: str = "", css: str = "", rows: int = 0) -> dict[str, Any]:
    """One field with label, help and error. Radio choices become 46 px buttons, coloured by `tones` when chosen."""
    kind = _kind(bound)
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, Any] = {} if kind == "check" else {"class": f"input {css}".strip()}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if rows:
        attrs["rows"] = rows
    choices = _choices(bound, _tones(tones)) if kind in {"choices", "checks"} else []
    stacked = len(choices) > CHOICES_SIDE_BY_SIDE or any(len(str(c["label"])) > LONG_CHOICE for c in choices)
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "required": bound.field.required,
        "widget": "" if choices else bound.as_widget(attrs=attrs),
        "choices": choices,
        "stacked": stacked,
        "described": " ".join(described),
        "error_id": f"{bound.auto_id}_error",
        "help_id": f"{bound.auto_id}_helptext",
    }


@register.filter
def weekday(day: date) -> str:
    """The day of the week in two characters: Django's own abbreviation of 星期一 is as long as the word."""
    return str(WEEKDAYS[day.weekday()])


@register.filter
def period(code: str) -> str:
    """A calendar period (2026-H2) in words."""
    return period_words(code)


# --- lists -----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Page[Any], target: str = "") -> dict[str, Any]:
    """Previous and next with the count; keeps the rest of the address. `target`: id of the part that is exchanged."""
    request = context["request"]

    def address(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "target": target,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/filter_chips.html")
def filter_chips(chips: Sequence[Mapping[str, str]], clear_url: str = "", count: int | None = None) -> dict[str, Any]:
    """The filters in force, each removable: `label`, `value`, `remove_url`; and how many rows are left."""
    return {"chips": chips, "clear_url": clear_url, "count": count}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Tabs and saved views that are addresses: `label`, `url`, `current`, optional `count` and `icon`."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/progress.html")
def progress(value: int, maximum: int, label: str, tone: str = "", words: bool = True) -> dict[str, Any]:
    """A bar with its numbers; `tone` "", "ok", "warn" or "danger"."""
    return {"value": value, "maximum": maximum, "label": label, "tone": tone, "words": words}


# --- case pages ------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The phases of a case: `title`, `note`, `state` (done, current, late, todo)."""
    return {"steps": steps}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """Who did what, when and why: `title`, `at`, `who`, `body`, `reason`, `changes` (of `label`, `before`, `after`),
    `tone` ("", now, ok, warn, danger)."""
    return {"events": events}


@register.inclusion_tag("components/document_list.html")
def document_list(documents: Iterable[Any]) -> dict[str, Any]:
    """Documents: `title`, `url`, `note`, `status`, `tone`, optional `download_url`."""
    return {"documents": documents}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str, text: str = "", icon_name: str = "inbox", action_url: str = "", action_label: str = ""
) -> dict[str, Any]:
    """Why nothing is here, and what to do next."""
    return {
        "title": title,
        "text": text,
        "icon_name": icon_name,
        "action_url": action_url,
        "action_label": action_label,
    }


@register.inclusion_tag("components/confirm_dialog.html", takes_context=True)
def confirm_dialog(
    context: RequestContext,
    id: str,
    title: str,
    text: str,
    action_url: str,
    submit_label: str,
    tone: str = "primary",
    form: BaseForm | None = None,
) -> dict[str, Any]:
    """A dialog that names the effect of a step before it is taken, with the fields of `form` (such as a reason).

    Opened by `<a class="btn" href="#ID" data-dialog="ID">`, also without script. Re-shown open if `form` has errors.
    """
    return {
        "id": id,
        "title": title,
        "text": text,
        "action_url": action_url,
        "submit_label": submit_label,
        "tone": tone,
        "form": form,
        "open": bool(form and form.is_bound and form.errors),
        "csrf_token": context.get("csrf_token"),
    }
