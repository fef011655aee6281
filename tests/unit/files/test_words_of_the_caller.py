"""Messages name options as the caller writes them: on the command line, or in Python."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bcpsim
from bcpsim import errors
from bcpsim.cli.main import program
from bcpsim.errors import InputError, on_command_line, option

SMALL = Path(__file__).parents[2] / "data" / "small.yaml"


def test_each_option_has_two_spellings() -> None:
    assert option("--resume") == "resume=True"
    with on_command_line():
        assert option("--resume") == "--resume"
    assert option("--resume") == "resume=True"


def test_python_is_not_told_of_options(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    sweep = SMALL.with_name("sweep.yaml")
    with pytest.raises(InputError) as error:
        bcpsim.sweep(sweep, out=tmp_path)
    assert str(error.value).endswith("isn't empty and holds no sweep; choose another folder")
    with pytest.raises(InputError, match=r"^overrides: traffic\.vehicles\.arrivals\.scale: must"):
        bcpsim.load(SMALL, overrides={"traffic.vehicles.arrivals.scale": -1})
    with pytest.raises(InputError, match=r"changes=\['stops\.NAME\.lanes=5'\]"):
        bcpsim.compare(SMALL, alternatives=[])


def test_the_command_line_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    done = CliRunner().invoke(program(), ["sweep", str(SMALL.with_name("sweep.yaml")), "--out",
                                    str(tmp_path)])  # fmt: skip
    assert str(done.exception).endswith("choose another --out")


def test_no_message_of_the_library_names_an_option_by_itself() -> None:
    root = Path(errors.__file__).parent
    found = []
    for path in root.rglob("*.py"):
        if path.parent.name in ("cli", "report") or path == Path(errors.__file__):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            for name in re.findall(r"--(?:resume|force|out|set|with|equal|allow-dir)\b", line):
                stated = "`" in line or "--out {folder}" in line or 'yield "--set"' in line
                if f"option('{name}" not in line and f'option("{name}' not in line and not stated:
                    found.append(f"{path.relative_to(root)}:{number}: {line.strip()}")
    assert found == [], "\n".join(found)
