"""Addresses of the lists of open work, of opening a case, and of the tasks as JSON."""

from django.urls import URLPattern, path

from workflow.api import task_detail_api, task_list_api
from workflow.views.approvals import approvals, approvals_export
from workflow.views.bulk import task_claim_many, work_ask, work_assign, work_extend
from workflow.views.case_new import case_new
from workflow.views.inbox import inbox, inbox_export
from workflow.views.queue import queue, queue_export, task_claim, task_reassign, task_release
from workflow.views.waiting_counts import register_counts

register_counts()

urlpatterns: list[URLPattern] = [
    path("tasks/", inbox, name="inbox"),
    path("tasks/export/", inbox_export, name="inbox_export"),
    path("tasks/queue/", queue, name="queue"),
    path("tasks/queue/export/", queue_export, name="queue_export"),
    path("tasks/claim/", task_claim_many, name="task_claim_many"),
    path("tasks/many/<str:code>/assign/", work_assign, name="work_assign"),
    path("tasks/many/<str:code>/ask/", work_ask, name="work_ask"),
    path("tasks/many/<str:code>/extend/", work_extend, name="work_extend"),
    path("tasks/<int:pk>/claim/", task_claim, name="task_claim"),
    path("tasks/<int:pk>/release/", task_release, name="task_release"),
    path("tasks/<int:pk>/reassign/", task_reassign, name="task_reassign"),
    path("approvals/", approvals, name="approvals"),
    path("approvals/export/", approvals_export, name="approvals_export"),
    path("cases/new/", case_new, name="case_new"),
    path("api/tasks/", task_list_api, name="api_task_list"),
    path("api/tasks/<int:pk>/", task_detail_api, name="api_task"),
]
