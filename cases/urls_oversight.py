"""Addresses of the cockpit, the risk map, the deadline page, the periods and the bell."""

from django.urls import URLPattern, path

from cases.views.boundaries import boundaries, boundaries_withdraw
from cases.views.deadline_settings import deadline_settings
from cases.views.deadlines import deadline_detail
from cases.views.listed_board import listed_board, listed_board_export
from cases.views.many_deadlines import deadlines_ask, deadlines_extend, deadlines_remind
from cases.views.notifications import notification_list, notifications_read
from cases.views.open_settings import open_settings_page
from cases.views.oversight import board, export, remind, weekly
from cases.views.risk_map import risk_map
from cases.views.tier_confirmations import tier_sheet

urlpatterns: list[URLPattern] = [
    path("oversight/", board, name="oversight"),
    path("oversight/export/", export, name="oversight_export"),
    path("oversight/weekly/", weekly, name="oversight_weekly"),
    path("oversight/map/", risk_map, name="risk_map"),
    path("oversight/map/boundaries/", boundaries, name="map_boundaries"),
    path("oversight/map/boundaries/<int:pk>/withdraw/", boundaries_withdraw, name="map_boundaries_withdraw"),
    path("oversight/remind/", remind, name="deadline_remind"),
    path("oversight/remind/many/", deadlines_remind, name="deadlines_remind"),
    path("oversight/ask/", deadlines_ask, name="deadlines_ask"),
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
