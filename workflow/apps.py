from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.conf import settings


class WorkflowConfig(AppConfig):
    name = "workflow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases.services import outbox  # noqa: F401 - registers its handler
        from cases.services.jobs import set_doorbell
        from notices.services.case_file_contents import speak_with
        from workflow import checks, flows, signals  # noqa: F401 - registers the checks and the receivers
        from workflow.forms import list_kinds  # noqa: F401 - registers the lists of this floor
        from workflow.selectors.case_words import WORDS
        from workflow.tasks import send_ring

        speak_with(WORDS)

        # Every flow, not only those somebody asks for: a parent listens for the end of its child's process.
        for module in iter_modules(flows.__path__):
            import_module(f"{flows.__name__}.{module.name}")
        if settings.BROKER_URL:
            set_doorbell(send_ring)
