"""Small makers of stored things for tests: a tree of bodies, people with posts, enterprises.

They write rows directly, so that a test of one service does not depend on another.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.models import Permission

from cases.acting import Acting
from cases.models import Body, BodyUserPermission, Enterprise, Post, StatusRecord, TierRecord, User
from cases.models.enterprise import FirstEntryReason
from cases.rules.body_tree import plan_bodies
from cases.rules.uscc import check_digit, organisation_digit
from cases.services.load_bodies import plant

NOON = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)
"""Noon of 18 November 2026 in Shanghai, the usual moment of a test."""

_DIVISIONS = (
    ("33", "浙江省"),
    ("3304", "嘉兴市"),
    ("330402", "南湖区"),
    ("330402100", "凤桥镇"),
    ("330402101", "余新镇"),
    ("330411", "秀洲区"),
    ("330411100", "王江泾镇"),
)
_ROLES_FILE = Path(__file__).resolve().parent.parent / "cases" / "packs" / "roles.yaml"
_numbers = count(1)


def make_body_tree() -> dict[str, Body]:
    """Bodies by code: 000000, 330000, 330400, counties 330402 and 330411, their township offices (nine digits)."""
    plant(plan_bodies(_DIVISIONS, {"33": "浙"}))
    return {body.code: body for body in Body.objects.all()}


def make_user(name: str, role: str | None = None, body: Body | None = None, **fields: Any) -> User:
    """An active person; with `role` and `body` also a post there and the grants that the role matrix gives it."""
    user = User.objects.create(**{"username": name, "name": name, **fields})
    if role is not None and body is not None:
        give_post(user, role, body)
    return user


def give_post(user: User, role: str, body: Body) -> Post:
    """A post held since the start of 2026, with its grants; the person appoints themselves, which no service would."""
    post = Post.objects.create(user=user, role=role, body=body, starts_on=date(2026, 1, 1), appointed_by=user)
    permissions = Permission.objects.filter(
        content_type__app_label="cases", content_type__model="body", codename__in=_permissions()[role]
    )
    BodyUserPermission.objects.bulk_create(
        [BodyUserPermission(user=user, permission=each, content_object=body) for each in permissions],
        ignore_conflicts=True,
    )
    return post


@cache
def _permissions() -> dict[str, list[str]]:
    """What each role may do; read once, for most tests begin with a dozen people."""
    roles = yaml.safe_load(_ROLES_FILE.read_text(encoding="utf-8"))
    return {entry["code"]: entry["permissions"] for entry in roles}


def acting(user: User | None, at: datetime = NOON) -> Acting:
    """`user` acting at noon of 18 November 2026."""
    return Acting(user=user, at=at)


def make_uscc(number: int | None = None, region: str = "330402", kind: str = "91") -> str:
    """An invented code with both check digits right; a new one each time unless `number` is given."""
    organisation = f"MATE{next(_numbers) if number is None else number:04d}"
    first = f"{kind}{region}{organisation}{organisation_digit(organisation)}"
    return first + check_digit(first)


def make_enterprise(**fields: Any) -> Enterprise:
    """A tier C producer in 南湖区 with open tier and status records; its bodies may be given."""
    county = fields.get("territorial_body") or Body.objects.get(code="330402")
    defaults: dict[str, Any] = {
        "uscc": make_uscc(region=county.region_code),
        "name": f"嘉兴示例{next(_numbers)}号电器有限公司",
        "makes": True,
        "headcount": 60,
        "revenue_wan": Decimal("800.00"),
        "region_code": county.region_code,
        "territorial_body": county,
        "tier_body": county,
        "tier": "C",
        "first_entry_reason": FirstEntryReason.ONSITE_CHECK,
        "first_entered_on": date(2026, 1, 5),
        "updated_at": NOON,
    }
    enterprise = Enterprise.objects.create(**{**defaults, **fields})
    TierRecord.objects.create(
        enterprise=enterprise,
        tier=enterprise.tier,
        provisional=enterprise.tier_provisional,
        tier_body=enterprise.tier_body,
        territorial_body=enterprise.territorial_body,
        pack="samr-2023-38@1",
        valid_from=NOON,
    )
    StatusRecord.objects.create(
        enterprise=enterprise,
        status=enterprise.status,
        basis=enterprise.status_basis,
        valid_from=enterprise.status_on or enterprise.first_entered_on,
        recorded_at=NOON,
    )
    return enterprise
