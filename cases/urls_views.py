"""Addresses of saved views, of how lists are drawn, and of acts on many rows."""

from django.urls import URLPattern, path

from cases.views.list_acts import list_export, list_print, run_file, run_page
from cases.views.saved_views import list_look, view_list, view_new, view_page

urlpatterns: list[URLPattern] = [
    path("views/", view_list, name="view_list"),
    path("views/new/", view_new, name="view_new"),
    path("views/<int:pk>/", view_page, name="view_page"),
    path("views/look/<str:code>/", list_look, name="list_look"),
    path("views/print/<str:code>/", list_print, name="list_print"),
    path("views/export/<str:code>/", list_export, name="list_export"),
    path("views/runs/<int:pk>/", run_page, name="list_run"),
    path("views/runs/<int:pk>/file.xlsx", run_file, name="list_run_file"),
]
