"""Addresses of this floor."""

from django.urls import URLPattern, URLResolver, path

from workflow.views.component_sheet import component_sheet
from workflow.views.home import home
from workflow.views.task import TaskPage, inspect_case

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("tasks/<int:pk>/", TaskPage.as_view(), name="task"),
    path("cases/<int:pk>/inspect/", inspect_case, name="case_inspect"),
    path("settings/components/", component_sheet, name="component_sheet"),
]
