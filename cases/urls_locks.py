"""Addresses of responsibility locks and of the responsibility list."""

from django.urls import URLPattern, path

from cases.views.lock_forms import (
    enterprise_lock,
    lock_change,
    lock_check,
    lock_hand_over,
    lock_release,
    lock_withdraw,
)
from cases.views.locks import lock_choose, lock_export, lock_list, my_locks, officer_locks
from cases.views.responsibility import (
    responsibility_bodies,
    responsibility_csv,
    responsibility_list,
    responsibility_print,
    responsibility_xlsx,
)
from cases.views.unit_locks import enterprise_locks

urlpatterns: list[URLPattern] = [
    path("locks/", lock_list, name="lock_list"),
    path("locks/export/", lock_export, name="lock_export"),
    path("locks/new/", lock_choose, name="lock_choose"),
    path("locks/mine/", my_locks, name="my_locks"),
    path("locks/officers/<int:pk>/", officer_locks, name="officer_locks"),
    path("locks/<int:pk>/change/", lock_change, name="lock_change"),
    path("locks/<int:pk>/change/withdraw/", lock_withdraw, name="lock_withdraw"),
    path("locks/<int:pk>/hand-over/", lock_hand_over, name="lock_hand_over"),
    path("locks/<int:pk>/release/", lock_release, name="lock_release"),
    path("locks/<int:pk>/check/", lock_check, name="lock_check"),
    path("enterprises/<str:uscc>/responsibility/", enterprise_locks, name="enterprise_locks"),
    path("enterprises/<str:uscc>/lock/", enterprise_lock, name="enterprise_lock"),
    path("responsibility/", responsibility_bodies, name="responsibility_bodies"),
    path("bodies/<str:code>/responsibility/", responsibility_list, name="responsibility_list"),
    path("bodies/<str:code>/responsibility/print/", responsibility_print, name="responsibility_print"),
    path("bodies/<str:code>/responsibility/xlsx/", responsibility_xlsx, name="responsibility_xlsx"),
    path("bodies/<str:code>/responsibility/csv/", responsibility_csv, name="responsibility_csv"),
]
