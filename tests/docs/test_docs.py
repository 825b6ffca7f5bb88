"""What the documents say is there: links, files, assumptions; and nothing of the machine it was written on is."""

import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_OURS = {".git", ".venv", "var", "node_modules", "__pycache__"}
CACHES = re.compile(r"\.[a-z_]*cache[a-z0-9_]*|\.hypothesis")
READABLE = {".py", ".md", ".yaml", ".toml", ".txt", ".html", ".css", ".js", ".po", ".csv", ".conf", ".sh", ""}
LONGEST = 500
LONGER_WITH_REASON = {"migrations": "written by makemigrations and never edited"}

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w.\-]+(?:/[\w.\-]+)*\.(?:py|md|yaml|toml|html|css|sh|txt)")
FOLDER = re.compile(r"(?:[\w.\-]+/)+")
WRITTEN_BY_US_LATER = ("var/", "letters/")
"""Folders that appear only once the application has run."""

OF_A_MACHINE = {
    "a home directory": re.compile(r"(?<![\w.])/(?:root|home/[a-z]\w*|Users/\w+)/"),
    "a folder of a build machine": re.compile(r"(?<![\w.])/(?:work|tmp|workspace|builds)/[a-z]"),
    "a package index": re.compile(r"index-url[ =]+\S*https?:|pythonhosted\.org|registry\.npm|pypi\.org|npmmirror\.com"),
    "a proxy of this machine": re.compile(
        r"(?i:(?:https?|all|socks)_proxy)=|(?:localhost|127\.0\.0\.1):(?:1080|3128|7890|8080|8118|8888)"
    ),
}


def files() -> Iterator[Path]:
    """Everything of the checkout that is neither a cache, nor produced, nor installed."""
    for folder, names, found in os.walk(ROOT):
        names[:] = [name for name in names if name not in NOT_OURS and not CACHES.fullmatch(name)]
        yield from (Path(folder) / name for name in found if not name.startswith(".coverage"))


def documents() -> list[Path]:
    return sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


DOCUMENTS = documents()
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def _named(text: str) -> Iterator[str]:
    """Files and folders a text names in code type; a command or a signature is neither."""
    for quoted in CODE.findall(text):
        word = quoted.split(":")[0].strip()
        if FILE.fullmatch(word) or FOLDER.fullmatch(word):
            yield word


def _there(word: str, everything: set[str]) -> bool:
    """Under the root; a name without its folder must end some path, as in a list of the files of one folder."""
    path = word.rstrip("/")
    return (ROOT / path).exists() or any(f"/{each}".endswith(f"/{path}") for each in everything)


def test_the_documents_we_promise_are_there() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in DOCUMENTS}

    guides = {"docs/user-guide.md", "docs/user-guide.zh-CN.md", "docs/architecture.md", "docs/operations.md"}
    assert names >= {*guides, "docs/glossary.md", "docs/assumptions.md", "README.md", "README.zh-CN.md"}


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(document.read_text("utf-8"))]
    inside = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]

    assert [target for target in inside if not (document.parent / unquote(target)).exists()] == []


@each_document
def test_every_file_named_is_there(document: Path) -> None:
    paths = [path.relative_to(ROOT) for path in files()]
    everything = {path.as_posix() for path in paths} | {each.as_posix() for path in paths for each in path.parents}
    named = [word for word in _named(document.read_text("utf-8")) if not word.startswith(WRITTEN_BY_US_LATER)]

    assert [word for word in named if not _there(word, everything)] == []


def test_the_list_of_assumptions_is_what_the_packs_say() -> None:
    spec = importlib.util.spec_from_file_location("build_assumptions", ROOT / "bin" / "build_assumptions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    current = (ROOT / "docs" / "assumptions.md").read_text("utf-8")
    assert module.assumptions_text() == current, "run bin/build_assumptions.py"


def test_every_open_setting_and_settable_period_is_listed() -> None:
    from cases.packs.loader import load_deadline_rules
    from cases.packs.settings import open_settings

    listed = (ROOT / "docs" / "assumptions.md").read_text("utf-8")
    wanted = [*open_settings(), *(rule.code for rule in load_deadline_rules().values() if rule.settable)]
    assert [key for key in wanted if f"| `{key}` |" not in listed] == []


def test_nothing_of_a_machine_is_left_in_any_file() -> None:
    found = []
    for path in files():
        if path.suffix not in READABLE or path == Path(__file__):
            continue
        text = path.read_text("utf-8", errors="ignore")
        found += [
            f"{path.relative_to(ROOT)}: {what}: {match.group()}"
            for what, pattern in OF_A_MACHINE.items()
            if (match := pattern.search(text))
        ]

    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a home directory", "cd /home/somebody/zhijian"),
        ("a home directory", "/".join(("open('", "root", ".cache')"))),
        ("a folder of a build machine", "/".join(("PATH=", "work", "main"))),
        ("a package index", "pip install --index-url https://index.example/simple"),
        ("a proxy of this machine", "HTTPS_PROXY=http://proxy.example"),
        ("a proxy of this machine", "curl -x 127.0.0.1:3128"),
    ],
)
def test_the_patterns_see_what_they_look_for(what: str, text: str) -> None:
    assert OF_A_MACHINE[what].search(text)


def test_python_files_stay_readable() -> None:
    too_long = [
        path.relative_to(ROOT).as_posix()
        for path in files()
        if path.suffix == ".py"
        and not LONGER_WITH_REASON.keys() & set(path.parts)
        and len(path.read_text("utf-8").splitlines()) >= LONGEST
    ]

    assert too_long == []
