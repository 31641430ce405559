"""Make what is handed to a colleague without Python: one archive a system, with a starter, the wheel, and uv.

    python starters/make.py linux            # dist/alliance_nlp-0.2.0-linux.zip
    python starters/make.py linux --everything   # all packages inside: sets up without a network, on this kind of system

uv comes from the package index with the ordinary client; `--uv FILE` takes one that is there. With `--everything` the
packages are those that pip finds here: have PyTorch's build without CUDA found (the README says how), or the archive
holds CUDA.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HOME = Path(__file__).resolve().parent
ROOT = HOME.parent
EXTRAS = "offline,multilingual,report,formats,annotations,scripts"
BOM = b"\xef\xbb\xbf"  # PowerShell 5.1 and Notepad take files without one for the country's own encoding
# name of the starter, where pip looks for uv, where the program lies afterwards, how it is started
SYSTEMS = {
    "linux": {
        "starter": "start-linux.sh",
        "platform": "manylinux_2_28_x86_64",
        "place": "~/.local/share/alliance_nlp",
        "en": "Right-click start-linux.sh, Run as a Program (or double-click it, and Execute). Later it stands in the menu.\n",
        "nb": "Høyreklikk start-linux.sh, Kjør som program (eller dobbeltklikk, og Kjør). Siden står det i menyen.\n",
    },
    "mac": {
        "starter": "start-mac.command",
        "platform": "macosx_11_0_arm64",
        "place": "~/Library/Application Support/alliance_nlp",
        "en": "Double-click start-mac.command. If macOS refuses it: System Settings, Privacy & Security, Open Anyway.\n",
        "nb": "Dobbeltklikk start-mac.command. Sier macOS nei: Systeminnstillinger, Personvern og sikkerhet, Åpne likevel.\n",
    },
    "windows": {
        "starter": "start-windows.bat",
        "platform": "win_amd64",
        "place": r"%LOCALAPPDATA%\alliance_nlp",
        "en": "Unpack all of it first. Then double-click start-windows.bat. If Windows warns: More info, Run anyway.\n",
        "nb": "Pakk ut alt først. Dobbeltklikk så start-windows.bat. Advarer Windows: Mer informasjon, Kjør likevel.\n",
    },
}


def parts_of(system: str, wheel: Path, uv: dict[str, bytes]) -> dict[str, bytes]:
    """Files of the archive by name."""
    about = SYSTEMS[system]
    told = (HOME / "START_HERE.txt").read_text(encoding="utf-8")
    told = told.format(start_en=about["en"], start_nb=about["nb"], place=about["place"])
    found = {
        "START_HERE.txt": told.encode(),
        f"parts/{wheel.name}": wheel.read_bytes(),
        **uv,
        "parts/constraints.txt": (ROOT / "constraints.txt").read_bytes(),
    }
    example = ROOT / "src" / "alliance_nlp" / "studies" / "focus_group"
    found |= {
        f"example/{path.relative_to(example).as_posix()}": path.read_bytes()
        for path in sorted(example.rglob("*"))
        if path.is_file()
    }
    if system != "windows":
        return found | {about["starter"]: (HOME / "start.sh").read_bytes()}
    found["START_HERE.txt"] = BOM + _lines_of_windows(found["START_HERE.txt"])
    found["parts/start.ps1"] = BOM + _lines_of_windows((HOME / "start.ps1").read_bytes())
    return found | {about["starter"]: _lines_of_windows((HOME / "start.bat").read_bytes())}


def _lines_of_windows(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def write_archive(path: Path, files: dict[str, bytes]) -> None:
    """Write files under one folder; programs may be run; the same bytes each time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"alliance_nlp/{name}", (2020, 1, 1, 0, 0, 0))
            runs = name.endswith((".sh", ".command", "/uv"))
            entry.create_system, entry.external_attr = 3, (0o100755 if runs else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def _call(*words: object) -> None:
    subprocess.run([sys.executable, "-m", *map(str, words)], check=True, cwd=ROOT)


def _wheel_of(folder: Path) -> Path:
    _call("hatchling", "build", "-t", "wheel", "-d", folder)
    return next(folder.glob("alliance_nlp-*.whl"))


def _uv_for(system: str, folder: Path) -> dict[str, bytes]:
    """Fetch uv for a system, with its licences."""
    platform = SYSTEMS[system]["platform"]
    older = ["manylinux_2_17_x86_64"] if system == "linux" else []
    named = [word for name in (platform, *older) for word in ("--platform", name)]
    _call("pip", "download", "-q", "--no-deps", "--only-binary=:all:", *named, "-d", folder, "uv")
    with zipfile.ZipFile(next(folder.glob("uv-*.whl"))) as package:
        kept = ("/scripts/uv", "/scripts/uv.exe", "/licenses/LICENSE-MIT", "/licenses/LICENSE-APACHE")
        found = {Path(name).name: package.read(name) for name in package.namelist() if name.endswith(kept)}
    return {f"parts/{name.replace('LICENSE-', 'uv-LICENSE-')}": content for name, content in found.items()}


def main(words: list[str] | None = None) -> int:
    """Make one archive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("--everything", action="store_true", help="all packages inside, for this kind of system")
    parser.add_argument("--wheel", type=Path, help="of alliance_nlp; built from this tree where it is not named")
    parser.add_argument("--uv", type=Path, help="the program uv for that system; fetched where it is not named")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args(words)
    options.out = options.out.resolve()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        wheel = options.wheel or _wheel_of(Path(folder))
        name = "uv.exe" if options.system == "windows" else "uv"
        uv = {f"parts/{name}": options.uv.read_bytes()} if options.uv else _uv_for(options.system, Path(folder))
        files = parts_of(options.system, wheel, uv)
        if options.everything:
            packages = Path(folder, "wheels")
            _call("pip", "wheel", "-q", "-c", ROOT / "constraints.txt", "-w", packages, f"{wheel}[{EXTRAS}]")
            files |= {f"parts/wheels/{path.name}": path.read_bytes() for path in sorted(packages.iterdir())}
        version = wheel.name.split("-")[1]
        ending = "-everything.zip" if options.everything else ".zip"
        path = options.out / f"alliance_nlp-{version}-{options.system}{ending}"
        write_archive(path, files)
    print(f"{path}: {path.stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
