"""Addresses of this floor."""

from django.urls import URLPattern, URLResolver, path

from workflow.views.component_sheet import component_sheet
from workflow.views.home import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("settings/components/", component_sheet, name="component_sheet"),
]
