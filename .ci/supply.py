"""What the library is made of at run time: licences, checked, and a bill of materials for a release.

``python .ci/supply.py`` prints one line a package and ends with 1 where a licence is unknown or a GPL;
``python .ci/supply.py --sbom sbom.json`` writes CycloneDX 1.5 as well. Everything is read from what is installed:
nothing is fetched.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import sys
from pathlib import Path

from alliance_nlp.provenance import __version__, installed_packages

# a library under the LGPL may be used at run time; a GPL may not, nor what nobody has stated
REFUSED = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|GNU (?:Affero )?General Public", re.IGNORECASE)


def licence_of(name: str) -> str:
    """Licence as the metadata states it: the expression, else the classifiers, else the first line of the field."""
    about = importlib.metadata.metadata(name)
    said = [str(about["License-Expression"] or "")]
    classes = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    said += [", ".join(c.rpartition(" :: ")[2] for c in classes)]
    said += [(str(about["License"] or "").strip().splitlines() or [""])[0][:80]]
    return next((words for words in said if words.strip() and words not in ("OSI Approved", "UNKNOWN")), "")


def bill(found: dict[str, str]) -> dict[str, object]:
    """Give the bill of materials."""
    parts = [
        {"type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}",
         "licenses": [{"license": {"name": licence_of(name) or "not stated"}}]}
        for name, version in found.items()
    ]  # fmt: skip
    own = {"type": "library", "name": "alliance-nlp", "version": __version__}
    head = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1}
    return {**head, "metadata": {"component": own}, "components": parts}


def main() -> int:
    """Print, check, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sbom", type=Path, help="write a bill of materials to this file")
    given = parser.parse_args()
    found = dict(installed_packages())
    bad = []
    for name, version in found.items():
        licence = licence_of(name)
        ok = bool(licence) and not (REFUSED.search(licence) and " OR " not in licence)
        bad += [] if ok else [name]
        print(f"{name:28} {version:14} {licence or 'NOT STATED'}{'' if ok else '  <- not allowed at run time'}")
    if given.sbom is not None:
        given.sbom.write_text(json.dumps(bill(found), indent=2) + "\n", encoding="utf-8")
    print(
        f"{len(found)} packages at run time; {len(bad)} whose licence is unknown or a GPL: {', '.join(bad) or 'none'}"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
