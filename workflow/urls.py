"""Addresses of this floor."""

from django.urls import URLPattern, URLResolver, include, path

from workflow.views.accessibility import accessibility
from workflow.views.document_places import register_places
from workflow.views.home import home
from workflow.views.task import TaskPage, inspect_case

register_places()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("accessibility/", accessibility, name="accessibility"),
    path("", include("workflow.urls_inbox")),
    path("", include("workflow.urls_cases")),
    path("", include("workflow.urls_tasks")),
    path("", include("workflow.urls_matters")),
    path("", include("workflow.urls_settings")),
    path("", include("workflow.urls_reports")),
    path("", include("workflow.urls_onsite")),
    path("tasks/<int:pk>/", TaskPage.as_view(), name="task"),
    path("cases/<int:pk>/inspect/", inspect_case, name="case_inspect"),
]
