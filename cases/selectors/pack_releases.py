"""Published rule packs as the packs' floor asks for them."""

from collections.abc import Iterator

from django.db.models import Count, Max

from cases.models.pack import PackRelease
from cases.packs.published import Release


class StoredReleases:
    """The releases in the database; which there are is one small question, for none is ever changed or removed."""

    def mark(self) -> object:
        counted = PackRelease.objects.aggregate(newest=Max("pk"), number=Count("pk"))
        return counted["newest"], counted["number"]  # a number that commits late is below the newest: count, too

    def releases(self) -> Iterator[Release]:
        for row in PackRelease.objects.order_by("pk").only("code", "pack_version", "sha256", "text"):
            yield Release(row.pk, row.code, row.pack_version, row.sha256, row.text)
