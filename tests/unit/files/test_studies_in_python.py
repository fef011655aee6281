"""Study files given as plain data: the same as the files, with paths from the working folder."""

from pathlib import Path
from typing import Any

import pytest

import bcpsim
from bcpsim.calibration import load_calibration
from bcpsim.claims.folder import save_check
from bcpsim.files.document import read_document
from bcpsim.staffing import load_staffing
from bcpsim.sweeps import load_sweep

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)


def given(name: str) -> Any:
    return read_document(DATA / name).data


@pytest.mark.usefixtures("here")
def test_each_study_reads_the_same_of_plain_data() -> None:
    assert load_sweep(given("sweep.yaml")).file == load_sweep("sweep.yaml").file
    assert load_staffing(given("staffing.yaml")).file == load_staffing("staffing.yaml").file
    assert (
        load_calibration(given("calibration.yaml")).file
        == load_calibration("calibration.yaml").file
    )
    assert bcpsim.load_claim(given("claim.yaml")).file == bcpsim.load_claim("claim.yaml").file


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("read", "name", "word"),
    [
        (load_sweep, "sweep.yaml", "sweep"),
        (load_staffing, "staffing.yaml", "staffing"),
        (load_calibration, "calibration.yaml", "calibration"),
        (bcpsim.load_claim, "claim.yaml", "claim"),
    ],
)
def test_mistakes_are_told_by_key_path(read: Any, name: str, word: str) -> None:
    data = given(name)
    data["scenario"] = "nowhere.yaml"
    with pytest.raises(bcpsim.ScenarioError, match=f"^{word}: scenario: .*nowhere.yaml"):
        read(data)


@pytest.mark.usefixtures("here")
def test_the_folder_of_a_claim_given_so_has_its_file(tmp_path: Path) -> None:
    data = given("claim.yaml")
    data["replications"] = {"at_least": 10, "at_most": 10}
    for part in ("conditions", "uncertain", "attribution"):
        data.pop(part, None)
    check = bcpsim.check(data)
    folder = save_check(check, tmp_path / "out")
    assert bcpsim.load_claim(read_document(folder / "claim.yaml").data).file == check.loaded.file
