"""Print the lowest versions that pyproject.toml allows, as constraints for pip."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

EXTRAS = ("analysis", "dask")
"""What users install; the tools of development are free."""


def main() -> None:
    """Print `name==version` for each dependency that has a floor."""
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    needed = list(project["dependencies"])
    for extra in EXTRAS:
        needed += project["optional-dependencies"][extra]
    for requirement in needed:
        found = re.match(r"([\w.-]+)>=([\w.]+)", requirement)
        if found is None:
            raise SystemExit(f"pyproject.toml gives no lowest version: {requirement}")
        print("==".join(found.groups()))


if __name__ == "__main__":
    main()
