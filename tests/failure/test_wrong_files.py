"""Wrong scenario files, each with the exact messages that it must give.

They lie in ``wrong_files/KEY``, by the key of the scenario file that is wrong. Beside NAME.yaml
stands NAME.expected: what ``bcpsim validate NAME.yaml`` prints to standard error in that folder.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from messages import without_keys

import bcpsim
from bcpsim.errors import on_command_line
from bcpsim.files.document import MAX_BYTES, MAX_DEPTH
from bcpsim.scenario.facilities import Stop

FOLDER = Path(__file__).resolve().parent / "wrong_files"
NAMES = sorted(
    path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.expected")
)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_file_gives_exactly_its_messages(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = FOLDER / f"{name}.yaml"
    monkeypatch.chdir(path.parent)
    with on_command_line(), pytest.raises(bcpsim.ScenarioError) as caught:
        bcpsim.load_variants(path.name)
    expected = path.with_suffix(".expected").read_text(encoding="utf-8")
    assert without_keys(f"{caught.value}\n") == expected


def test_an_unknown_key_is_told_with_all_that_there_are(tmp_path: Path) -> None:
    path = tmp_path / "border.yaml"
    text = (FOLDER / "stops" / "deters_wrong.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("lanes:", "lane:"), encoding="utf-8")
    keys = ", ".join(sorted(Stop.model_fields))
    assert f"unknown key 'lane'; expected one of: {keys} (did you mean 'lanes'?)" in problems(path)


def test_every_wrong_file_has_its_messages() -> None:
    alone = {
        path.stem for path in FOLDER.rglob("*.yaml") if not path.with_suffix(".expected").exists()
    }
    # Which others extend, or name as crossings.
    assert alone == {"base_with_mistake", "crossing", "other_crossing"}


def problems(path: Path) -> str:
    with pytest.raises(bcpsim.ScenarioError) as caught:
        bcpsim.load_variants(path)
    return str(caught.value)


def test_a_file_over_the_size_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text("# " + "x" * MAX_BYTES, encoding="utf-8")
    assert "more than 1 MiB" in problems(path)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text("a: " + "[" * 3000 + "]" * 3000, encoding="utf-8")
    assert f"nested more than {MAX_DEPTH} deep" in problems(path)


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "border.yaml").write_text("name: x", encoding="utf-8")
    assert "did you mean 'border.yaml'?" in problems(tmp_path / "boarder.yaml")


def test_a_link_out_of_the_folder_is_followed_before_it_is_judged(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    outside = tmp_path / "outside.csv"
    outside.write_text("t\n2026-04-13T00:10\n", encoding="utf-8")
    (inside / "link.csv").symlink_to(outside)
    text = (FOLDER / "tables" / "path_leaves.yaml").read_text(encoding="utf-8")
    path = inside / "linked.yaml"
    path.write_text(text.replace("../../../etc/passwd", "link.csv"), encoding="utf-8")
    assert "'link.csv' leaves the folder" in problems(path)
    assert bcpsim.load(path, allowed=[tmp_path]).scenario.name == "small"


def test_a_shown_variant_must_exist() -> None:
    shipped = FOLDER.parents[2] / "scenarios" / "land" / "peace_arch.yaml"
    with pytest.raises(bcpsim.ScenarioError, match=r"unknown variant 'bas'.*did you mean 'base'"):
        bcpsim.load(shipped, variant="bas")


def test_hundreds_of_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    shipped = FOLDER.parents[2] / "scenarios" / "land" / "kapitan_andreevo.yaml"
    text = shipped.read_text(encoding="utf-8").replace("data/", f"{shipped.parent}/data/")
    keys = "".join(f"key_{number}: 1\n" for number in range(400))
    path.write_text(text + keys, encoding="utf-8")
    before = time.process_time()
    with pytest.raises(bcpsim.ScenarioError) as caught:
        bcpsim.load_variants(path, allowed=[shipped.parent])
    assert len(caught.value.problems) == 400
    assert time.process_time() - before < 5  # half a second; with a tenth for each: 40
