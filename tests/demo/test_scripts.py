"""The commands of the checkout: readable by bash, explained, without surprises."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from workflow.demo.accounts import PASSWORD, SHOWN, sign_in_list

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [ROOT / "bin" / name for name in ("demo", "test", "prepare")] + [ROOT / ".ci" / "run"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_bash_reads_it_and_stops_at_errors(script: Path) -> None:
    subprocess.run(["bash", "-n", str(script)], check=True)
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_works_from_any_directory_and_names_no_machine(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert 'cd "$(dirname "${BASH_SOURCE[0]}")/.."' in text
    assert not re.search(r"/(work|root|home|tmp)/|index-url|https?://(?!127\.0\.0\.1)", text)


def test_the_demo_explains_itself_and_refuses_what_it_does_not_know() -> None:
    helped = subprocess.run([ROOT / "bin" / "demo", "--help"], capture_output=True, text=True)
    assert helped.returncode == 0
    assert "--prepare" in helped.stdout
    refused = subprocess.run([ROOT / "bin" / "demo", "--serve"], capture_output=True, text=True)
    assert refused.returncode == 2
    assert "--prepare" in refused.stderr


def test_accounts_are_printed_with_their_password() -> None:
    command = [sys.executable, str(ROOT / "bin" / "print_accounts.py"), "http://127.0.0.1:8000"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert PASSWORD in printed
    assert all(account.username in printed and account.name in printed for account in SHOWN)


def test_the_sign_in_page_is_offered_every_role_but_those_of_nobody() -> None:
    roles = {role for account in SHOWN for role in account.roles}
    assert {"inspector", "unit_head", "grassroots_lead", "city_officer", "province_officer", "overseer"} <= roles
    assert {"list_admin", "platform_admin"} <= roles
    assert all(set(row) == {"username", "password", "name", "post", "post_en"} for row in sign_in_list())
    assert all(row["post"] and row["post_en"].isascii() and row["post_en"] for row in sign_in_list())


def test_messages_are_compiled_when_their_source_is_newer(tmp_path: Path) -> None:
    specification = importlib.util.spec_from_file_location("compile_messages", ROOT / "bin" / "compile_messages.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.append(polib.POEntry(msgid="Inbox", msgstr="待办"))
    catalogue.save(str(source))
    assert module.compile_messages(tmp_path) == 1
    assert polib.mofile(str(source.with_suffix(".mo")))[0].msgstr == "待办"
    assert module.compile_messages(tmp_path) == 0
    later = source.with_suffix(".mo").stat().st_mtime + 10
    os.utime(source, (later, later))
    assert module.compile_messages(tmp_path) == 1
