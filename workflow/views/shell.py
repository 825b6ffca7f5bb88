"""What the frame of every page needs: navigation by permission, the person's posts, theme and language."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.models import User
from cases.packs.loader import load_roles
from cases.selectors.scope import holds
from cases.views.addresses import page_address
from cases.views.preferences import THEME_COOKIE, THEMES
from workflow.selectors.work import nearest_inspection
from workflow.views.navigation import NAV, TABS, Entry
from workflow.views.tour_strip import ShownTour, offers_tour, shown_tour
from workflow.views.waiting_counts import BELL, waiting

FIRST_PAGES = ("inbox", "approvals", "oversight", "candidate_list", "enterprise_list", "document_list")
"""Where somebody may find themselves after signing in (workflow.views.home)."""
PHONE_TABS = 4
"""Beside the fifth, "Me"."""
INSPECTING = "inspect_enterprise"


@dataclass(frozen=True, slots=True)
class ShownEntry:
    url: str
    icon: str
    label: str
    short: str
    count: int
    hot: bool
    current: bool
    raised: bool = False
    """Whether it stands out among the phone's tabs: what an officer on site is there for."""


@dataclass(frozen=True, slots=True)
class ShownGroup:
    label: str
    items: list[ShownEntry]


@dataclass(frozen=True, slots=True)
class ShownPost:
    title: str
    body: str


class Shell:
    """The frame's facts, read only when a template asks for them: an error page or a fragment costs no query."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        user = getattr(request, "user", None)
        self.user = user if isinstance(user, User) else None
        self.demo = bool(getattr(settings, "DEMO", False))
        self.shortcuts = self.user is None or self.user.shortcuts

    @cached_property
    def tour(self) -> ShownTour | None:
        """The tour of the demo that runs in this session."""
        return shown_tour(self.request) if self.user else None

    @property
    def tour_offer(self) -> bool:
        """Whether this page, the first of a post, offers a tour."""
        first = {page_address(url_name) for url_name in FIRST_PAGES}
        return self.user is not None and self.request.path in first and offers_tour(self.request)

    @cached_property
    def theme(self) -> str:
        """ "light" or "dark" where chosen in this browser or for the account, else "": as the device."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        if chosen not in THEMES and self.user:
            chosen = self.user.theme
        return chosen if chosen in THEMES else ""

    @cached_property
    def groups(self) -> list[ShownGroup]:
        shown = [ShownGroup(str(group.label), self._shown(group.entries)) for group in NAV]
        return [group for group in shown if group.items]

    @cached_property
    def tabs(self) -> list[ShownEntry]:
        """The first few of the pages, and among them, while one is open, the officer's nearest inspection."""
        tabs = self._shown(TABS)[:PHONE_TABS]
        if self.user is None or not holds(self.user, INSPECTING):
            return tabs
        task = nearest_inspection(self.user, timezone.localdate())
        if task is None:
            return tabs
        url = reverse("task", args=[task])
        words = str(_("On-site check"))
        mine = ShownEntry(url, "camera", words, words, 0, False, self.request.path == url, raised=True)
        return [*tabs[:2], mine, *tabs[2 : PHONE_TABS - 1]]

    @cached_property
    def posts(self) -> list[ShownPost]:
        """The posts held today, the latest first."""
        if self.user is None:
            return []
        held = self.user.posts.active(timezone.localdate()).select_related("body")
        titles = load_roles()
        english = get_language() == "en"
        return [
            ShownPost(titles[post.role].en if english else titles[post.role].zh, post.body.name)
            for post in held
            if post.role in titles
        ]

    @property
    def post_title(self) -> str:
        return f"{self.posts[0].body} · {self.posts[0].title}" if self.posts else ""

    @property
    def body_name(self) -> str:
        return self.posts[0].body if self.posts else ""

    @property
    def initial(self) -> str:
        return str(self.user)[:1] if self.user else ""

    @property
    def search_url(self) -> str:
        return page_address("search")

    @property
    def settings_url(self) -> str:
        return page_address("settings")

    @property
    def notifications_url(self) -> str:
        return page_address("notification_list")

    @cached_property
    def unread(self) -> int:
        return self._counts.get(BELL, 0)

    @cached_property
    def _counts(self) -> dict[str, int]:
        """What waits behind every entry the person has, and behind the bell; asked together."""
        if self.user is None:
            return {}
        entries = [entry for group in NAV for entry in group.entries if self._has(entry)]
        return waiting((BELL, *(entry.url_name for entry in entries)), self.user)

    def _has(self, entry: Entry) -> bool:
        user = self.user
        if user is None or not page_address(entry.url_name):
            return False
        return not entry.permissions or any(holds(user, codename) for codename in entry.permissions)

    @cached_property
    def _address(self) -> str:
        """The address of the entry that the page stands under: the longest that the page's own begins with."""
        entries = [entry for group in NAV for entry in group.entries]
        under = {page_address(name): entry for entry in entries for name in (entry.url_name, *entry.also)}
        matching = [address for address in under if address and self.request.path.startswith(address)]
        return page_address(under[max(matching, key=len)].url_name) if matching else ""

    def _shown(self, entries: tuple[Entry, ...]) -> list[ShownEntry]:
        return [
            ShownEntry(
                url=(url := page_address(entry.url_name)),
                icon=entry.icon,
                label=str(entry.label),
                short=str(entry.short or entry.label),
                count=self._counts.get(entry.url_name, 0),
                hot=entry.hot,
                current=url == self._address,
            )
            for entry in entries
            if self._has(entry)
        ]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` for base.html and base_public.html."""
    return {"shell": Shell(request)}
