"""Addresses of matters outside any case: checks of bodies, risk warnings, technical assistance, kept lists."""

from django.urls import URLPattern, path

from workflow.views import assistance, body_checks, body_oversight, kept_lists, warnings

urlpatterns: list[URLPattern] = [
    path("checks/", body_checks.check_list, name="check_list"),
    path("checks/export/", body_checks.check_export, name="check_export"),
    path("checks/new/", body_checks.check_new, name="check_new"),
    path("checks/<int:pk>/", body_checks.check_detail, name="check_detail"),
    path("checks/<int:pk>/fill/", body_checks.check_fill, name="check_fill"),
    path("checks/<int:pk>/cancel/", body_checks.check_cancel, name="check_cancel"),
    path("checks/<int:pk>/decide/", body_checks.check_decide, name="check_decide"),
    path("checks/<int:pk>/take-back/", body_checks.check_take_back, name="check_take_back"),
    path("checks/<int:pk>/answer/", body_checks.check_answer, name="check_answer"),
    path("checks/<int:pk>/interview/", body_oversight.check_interview, name="check_interview"),
    path("checks/<int:pk>/verify/", body_checks.check_verify, name="check_verify"),
    path("checks/<int:pk>/score/", body_checks.check_score, name="check_score"),
    path("checks/<int:pk>/paper/", body_checks.check_paper, name="check_paper"),
    path("warnings/", warnings.warning_list, name="warning_list"),
    path("warnings/new/", warnings.warning_new, name="warning_new"),
    path("warnings/<int:pk>/", warnings.warning_detail, name="warning_detail"),
    path("warnings/<int:pk>/drop/", warnings.warning_drop, name="warning_drop"),
    path("warnings/<int:pk>/feedback/", warnings.warning_feedback, name="warning_feedback"),
    path("warnings/<int:pk>/lift/", warnings.warning_lift, name="warning_lift"),
    path("warnings/<int:pk>/paper/", warnings.warning_paper, name="warning_paper"),
    path("assistance/", assistance.assistance_list, name="assistance_list"),
    path("enterprises/<str:uscc>/assistance/new/", assistance.assistance_new, name="assistance_new"),
    path("assistance/<int:pk>/", assistance.assistance_detail, name="assistance_detail"),
    path("assistance/<int:pk>/decide/", assistance.assistance_decide, name="assistance_decide"),
    path("assistance/<int:pk>/visit/", assistance.assistance_visit, name="assistance_visit"),
    path("assistance/<int:pk>/follow-up/", assistance.assistance_follow_up, name="assistance_follow_up"),
    path("assistance/<int:pk>/close/", assistance.assistance_close, name="assistance_close"),
    path("assistance/<int:pk>/paper/", assistance.assistance_paper, name="assistance_paper"),
    path("bodies/<str:code>/responsibility/issue/", kept_lists.responsibility_issue, name="responsibility_issue"),
    path("task-lists/<int:pk>/keep/", kept_lists.task_sheet_keep, name="task_sheet_keep"),
]
