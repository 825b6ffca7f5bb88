"""Addresses of the settings page and of the incidents."""

from django.urls import URLPattern, path

from workflow.views.component_sheet import component_sheet
from workflow.views.incidents import incidents, job_cancel, job_retry, step_retry
from workflow.views.settings_page import settings_page

urlpatterns: list[URLPattern] = [
    path("settings/", settings_page, name="settings"),
    path("settings/components/", component_sheet, name="component_sheet"),
    path("settings/incidents/", incidents, name="incidents"),
    path("settings/incidents/jobs/<int:pk>/retry/", job_retry, name="job_retry"),
    path("settings/incidents/jobs/<int:pk>/cancel/", job_cancel, name="job_cancel"),
    path("settings/incidents/steps/<int:pk>/retry/", step_retry, name="step_retry"),
]
