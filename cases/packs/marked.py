"""Reading YAML with line marks: every value is asked for by key and type, every refusal names file, line and reason.

The texts are also typed by people in a browser, so nothing in one may cost more than its own length: no aliases, no
deep nesting, no characters that cannot be stored, no numbers without end.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import yaml

from cases.rules.errors import msgid

Read = TypeVar("Read")
Other = TypeVar("Other")

LONGEST_DOCUMENT: Final = 200_000
"""Characters a document has at most; the longest that ships has a tenth of it."""
LONGEST_TEXT: Final = 2_000
DEEPEST: Final = 16
"""Levels of nesting a document has at most; the deepest that ships has half of it."""
MOST: Final = 999_999_999
NOT_YAML: Final = msgid("not YAML: look at the indentation, the quotes and the colons here")
_SHOWN: Final = 80
"""Characters of a wrong value that a refusal repeats."""

# The C loader reads the same marks ten times faster where libyaml is there.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SOURCE_TAG = re.compile(r"(S[0-4]|[ALPR]|W:[a-z0-9]+)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DECIMAL = re.compile(r"\d{1,15}(\.\d{1,4})?")
_SHARE = re.compile(r"\d{1,6}/[1-9]\d{0,5}")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")


class PackError(Exception):
    """A pack that cannot be used: the file, the line (from 1) and the reason; `faults` are all that were found.

    `msgid` is the untranslated reason with named placeholders, which the details fill.
    """

    def __init__(self, file: str, line: int, message: str, **details: Any) -> None:
        super().__init__(file, line, message)
        self.file = file
        self.line = line
        self.msgid = message
        self.details = {name: _short(value) for name, value in details.items()}
        self.faults: tuple[PackError, ...] = (self,)

    @classmethod
    def together(cls, faults: Iterable["PackError"]) -> "PackError":
        """The first of several refusals, which tells of all of them, in the order of their lines."""
        every = sorted((fault for each in faults for fault in each.faults), key=lambda fault: fault.line)
        first = every[0]
        error = cls(first.file, first.line, first.msgid, **first.details)
        error.faults = tuple(every)
        return error

    @property
    def reason(self) -> str:
        return self.msgid % self.details if self.details else self.msgid

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class Faults:
    """Refusals gathered while reading goes on, so that a writer learns of all of them at once."""

    def __init__(self) -> None:
        self.found: list[PackError] = []

    def attempt(self, read: Callable[[], Read], otherwise: Other) -> Read | Other:
        """What `read` answers; `otherwise` where it refuses."""
        try:
            return read()
        except PackError as error:
            self.found.append(error)
            return otherwise

    def require_none(self) -> None:
        """Raise PackError with everything found."""
        if self.found:
            raise PackError.together(self.found)


class Value:
    """One YAML node with its place; the readers refuse what is not of the wanted type."""

    def __init__(self, node: yaml.Node, file: str) -> None:
        self.node = node
        self.file = file

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def refuse(self, reason: str, **details: Any) -> NoReturn:
        """Raise PackError at this place; `reason` is a msgid."""
        raise PackError(self.file, self.line, reason, **details)

    def text(self) -> str:
        """Text that is not empty; numbers keep their spelling."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag == "tag:yaml.org,2002:null":
            self.refuse("text expected")
        text = str(self.node.value)
        if not text.strip():
            self.refuse("text is empty")
        if len(text) > LONGEST_TEXT:
            self.refuse("text has more than %(most)s characters", most=LONGEST_TEXT)
        if _UNSTORABLE.search(text):
            self.refuse("text has a character that cannot be printed")
        return text

    def integer(self, least: int = 0, most: int = MOST) -> int:
        """A whole number from `least` to `most`."""
        if not isinstance(self.node, yaml.ScalarNode) or not re.fullmatch(r"[0-9]{1,9}", self.node.value):
            self.refuse("whole number expected")
        number = int(self.node.value)
        if not least <= number <= most:
            self.refuse("%(value)s is not between %(least)s and %(most)s", value=number, least=least, most=most)
        return number

    def flag(self) -> bool:
        if not isinstance(self.node, yaml.ScalarNode) or self.node.value not in ("true", "false"):
            self.refuse("true or false expected")
        return bool(self.node.value == "true")

    def decimal(self) -> Decimal:
        """An amount, 0 or more, with at most four places."""
        if not _DECIMAL.fullmatch(self.text()):
            self.refuse("number expected, not “%(value)s”", value=self.text())
        return Decimal(self.text())

    def fraction(self) -> Fraction:
        """A share written as 9/10, at most the whole."""
        if not _SHARE.fullmatch(self.text()) or Fraction(self.text()) > 1:
            self.refuse("fraction like 9/10 expected, not “%(value)s”", value=self.text())
        return Fraction(self.text())

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text() if _DAY.fullmatch(self.text()) else "")
        except ValueError:
            self.refuse("bad date “%(value)s”, expected YYYY-MM-DD", value=self.text())

    def month_day(self, year: int) -> date:
        """A day of `year` written as MM-DD."""
        try:
            return date.fromisoformat(f"{year}-{self.text()}")
        except ValueError:
            self.refuse("bad day “%(value)s”, expected MM-DD", value=self.text())

    def choice(self, *allowed: str) -> str:
        if self.text() not in allowed:
            self.refuse("“%(value)s” is none of %(allowed)s", value=self.text(), allowed=", ".join(allowed))
        return self.text()

    def source_tag(self) -> str:
        """Source tags of domain 0.1, several separated by a comma and a space: S1, W:zj20."""
        if not all(_SOURCE_TAG.fullmatch(tag) for tag in self.text().split(", ")):
            self.refuse("bad source tag “%(value)s”", value=self.text())
        return self.text()

    def sequence(self) -> list["Value"]:
        if not isinstance(self.node, yaml.SequenceNode):
            self.refuse("list expected")
        return [Value(node, self.file) for node in self.node.value]

    def each(self, read: Callable[["Value"], Read]) -> list[Read]:
        """What `read` makes of every member of a list; all refusals are told together."""
        faults, members = Faults(), []
        for value in self.sequence():
            try:
                members.append(read(value))
            except PackError as error:
                faults.found.append(error)
        faults.require_none()
        return members

    def texts(self) -> tuple[str, ...]:
        """A list of texts, none twice."""
        listed: list[str] = []
        for value in self.sequence():
            if value.text() in listed:
                value.refuse("“%(value)s” stands twice", value=value.text())
            listed.append(value.text())
        return tuple(listed)

    def table(self, required: str = "", optional: str = "") -> "Table":
        """A mapping with exactly these keys (space separated); any keys if neither is given."""
        return Table(self, required.split(), optional.split())

    def plain(self) -> Any:
        """The value as YAML means it, for settings."""
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_document(self.node)
        except (yaml.YAMLError, ValueError, TypeError):
            self.refuse("the value cannot be read")
        finally:
            loader.dispose()


