"""Addresses of this floor."""

from django.urls import URLPattern, URLResolver, include, path

from cases.views.preferences import set_language, set_shortcuts, set_theme
from cases.views.session import SignInView, SignOutView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("cases.urls_people")),
    path("", include("cases.urls_oversight")),
    path("", include("cases.urls_packs")),
    path("", include("cases.urls_events")),
    path("", include("cases.urls_lists")),
    path("", include("cases.urls_registry")),
    path("", include("cases.urls_task_sheets")),
    path("", include("cases.urls_locks")),
    path("", include("cases.urls_views")),
    path("login/", SignInView.as_view(), name="login"),
    path("logout/", SignOutView.as_view(), name="logout"),
    path("settings/language/", set_language, name="set_language"),
    path("settings/theme/", set_theme, name="set_theme"),
    path("settings/shortcuts/", set_shortcuts, name="set_shortcuts"),
]
