"""Do one thing to many rows: each through the service of its own page, in a transaction of its own."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from cases.acting import Acting
from cases.models.list_view import ListRun
from cases.rules.errors import StatedError

MOST_AT_ONCE: Final = 200


def run_many(
    *,
    code: str,
    act: str,
    rows: Iterable[Any],
    do: Callable[[Any], object],
    about: Callable[[Any], tuple[str, str]],
    words: Callable[[StatedError], str],
    beforehand: Iterable[dict[str, str]] = (),
    acting: Acting,
) -> ListRun:
    """What became of each row: `do(row)` calls the service; `about(row)` names it and says where it is looked at.

    A refusal, which `words` puts into the reader's language, concerns its row alone. `beforehand` are verdicts on rows
    that were never tried.
    """
    verdicts = list(beforehand)
    for row in rows:
        name, url = about(row)
        verdict = {"name": name, "url": url}
        try:
            do(row)
        except StatedError as error:
            verdict["why"] = words(error)
        verdicts.append(verdict)
    refused = sum("why" in verdict for verdict in verdicts)
    return ListRun.objects.create(
        user=acting.person,
        list_code=code,
        act=act,
        state=ListRun.State.DONE,
        total=len(verdicts),
        done=len(verdicts) - refused,
        verdicts=verdicts,
        created_at=acting.at,
        finished_at=acting.at,
    )
