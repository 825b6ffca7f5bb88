"""Who acts, when, and for whom: the one argument every changing service shares."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cases.models.people import User

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")


def legal_date(at: datetime) -> date:
    """The legal day of an instant: its date in Asia/Shanghai, whatever the server's zone."""
    return at.astimezone(LEGAL_ZONE).date()


@dataclass(frozen=True, slots=True)
class Acting:
    """A user acting at an aware instant; ``on_behalf_of`` is the absent colleague a substitute stands in for.

    ``user`` is None only where the system itself acts (sweeps, computed steps).
    """

    user: User | None
    at: datetime
    on_behalf_of: User | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("Acting.at must be an aware datetime")

    @property
    def today(self) -> date:
        return legal_date(self.at)

    @property
    def authority(self) -> User:
        """Whose post the act rests on: the absent colleague's for a substitute, else the acting user's own."""
        return self.on_behalf_of or self.person

    @property
    def person(self) -> User:
        """The acting user; raises where only a person may act."""
        if self.user is None:
            raise ValueError("this step needs a person, not the system")
        return self.user