class Table:
    """A mapping whose keys have been checked: unknown, missing and repeated ones are refused, all at once."""

    def __init__(self, place: Value, required: list[str], optional: list[str]) -> None:
        if not isinstance(place.node, yaml.MappingNode):
            place.refuse("mapping expected")
        self.place = place
        self._values: dict[str, Value] = {}
        faults = Faults()
        allowed = (*required, *optional)
        for key_node, value_node in place.node.value:
            try:
                key = self._fresh_key(Value(key_node, place.file), allowed)
            except PackError as error:
                faults.found.append(error)
            else:
                self._values[key] = Value(value_node, place.file)
        missing = [key for key in required if key not in self._values]
        if missing:
            faults.found.append(PackError(place.file, place.line, "missing: %(keys)s", keys=", ".join(missing)))
        faults.require_none()

    def _fresh_key(self, key: Value, allowed: tuple[str, ...]) -> str:
        if key.text() in self._values:
            key.refuse("key “%(value)s” stands twice", value=key.text())
        if allowed and key.text() not in allowed:
            key.refuse("unknown key “%(value)s”", value=key.text())
        return key.text()

    def __getitem__(self, key: str) -> Value:
        return self._values[key]

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return iter(self._values.items())

    def get(self, key: str, read: Callable[[Value], Read], default: Read) -> Read:
        """What `read` makes of the value, or the default where the key is absent."""
        return read(self._values[key]) if key in self._values else default

    def texts(self) -> dict[str, str]:
        """The whole mapping as texts."""
        return {key: value.text() for key, value in self}


def read_yaml(path: Path) -> Value:
    """The document in a file. PackError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PackError(path.name, 1, "the file is not UTF-8") from error
    return read_document(text, path.name)


def read_document(text: str, name: str) -> Value:
    """The document in a text; broken YAML, empty texts and such as could harm are refused like any other fault."""
    if len(text) > LONGEST_DOCUMENT:
        raise PackError(name, 1, "the text has more than %(most)s characters", most=LONGEST_DOCUMENT)
    if bad := _UNSTORABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise PackError(name, line, "text has a character that cannot be printed")
    try:
        _require_harmless(text, name)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError(name, line, NOT_YAML) from error
    except yaml.YAMLError as error:
        raise PackError(name, 1, NOT_YAML) from error
    if node is None:
        raise PackError(name, 1, "the file is empty")
    return Value(node, name)


def _require_harmless(text: str, name: str) -> None:
    """Refuse aliases, which multiply, and nesting that would exhaust the composer; events are read one by one."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise PackError(name, line, "aliases (*) are not allowed: write it out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise PackError(name, line, "the text is nested too deep")
