"""Make the demo's accounts and appoint them, as a manager of people would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from cases.acting import Acting
from cases.models import Body, User
from cases.services.appoint import appoint
from cases.services.audit import record
from cases.services.credentials import issue_certificate
from notices.services.upload_seal import use_demo_seal
from workflow.demo.accounts import ACCOUNTS, PASSWORD, Account

_NONE = "!"  # nobody can sign in with it
_SALT = "zhijian-demo-every-account"  # fixed: the password is public, and the same seed gives the same rows


@dataclass(frozen=True)
class Places:
    """The bodies the demo plays at: one city of the province, its counties, and the towns of each."""

    province: Body
    city: Body
    counties: Sequence[Body]

    def body(self, place: str) -> Body | None:
        """The body of a place such as "county2" or "town1"; None where the province has no such place."""
        if place in ("province", "city"):
            body: Body = getattr(self, place)
            return body if body.level == place else None
        number = int(place[-1]) - 1
        if place.startswith("town"):
            return self.towns(self.counties[0])[number]
        return self.counties[number] if number < len(self.counties) else None

    def towns(self, county: Body) -> list[Body]:
        """Offices of towns (镇, codes from 100 up) first, then those of streets: factories stand in towns."""
        offices = Body.objects.filter(parent=county, level=Body.Level.TOWNSHIP).order_by("code")
        return sorted(offices, key=lambda body: (body.code[6] == "0", body.code))


def find_places(province_code: str) -> Places:
    """嘉兴市 in Zhejiang, elsewhere the first city with two counties; LookupError where there is none."""
    province = Body.objects.get(code=f"{province_code}0000")
    cities = [province] if province.municipality else list(Body.objects.filter(parent=province, level="city"))
    cities.sort(key=lambda body: (body.code != "330400", body.code))
    for city in cities:
        counties = Body.objects.filter(parent=city, level=Body.Level.COUNTY, children__isnull=False).distinct()
        if counties.count() > 1:
            return Places(province, city, list(counties.order_by("code")[:7]))
    raise LookupError(f"no city of {province.name} has two counties")


def settle_people(places: Places, at: datetime) -> dict[str, User]:
    """Everybody by user name: the first administrator by the command line, the others appointed by that one."""
    password = make_password(PASSWORD, salt=_SALT)  # once: hashing is slow on purpose
    root = User.objects.create(username="root", name="系统初始化", is_superuser=True, password=_NONE, date_joined=at)
    people = {"root": root}
    for account in sorted(ACCOUNTS, key=lambda each: each.username != "guanli"):
        by = Acting(people.get("guanli", root), at)
        posts = [(role, body) for role, place in account.posts if (body := places.body(place)) is not None]
        if posts:
            people[account.username] = _settle(account, posts, password, by)
    _certify(places, people, at)
    for body in (places.province, places.city, *places.counties, places.towns(places.counties[0])[0]):
        use_demo_seal(body=body, acting=Acting(None, at))
    root.is_active = False
    root.save(update_fields=["is_active"])
    return people


def _settle(account: Account, posts: Sequence[tuple[str, Body]], password: str, by: Acting) -> User:
    user = User.objects.create(username=account.username, name=account.name, password=password, date_joined=by.at)
    data = {"username": user.username, "name": user.name}
    record(stream=f"person:{user.pk}", action="register_person", acting=by, data=data)
    for role, body in posts:
        appoint(user=user, role=role, body=body, starts_on=by.today, acting=by)
    return user


def _certify(places: Places, people: Mapping[str, User], at: datetime) -> None:
    """A certificate for every inspector, valid for the whole of the demo."""
    by = Acting(people["guanli"], at)
    inspectors = [account for account in ACCOUNTS if "inspector" in account.roles and account.username in people]
    for number, account in enumerate(inspectors, start=1):
        issue_certificate(
            user=people[account.username],
            number=f"{places.province.code[:2]}DEMO{number:04d}",
            valid_from=date(by.today.year - 1, 1, 1),
            valid_to=date(by.today.year + 5, 12, 31),
            issuer=f"{places.province.short_name}人民政府",
            acting=by,
        )
