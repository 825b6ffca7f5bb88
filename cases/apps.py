from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases.forms import list_kinds  # noqa: F401 - registers the lists of this floor
        from cases.models.triggers import install_after_migrate
        from cases.packs.published import register_source
        from cases.selectors.pack_releases import StoredReleases
        from cases.services import (  # noqa: F401 - register their jobs
            event_clocks,
            export_list,
            generate_task_sheets,
            import_records,
            rehearse_pack,
            send_digests,
            sweep_deadlines,
        )

        register_source(StoredReleases())
        # Once after every migrate, when all floors' tables stand: SQLite loses triggers whenever it rebuilds a table.
        post_migrate.connect(install_after_migrate, sender=self, dispatch_uid="zhijian-triggers")
