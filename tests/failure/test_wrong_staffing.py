"""Wrong staffing files, each with the exact messages that it must give, and rosters there aren't.

Beside NAME.yaml stands NAME.expected: what ``bcpsim staff NAME.yaml --allow-dir
../../data`` prints to standard error in that folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import bcpsim
from bcpsim.experiments.staffing import read_question

FOLDER = Path(__file__).resolve().parent / "wrong_staffing"
DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.expected")))
def test_a_wrong_file_gives_exactly_its_messages(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(bcpsim.ScenarioError) as caught:
        read_question(f"{name}.yaml", allowed=[DATA])
    assert f"{caught.value}\n" == Path(f"{name}.expected").read_text(encoding="utf-8")


def question(tmp_path: Path, **changes: object) -> Path:
    data = yaml.safe_load((DATA / "staffing.yaml").read_text("utf-8")) | changes
    (tmp_path / "booths.yaml").write_text((DATA / "booths.yaml").read_text("utf-8"), "utf-8")
    path = tmp_path / "staffing.yaml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    return path


def test_a_target_that_nobody_can_keep(tmp_path: Path) -> None:
    path = question(tmp_path, targets=[{"class": "car", "time_in_system": "1 s", "share": "50 %"}])
    with pytest.raises(bcpsim.RunError, match=r"with all of 10 guards .* from 00:00: 0") as caught:
        bcpsim.staff(path)
    assert "nothing helps by itself, neither more officers nor more lanes" in str(caught.value)


def test_lanes_that_are_too_few_are_told(tmp_path: Path) -> None:
    path = question(tmp_path, overrides={"stops.booths.lanes": 1})
    with pytest.raises(bcpsim.RunError) as caught:
        bcpsim.staff(path)
    words = "no number of these officers helps; this would, each by itself:"
    assert words in str(caught.value)
    assert "4 times the lanes at booths 100.0 %" in str(caught.value)


def test_officers_of_others_who_are_too_few_are_told(tmp_path: Path) -> None:
    path = question(
        tmp_path,
        variants="two_stops",
        overrides={
            "officers.officers.shifts.0.count": 1,
            "activities.goods.duration.mean": "3 min",
        },
        targets=[{"class": "car", "waiting_time": "5 min", "share": "60 %"}],
    )
    with pytest.raises(bcpsim.RunError, match=r"times as many officers, all day [89]\d"):
        bcpsim.staff(path)


def test_rules_that_leave_no_shift(tmp_path: Path) -> None:
    path = question(tmp_path, rules={"guard": {"rest": "21 h", "within": "00:00-01:30"}})
    with pytest.raises(bcpsim.InputError, match="the rules of guard leave guards no shift"):
        bcpsim.staff(path)


def test_rules_that_no_roster_keeps(tmp_path: Path) -> None:
    path = question(tmp_path, rules={"guard": {"on_duty": 9}})
    with pytest.raises(bcpsim.RunError, match="no roster of the allowed shifts was found"):
        bcpsim.staff(path)
