"""Addresses beside the steps: the enterprise's link and page, extensions, the early end of a case."""

from django.urls import URLPattern, path

from workflow.views.enterprise_report import enterprise_report
from workflow.views.order_pages import AskExtensionPage, DecideExtensionPage, EnterpriseLinkPage, TerminatePage
from workflow.views.progress_page import ProgressPage

urlpatterns: list[URLPattern] = [
    path("r/<str:secret>/", enterprise_report, name="enterprise_report"),
    path("cases/<int:pk>/link/", EnterpriseLinkPage.as_view(), name="enterprise_link_new"),
    path("cases/<int:pk>/extension/", AskExtensionPage.as_view(), name="extension_ask"),
    path("cases/<int:pk>/extension/decide/", DecideExtensionPage.as_view(), name="extension_decide"),
    path("cases/<int:pk>/progress/", ProgressPage.as_view(), name="progress_report"),
    path("cases/<int:pk>/terminate/", TerminatePage.as_view(), name="case_terminate"),
]
