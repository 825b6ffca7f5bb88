"""Addresses of the supervision task lists."""

from django.urls import URLPattern, path

from cases.views import body_tasks, task_sheets
from cases.views.fill_task_sheet import task_sheet_fill

urlpatterns: list[URLPattern] = [
    path("task-lists/", task_sheets.task_sheet_list, name="task_sheet_list"),
    path("task-lists/export/", task_sheets.task_sheet_export, name="task_sheet_export"),
    path("task-lists/new/", task_sheets.task_sheet_new, name="task_sheet_new"),
    path("task-lists/tasks/", body_tasks.body_tasks, name="body_tasks"),
    path("task-lists/tasks/<int:pk>/retire/", body_tasks.body_task_retire, name="body_task_retire"),
    path("task-lists/<int:pk>/", task_sheets.task_sheet, name="task_sheet"),
    path("task-lists/<int:pk>/fill/", task_sheet_fill, name="task_sheet_fill"),
    path("task-lists/<int:pk>/give/", task_sheets.task_sheet_give, name="task_sheet_give"),
    path("task-lists/<int:pk>/cancel/", task_sheets.task_sheet_cancel, name="task_sheet_cancel"),
    path("enterprises/<str:uscc>/task-lists/", task_sheets.unit_task_sheets, name="unit_task_sheets"),
]
