"""Addresses of key and special supervision: the lists, their candidates, and a unit's own lists."""

from django.urls import URLPattern, path

from cases.views.candidates import candidate_add, candidate_detail, candidate_list, candidate_scan
from cases.views.supervision_lists import (
    enterprise_lists,
    list_entry_removal,
    supervision_lists,
    supervision_lists_export,
)

urlpatterns: list[URLPattern] = [
    path("lists/supervision/", supervision_lists, name="supervision_lists"),
    path("lists/supervision/export/", supervision_lists_export, name="supervision_lists_export"),
    path("lists/supervision/<int:pk>/removal/", list_entry_removal, name="list_entry_removal"),
    path("lists/candidates/", candidate_list, name="candidate_list"),
    path("lists/candidates/add/", candidate_add, name="candidate_add"),
    path("lists/candidates/scan/", candidate_scan, name="candidate_scan"),
    path("lists/candidates/<int:pk>/", candidate_detail, name="candidate_detail"),
    path("enterprises/<str:uscc>/lists/", enterprise_lists, name="enterprise_lists"),
]
