"""The file that asked for a result lies beside it, as it was read."""

from __future__ import annotations

import shutil
from pathlib import Path

from places import ROOT

import bcpsim
from bcpsim.calibration import calibrate
from bcpsim.calibration.folder import save_calibration
from bcpsim.staffing import save_staffing

DATA = ROOT / "tests" / "data"


def asked(folder: Path, name: str) -> Path:
    """Return a copy of a study file of the tests, with a remark, beside what it reads."""
    for file in ("small.yaml", "booths.yaml", "calibration.csv"):
        shutil.copy(DATA / file, folder)
    path = folder / name
    path.write_text("# As the director asked\n" + (DATA / name).read_text("utf-8"), "utf-8")
    return path


def test_the_sweep_file_lies_beside_its_points(tmp_path: Path) -> None:
    path = asked(tmp_path, "sweep.yaml")
    path.write_text(path.read_text("utf-8").replace("levels: 33", "levels: 2"), "utf-8")
    bcpsim.sweep(path, out=tmp_path / "out")
    assert (tmp_path / "out" / "sweep.yaml").read_bytes() == path.read_bytes()


def test_the_staffing_file_lies_beside_its_rosters(tmp_path: Path) -> None:
    path = asked(tmp_path, "staffing.yaml")
    save_staffing(bcpsim.staff(path), tmp_path / "out")
    assert (tmp_path / "out" / "staffing.yaml").read_bytes() == path.read_bytes()


def test_the_calibration_file_lies_beside_its_unknowns(tmp_path: Path) -> None:
    path = asked(tmp_path, "calibration.yaml")
    save_calibration(calibrate(path), tmp_path / "out")
    assert (tmp_path / "out" / "calibration.yaml").read_bytes() == path.read_bytes()
