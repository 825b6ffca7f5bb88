"""Addresses of the cases: list, page, process drawing, attachments, search."""

from django.urls import URLPattern, path

from workflow.views.attachments import attachment, attachment_thumb
from workflow.views.case_page import case_detail, case_diagram_bpmn
from workflow.views.cases import case_export, case_list, search

urlpatterns: list[URLPattern] = [
    path("cases/", case_list, name="case_list"),
    path("cases/export/", case_export, name="case_export"),
    path("cases/<int:pk>/", case_detail, name="case_detail"),
    path("cases/<int:pk>/diagram.bpmn", case_diagram_bpmn, name="case_diagram_bpmn"),
    path("attachments/<int:pk>/", attachment, name="attachment"),
    path("attachments/<int:pk>/thumb/", attachment_thumb, name="attachment_thumb"),
    path("search/", search, name="search"),
]
