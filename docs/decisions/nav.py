"""Writes each decision into the navigation of mkdocs.yml, with the title that its file has.

python docs/decisions/nav.py
"""

import json
from pathlib import Path

HERE = Path(__file__).parent
SITE = HERE.parents[1] / "mkdocs.yml"
HEAD = "  - Decisions:\n      - decisions/index.md\n"


def written(text):
    """The text of mkdocs.yml with all decisions under their index, in order."""
    before, _, _ = text.partition(HEAD)
    lines = []
    for path in sorted(HERE.glob("0*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        lines.append(f"      - {json.dumps(title, ensure_ascii=False)}: decisions/{path.name}\n")
    return before + HEAD + "".join(lines)


if __name__ == "__main__":
    SITE.write_text(written(SITE.read_text(encoding="utf-8")), encoding="utf-8")
