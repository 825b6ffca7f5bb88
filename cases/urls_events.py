"""Addresses of risk events."""

from django.urls import URLPattern, path

from cases.views.event_acts import (
    event_decision,
    event_merge,
    event_object,
    event_receipt,
    event_refute,
    event_resolve,
    event_verify,
)
from cases.views.events import event_detail, event_export, event_list, event_new
from cases.views.unit_events import enterprise_credit, enterprise_events

urlpatterns: list[URLPattern] = [
    path("events/", event_list, name="event_list"),
    path("events/new/", event_new, name="event_new"),
    path("events/export/", event_export, name="event_export"),
    path("events/<int:pk>/", event_detail, name="event_detail"),
    path("events/<int:pk>/verify/", event_verify, name="event_verify"),
    path("events/<int:pk>/refute/", event_refute, name="event_refute"),
    path("events/<int:pk>/objection/", event_object, name="event_object"),
    path("events/<int:pk>/objection/decide/", event_decision, name="event_decision"),
    path("events/<int:pk>/receipt/", event_receipt, name="event_receipt"),
    path("events/<int:pk>/resolve/", event_resolve, name="event_resolve"),
    path("events/<int:pk>/merge/", event_merge, name="event_merge"),
    path("enterprises/<str:uscc>/events/", enterprise_events, name="enterprise_events"),
    path("enterprises/<str:uscc>/credit/", enterprise_credit, name="enterprise_credit"),
]
