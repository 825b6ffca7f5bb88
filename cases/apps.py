from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases.models.triggers import install_after_migrate
        from cases.services import generate_task_sheets, import_enterprises, sweep_deadlines  # noqa: F401 - register their jobs

        # Once after every migrate, when all floors' tables stand: SQLite loses triggers whenever it rebuilds a table.
        post_migrate.connect(install_after_migrate, sender=self, dispatch_uid="zhijian-triggers")
