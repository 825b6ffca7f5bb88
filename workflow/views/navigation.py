"""What stands in the navigation: entries, who sees them, and how much waits behind each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import User
from cases.selectors.counting import counted_together

Count = Callable[[User], int]
Rows = Callable[[User], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; a person sees it who holds one of `permissions` on any body (none: everybody)."""

    url_name: str
    icon: str
    label: str | Promise
    permissions: tuple[str, ...] = ()
    hot: bool = False
    """Whether its count is an alarm."""
    short: str | Promise = ""
    """A word that fits under an icon on a phone."""
    also: tuple[str, ...] = ()
    """Pages whose addresses begin otherwise and that stand under it all the same."""


@dataclass(frozen=True, slots=True)
class Group:
    label: str | Promise
    entries: tuple[Entry, ...]


DOING = (
    "create_case",
    "approve_inspection",
    "assign_inspector",
    "inspect_enterprise",
    "propose_class",
    "approve_grassroots",
    "forward_filing",
    "file_province",
    "issue_interview",
    "return_visit",
    "serve_document",
    "manage_key_list",
    "decide_escalation",
    "track_listed",
    "lift_listed",
    "issue_list_notice",
    "approve_listing",
    "approve_delisting",
)
DECIDING = (
    "approve_inspection",
    "decide_measures",
    "approve_grassroots",
    "forward_filing",
    "file_province",
    "decide_escalation",
    "lift_listed",
    "issue_list_notice",
    "approve_listing",
    "approve_delisting",
)

INBOX = Entry("inbox", "inbox", _("My tasks"), short=_("Tasks"))
CASES = Entry("case_list", "folder", _("Cases"), ("view_case",), short=_("Cases"))
APPROVALS = Entry("approvals", "rubber-stamp", _("Approvals"), DECIDING, short=_("Approvals"))
OVERSIGHT = Entry(
    "oversight",
    "clock",
    pgettext_lazy("the overseer's board", "Deadlines"),
    ("view_oversight",),
    hot=True,
    short=_("Deadlines"),
)
LISTED = Entry("listed_board", "eye", _("Listed oversight"), ("view_oversight", "track_listed"), hot=True)
MY_UNITS = Entry("my_locks", "lock", _("Units I answer for"), ("inspect_enterprise",), hot=True, short=_("My units"))
ENTERPRISES = Entry(
    "enterprise_list", "building-factory-2", _("Enterprises"), ("view_enterprise",), short=_("Enterprises")
)

NAV: tuple[Group, ...] = (
    Group(_("Work"), (INBOX, Entry("queue", "list-check", _("To claim"), DOING), MY_UNITS, CASES, APPROVALS)),
    Group(
        _("Oversight"),
        (
            OVERSIGHT,
            Entry("risk_map", "map-2", _("Risk map"), ("view_oversight",)),
            Entry("reports", "chart-bar", _("Statistics"), ("view_oversight",)),
            Entry("supervision_lists", "flag", _("Supervision lists"), ("view_enterprise",)),
            Entry("candidate_list", "filter", _("List candidates"), ("review_candidate",)),
            Entry("key_list", "archive", _("Key-supervised list"), ("view_case",)),
            LISTED,
            Entry("check_list", "clipboard-check", _("Checks of bodies"), ("view_oversight", "check_body")),
            Entry("warning_list", "alert-triangle", _("Risk warnings"), ("draft_warning", "view_oversight")),
            Entry("lock_list", "lock", _("Responsibility locks"), ("manage_lock", "view_oversight")),
        ),
    ),
    Group(
        _("Records"),
        (
            ENTERPRISES,
            Entry("task_sheet_list", "list-check", _("Task lists"), ("inspect_enterprise", "manage_task_list")),
            Entry("responsibility_bodies", "clipboard-check", _("Responsibility list"), ("view_enterprise",)),
            Entry("event_list", "alert-triangle", _("Risk events"), ("view_enterprise",), short=_("Events")),
            Entry("assistance_list", "users", _("Technical assistance"), ("handle_assistance", "accept_assistance")),
            Entry("document_list", "file-text", _("Documents"), ("view_case",), also=("batch_list",)),
            Entry("tier_confirmations", "scale", _("Tiers to confirm"), ("confirm_tier",)),
            Entry("import_list", "upload", _("Imports"), ("import_enterprises",)),
        ),
    ),
    Group(
        _("Administration"),
        (
            Entry("people", "users", _("People and posts"), ("manage_people",)),
            Entry("incidents", "alert-triangle", _("Incidents"), ("handle_incidents",), hot=True),
            Entry("settings", "settings", _("Settings")),
        ),
    ),
)

TABS: tuple[Entry, ...] = (INBOX, CASES, APPROVALS, OVERSIGHT, MY_UNITS, ENTERPRISES)
"""Candidates for the phone's tabs, of which the first four that the person may see stand beside "Me"."""

MOST_COUNTED: Final = 999
_counts: dict[str, Count] = {}
_rows: dict[str, Rows] = {}


def register_count(url_name: str, count: Count) -> None:
    """Let `count(user)` say how much waits behind the entry `url_name`; asked once a page, only where it is shown."""
    _counts[url_name] = count


def register_rows(url_name: str, rows: Rows) -> None:
    """Let what waits behind the entry be the rows of `rows(user)`; those of all entries are counted together."""
    _rows[url_name] = rows


def counts_for(url_names: Iterable[str], user: User, most: int = MOST_COUNTED) -> dict[str, int]:
    """How much waits behind each of these entries: one query for all that are rows, counted no further than `most`."""
    names = list(dict.fromkeys(url_names))
    found = {name: _counts[name](user) for name in names if name in _counts}
    lists = {name: _rows[name](user) for name in names if name in _rows and name not in found}
    return {**dict.fromkeys(names, 0), **found, **counted_together(lists, most)}
