"""Give every unit that stands already the open row of its operating-status history."""

from django.db import migrations
from django.db.models import Min

CHUNK = 500


def open_histories(apps, schema_editor):
    """A row says since when the status holds and when it was recorded, as far as the audit trail and the tiers tell."""
    Enterprise = apps.get_model("cases", "Enterprise")
    StatusRecord = apps.get_model("cases", "StatusRecord")
    known = StatusRecord.objects.filter(valid_to__isnull=True).values("enterprise")
    pks = list(Enterprise.objects.exclude(pk__in=known).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        chunk = pks[start : start + CHUNK]
        changed = _changes(apps, chunk)
        entered = _entries(apps, chunk)
        StatusRecord.objects.bulk_create(
            StatusRecord(
                enterprise=unit,
                status=unit.status,
                basis=unit.status_basis,
                valid_from=unit.status_on or unit.first_entered_on,
                recorded_at=changed[unit.pk].at if unit.pk in changed else entered.get(unit.pk, unit.updated_at),
                recorded_by_id=changed[unit.pk].actor_id if unit.pk in changed else None,
            )
            for unit in Enterprise.objects.filter(pk__in=chunk)
        )


def _changes(apps, pks):
    """The last change of status in the audit trail, by unit."""
    AuditEvent = apps.get_model("cases", "AuditEvent")
    streams = {f"enterprise:{pk}": pk for pk in pks}
    events = AuditEvent.objects.filter(stream__in=streams, action="enterprise.status").order_by("sequence")
    return {streams[event.stream]: event for event in events}


def _entries(apps, pks):
    """When the unit came into this registry: its first tier was recorded then."""
    TierRecord = apps.get_model("cases", "TierRecord")
    rows = TierRecord.objects.filter(enterprise__in=pks).values("enterprise")
    return dict(rows.annotate(first=Min("valid_from")).values_list("enterprise", "first"))


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_law_whole")]

    # Backwards nothing needs to be taken out: the table goes with the migration that made it, and forwards again only
    # units without an open row get one.
    operations = [migrations.RunPython(open_histories, migrations.RunPython.noop)]
