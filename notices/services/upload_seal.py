"""Put a body's seal image into use, or take it out of use."""

import hashlib
import io
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image

from cases.acting import Acting
from cases.guards.conditions import Condition, require
from cases.models import Body
from cases.rules.errors import RuleError
from cases.selectors.scope import may
from cases.services.audit import record
from notices.models import BodySeal

LARGEST_BYTES: Final = 1_000_000
SMALLEST_SIDE: Final = 200  # pixels: 42 mm in print
LARGEST_SIDE: Final = 2_400
_CLAUSE: Final = "国务院关于国家行政机关和企业事业单位社会团体印章管理的规定（国发〔1999〕25号）"


def may_manage_seal(body: Body, acting: Acting) -> list[Condition]:
    """Whoever manages the people of a body manages its seal."""
    wording = _("Your post must allow this step at %(body)s.") % {"body": body.name}
    return [Condition("permission", may(acting.authority, "manage_people", body), wording, clause=_CLAUSE)]


@transaction.atomic
def upload_seal(*, body: Body, image: bytes, acting: Acting) -> BodySeal:
    """Use this PNG from now on; what was printed before stays as it is. RuleError: `bad_seal_image`."""
    require(may_manage_seal(body, acting))
    return _put_in_use(body, _checked(image), False, acting)


@transaction.atomic
def use_demo_seal(*, body: Body, acting: Acting) -> BodySeal:
    """Print the demonstration seal, which says 演示, in place of a real one."""
    if acting.user is not None:
        require(may_manage_seal(body, acting))
    return _put_in_use(body, b"", True, acting)


@transaction.atomic
def withdraw_seal(*, body: Body, acting: Acting) -> None:
    """From now on a dashed box stands in the seal's place."""
    require(may_manage_seal(body, acting))
    _withdraw(body, acting)
    record(stream=f"body:{body.pk}", action="seal.withdrawn", acting=acting, body=body)


def _put_in_use(body: Body, image: bytes, is_demo: bool, acting: Acting) -> BodySeal:
    _withdraw(body, acting)
    seal = BodySeal.objects.create(
        body=body,
        image=image,
        sha256=hashlib.sha256(image).hexdigest() if image else "",
        is_demo=is_demo,
        uploaded_by=acting.user,
        uploaded_at=acting.at,
    )
    data = {"seal": seal.pk, "sha256": seal.sha256, "demo": is_demo}
    record(stream=f"body:{body.pk}", action="seal.uploaded", acting=acting, body=body, data=data)
    return seal


def _withdraw(body: Body, acting: Acting) -> None:
    Body.objects.select_for_update().get(pk=body.pk)
    BodySeal.objects.filter(body=body, withdrawn_at__isnull=True).update(withdrawn_at=acting.at)


def _checked(data: bytes) -> bytes:
    """The image if it is a PNG of sensible size: read whole, so that a broken or renamed file is found now."""
    if not 0 < len(data) <= LARGEST_BYTES:
        raise RuleError("bad_seal_image", "A seal image has at most 1 MB.", field="image")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            sides = picture.size
            if min(sides) < SMALLEST_SIDE or max(sides) > LARGEST_SIDE:
                raise RuleError(
                    "bad_seal_image",
                    "A seal image is %(smallest)d to %(largest)d pixels wide and high.",
                    field="image",
                    smallest=SMALLEST_SIDE,
                    largest=LARGEST_SIDE,
                )
            picture.verify()  # chunk by chunk to the end: `load` is lenient wherever WeasyPrint has been imported
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise RuleError("bad_seal_image", "A seal image is a PNG file.", field="image") from None
    return data
