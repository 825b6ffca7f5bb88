"""The project's addresses, with an empty page for every entry of the navigation, built or not."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as project_urls
from workflow.views import navigation

__all__ = ["NAMES", "handler400", "handler403", "handler404", "handler500", "urlpatterns"]

NAMES = [entry.url_name for group in navigation.NAV for entry in group.entries]


def _empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    *project_urls,
    *(path(f"stand-in/{name}/", _empty, name=name) for name in (*NAMES, "search", "notification_list")),
]
