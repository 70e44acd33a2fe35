"""`luban try` runs an item no file of the house knows, through the house's own engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from luban.kit.item import Item
from luban.stages.trial import TrialFault, read_cases, try_cases

CASES = Path(__file__).parent / "dropin" / "soil_sampling_report" / "cases.yaml"


def test_every_case_comes_as_written(dropped_in: Item) -> None:
    results = try_cases(item=dropped_in, cases=read_cases(CASES))
    assert {r.name: r.differences for r in results if r.differences} == {}
    assert len(results) == 5


def test_documents_carry_words_numbers_and_digests(dropped_in: Item) -> None:
    result = try_cases(item=dropped_in, cases=read_cases(CASES)[:1])[0]
    notice, receipt = result.documents
    assert notice["fields"]["body"] == [{"kind": "p", "text": "1. 地块名称不全"}]
    assert receipt["number"] == "SSR-310115-2026-0001"
    assert "《土壤采样作业示例规定》第七条" in receipt["fields"]["body"][1]["text"]
    assert len(receipt["digest"]) == 64


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        ({"site: 示例路地块": "sight: 示例路地块"}, "work.sight"),
        ({"by: applicant, act: resubmit": "by: applicant, act: resubmitt"}, "resubmitt"),
        ({"  look_at: [2026-03-05": "  facts: {unheard: 1}\n  look_at: [2026-03-05"}, "unheard"),
        ({"  timeline:\n": "  timelime: []\n  timeline:\n"}, "timelime"),
    ],
)
def test_unknown_names_are_errors(dropped_in: Item, edit: dict[str, str], complaint: str) -> None:
    text = CASES.read_text(encoding="utf-8")
    for old, new in edit.items():
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(TrialFault, match=complaint):
        try_cases(item=dropped_in, cases=read_cases(text))


def test_a_register_that_is_not_there_cannot_be_changed(dropped_in: Item) -> None:
    process = replace(dropped_in.process, submit_records=("soil.noted",))
    with pytest.raises(TrialFault, match=r"soil\.noted"):
        try_cases(item=replace(dropped_in, process=process), cases=read_cases(CASES.read_text("utf-8")))


def test_silence_is_expected_of_the_item_s_own_rules(dropped_in: Item) -> None:
    text = CASES.read_text("utf-8").replace("  expect:\n", "  expect:\n    no: [SSR-01, SSR-99]\n", 1)
    result = try_cases(item=dropped_in, cases=read_cases(text))[0]
    assert result.differences == ["no: SSR-99 is not a rule of this item"]


def test_a_wrong_expectation_is_a_difference(dropped_in: Item) -> None:
    text = CASES.read_text(encoding="utf-8").replace("state: closed_granted", "state: closed_denied", 1)
    result = try_cases(item=dropped_in, cases=read_cases(text))[0]
    assert result.differences == ["state: 'closed_granted', expected 'closed_denied'"]


def test_the_command_prints_json_and_says_by_its_exit_code(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "config.cli", "try", "solid_waste_revocation"]
    broken = tmp_path / "broken.yaml"
    broken.write_text("- name: x\n  todayy: 2026-03-02\n", encoding="utf-8")
    refused = subprocess.run([*run, str(broken)], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "todayy" in refused.stderr or "today" in refused.stderr
    good = Path("luban/items/solid_waste_revocation/tests/cases.yaml")
    done = subprocess.run([*run, str(good)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["state"] == "closed_granted"


@pytest.mark.parametrize(
    ("file", "right", "wrong", "complaint"),
    [
        ("item.py", '"district_leader"', '"district_leeder"', "unknown role district_leeder"),
        ("item.py", '"enterprise_message"', '"enterprise_massage"', "enterprise_massage"),
        ("params.csv", "ssr.report_days,", "ssr.report_days,,,,,,,,,", "params.csv"),
    ],
)
def test_an_item_that_does_not_fit_together_is_told_in_a_line(
    tmp_path: Path, file: str, right: str, wrong: str, complaint: str
) -> None:
    folder = shutil.copytree(CASES.parent, tmp_path / "soil_sampling_report")
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong), encoding="utf-8")
    command = [sys.executable, "-m", "config.cli", "try", "soil_sampling_report", str(CASES)]
    env = {**os.environ, "LUBAN_ITEMS": str(tmp_path)}
    refused = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert complaint in refused.stderr
    assert "Traceback" not in refused.stderr
