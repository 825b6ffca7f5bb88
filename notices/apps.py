from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases.models.triggers import protect

        life = ("fields", "addressee", "state", "served_on", "void_reason", "voided_by_id", "voided_at")
        protect("notices_document", mutable=life)
        protect("notices_issue")
        protect("notices_issuedfile")
        protect("notices_signature")
        protect("notices_servicerecord")
        protect("notices_servicerecord_evidence")
        protect("notices_addressee", mutable=("served_on",))
        protect("notices_addressconfirmation")
        protect("notices_legalreview")
        protect(
            "notices_deliverylink",
            mutable=("opened_at", "received_at", "received_by", "service_id", "revoked_at"),
        )
        protect("notices_listedition")
        protect("notices_editionfile")
        protect("notices_editionsignature")
        built = ("state", "done", "parts", "failure", "file", "sha256", "size", "pages", "finished_at")
        protect("notices_casefile", mutable=built)
        approval = ("approved_by_id", "approved_at", "approved_run")
        run = ("state", "run", "cursor", "acted_by_id", "acted_at", *approval, "ended_at")
        protect("notices_documentbatch", mutable=run)
        protect("notices_batchitem", mutable=("document_id", "state", "refusal", "reason"))
        protect("notices_bodyseal", mutable=("withdrawn_at",))

        from notices.forms import list_kinds  # noqa: F401 - registers the list of this floor
        from notices.services import jobs  # noqa: F401 - registers the handlers and the hook for overdue deadlines
