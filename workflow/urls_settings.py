"""Addresses of the settings page, of the incidents and of the demo's tour."""

from django.urls import URLPattern, path

from workflow.views.component_sheet import component_sheet
from workflow.views.incidents import incidents, job_cancel, job_retry, step_retry
from workflow.views.replace import person_work
from workflow.views.settings_page import settings_page
from workflow.views.tour import tour_end, tour_go, tour_page, tour_start

urlpatterns: list[URLPattern] = [
    path("settings/", settings_page, name="settings"),
    path("tour/", tour_page, name="tour"),
    path("tour/start/", tour_start, name="tour_start"),
    path("tour/go/", tour_go, name="tour_go"),
    path("tour/end/", tour_end, name="tour_end"),
    path("settings/people/<int:pk>/work/", person_work, name="person_work"),
    path("settings/components/", component_sheet, name="component_sheet"),
    path("settings/incidents/", incidents, name="incidents"),
    path("settings/incidents/jobs/<int:pk>/retry/", job_retry, name="job_retry"),
    path("settings/incidents/jobs/<int:pk>/cancel/", job_cancel, name="job_cancel"),
    path("settings/incidents/steps/<int:pk>/retry/", step_retry, name="step_retry"),
]
