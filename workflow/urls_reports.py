"""Addresses of the statistics."""

from django.urls import URLPattern, path

from workflow.views.reports import report_rows, reports, reports_export

urlpatterns: list[URLPattern] = [
    path("reports/", reports, name="reports"),
    path("reports/export/", reports_export, name="reports_export"),
    path("reports/rows/", report_rows, name="report_rows"),
]
