"""The walkthrough leaves every document and its timeline, and stays out of the configured database."""

import json
from pathlib import Path

import pytest

from tests.demo.conftest import PATIENCE, new_house
from tests.engine.houses import House
from workflow.demo.plots import MAIN

pytestmark = pytest.mark.slow

DOCUMENTS = (
    "行政检查审批表", "行政检查通知书", "现场检查笔录", "工业企业产品质量分类监管备案表",
    "工业企业产品质量分类监管通用规则", "约谈通知书", "送达回证", "约谈记录",
    "责令限期整改通知书", "送达回证-2", "送达回证-3", "回访记录", "敦促提醒函", "结案审批表",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    directory = tmp_path_factory.mktemp("walk")
    house = new_house(directory)
    before = (directory / "demo.sqlite3").read_bytes()
    assert house.command("manage.py", "walkthrough", "--out", str(directory / "out")).wait(PATIENCE) == 0, house.log()
    assert (directory / "demo.sqlite3").read_bytes() == before
    return house


def test_it_leaves_every_document(house: House) -> None:
    out = house.directory / "out"
    assert {path.stem for path in out.glob("*.pdf")} == set(DOCUMENTS)
    assert all(path.read_bytes().startswith(b"%PDF-") for path in out.glob("*.pdf"))


def test_the_timeline_tells_every_step_by_whom_and_when(house: House) -> None:
    timeline = json.loads((house.directory / "out" / "timeline.json").read_text(encoding="utf-8"))
    steps = timeline["steps"]
    assert [step["step"] for step in steps if step["step"] in MAIN] == list(MAIN)
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)
    assert all(step["who"] and step["body"] and step["outcome"] for step in steps)
    assert len({step["who"] for step in steps}) >= 7
    assert steps[-1]["case_status"] == "closed"
    assert {document["file"] for document in timeline["documents"]} == {f"{name}.pdf" for name in DOCUMENTS}


def test_each_step_is_printed(house: House) -> None:
    printed = house.log()
    for name in ("王建国", "李敏", "周国强", "吴芳", "郑海", "孙悦", "敦促提醒函"):
        assert name in printed


def test_a_place_that_cannot_be_made_is_named(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert house.command("manage.py", "walkthrough", "--out", str(tmp_path / "file" / "out")).wait(PATIENCE) == 1
    assert "cannot be made" in house.log()
