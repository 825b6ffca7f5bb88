"""Addresses of the oversight board, the deadline page, the periods and the bell."""

from django.urls import URLPattern, path

from cases.views.deadline_settings import deadline_settings
from cases.views.deadlines import deadline_detail
from cases.views.listed_board import listed_board, listed_board_export
from cases.views.many_deadlines import deadlines_extend
from cases.views.notifications import notification_list, notifications_read
from cases.views.open_settings import open_settings_page
from cases.views.oversight import board, export, remind
from cases.views.tier_confirmations import tier_sheet

urlpatterns: list[URLPattern] = [
    path("oversight/", board, name="oversight"),
    path("oversight/export/", export, name="oversight_export"),
    path("oversight/remind/", remind, name="deadline_remind"),
    path("oversight/extend/", deadlines_extend, name="deadlines_extend"),
    path("oversight/listed/", listed_board, name="listed_board"),
    path("oversight/listed/export/", listed_board_export, name="listed_board_export"),
    path("oversight/tiers/", tier_sheet, name="tier_confirmations"),
    path("deadlines/<int:pk>/", deadline_detail, name="deadline_detail"),
    path("settings/deadlines/", deadline_settings, name="deadline_settings"),
    path("settings/assumptions/", open_settings_page, name="open_settings"),
    path("notifications/", notification_list, name="notification_list"),
    path("notifications/read/", notifications_read, name="notifications_read"),
]
