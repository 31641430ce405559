"""What is handed to a colleague without Python: archives as each system needs them; the starter in a real shell."""

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKE = ROOT / "starters" / "make.py"
WHEEL = "alliance_nlp-9.9.9-py3-none-any.whl"
SH = shutil.which("sh")
pytestmark = pytest.mark.skipif(not MAKE.exists(), reason="installed without the starters")
NEEDS_SH = pytest.mark.skipif(SH is None or sys.platform in ("win32", "darwin"), reason="the starter of Linux")
# stands in for uv: makes an environment whose program writes down what it is asked
UV = """#!/bin/sh
echo "uv $*" >>"$HOME/asked"
if [ -n "$UV_SAYS" ]; then echo "$UV_SAYS" >&2; exit 2; fi
if [ "$1" = venv ]; then
    for last; do :; done
    mkdir -p "$last/bin" "$UV_CACHE_DIR"
    printf '#!/bin/sh\\necho "program $*" >>"$HOME/asked"\\n' >"$last/bin/alliance-nlp"
    chmod +x "$last/bin/alliance-nlp"
fi
"""


def archive(system, folder):
    for name, content in ((WHEEL, b"wheel"), ("uv", UV.encode())):
        (folder / name).write_bytes(content)
    told = [sys.executable, MAKE, system, "--wheel", folder / WHEEL, "--uv", folder / "uv", "--out", folder / "out"]
    subprocess.run(told, check=True, capture_output=True)
    return folder / "out" / f"alliance_nlp-9.9.9-{system}.zip"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Unpacked by somebody whose folders have blanks and Norwegian letters, as unzip does it."""
    home = tmp_path_factory.mktemp("made")
    place = home / "Fra Åse $1 – møte"
    with zipfile.ZipFile(archive("linux", home)) as found:
        found.extractall(place)
        for entry in found.infolist():
            (place / entry.filename).chmod(entry.external_attr >> 16)
    return place / "alliance_nlp"


@pytest.fixture
def start(unpacked, tmp_path):
    """Start it as somebody new; what it says, and with what it ends."""

    def run(*words, **environment):
        known = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "ALLIANCE_NLP_NEEDS_KB": "0"}
        done = subprocess.run(
            [unpacked / "start-linux.sh", *words], env=known | environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.stdout, done.returncode

    return run


def asked(home):
    return (home / "asked").read_text(encoding="utf-8") if (home / "asked").exists() else ""


@pytest.mark.parametrize("system", ["linux", "mac", "windows"])
def test_archives_are_as_their_system_needs_them(system, tmp_path):
    path = archive(system, tmp_path)
    first = path.read_bytes()
    assert archive(system, tmp_path).read_bytes() == first
    with zipfile.ZipFile(path) as found:
        files = {name.removeprefix("alliance_nlp/"): found.read(name) for name in found.namelist()}
        modes = {
            i.filename.removeprefix("alliance_nlp/"): stat.S_IMODE(i.external_attr >> 16) for i in found.infolist()
        }
    starter = {"linux": "start-linux.sh", "mac": "start-mac.command", "windows": "start-windows.bat"}[system]
    assert {starter, "START_HERE.txt", f"parts/{WHEEL}", "parts/constraints.txt", "example/study.toml"} <= set(files)
    assert "{" not in files["START_HERE.txt"].decode()
    if system != "windows":
        assert modes[starter] == modes["parts/uv"] == 0o755
        assert b"\r" not in files[starter]
        return
    assert files[starter].isascii()
    assert not files[starter].startswith(b"\xef\xbb\xbf")  # cmd would read it as a command
    assert files["parts/start.ps1"].startswith(b"\xef\xbb\xbf")  # PowerShell 5.1 would read letters wrongly
    assert "Første start" in files["parts/start.ps1"].decode("utf-8-sig")
    for name in (starter, "parts/start.ps1", "START_HERE.txt"):
        assert files[name].count(b"\n") == files[name].count(b"\r\n") > 5
    assert "parts/uv.exe" in files


@NEEDS_SH
def test_it_sets_up_once_and_starts_where_it_was_asked(start, unpacked, tmp_path):
    said, code = start("min studie", LANG="nb_NO.UTF-8")
    home = tmp_path / ".local" / "share" / "alliance_nlp"
    assert code == 0
    assert "Første start" in said
    assert asked(tmp_path).splitlines()[-1] == "program start --language nb min studie"
    installed = next(line for line in asked(tmp_path).splitlines() if line.startswith("uv pip install"))
    assert "--torch-backend=cpu --constraint constraints.txt" in installed
    assert installed.endswith(f"./{WHEEL}[offline,multilingual,report,formats,annotations,scripts]")
    assert sorted(path.name for path in home.iterdir()) == ["env", "ready"]
    entry = (tmp_path / ".local" / "share" / "applications" / "alliance_nlp.desktop").read_text(encoding="utf-8")
    path = str(unpacked / "start-linux.sh").replace("$", "\\\\$")
    assert f'Exec="{path}"\n' in entry
    said, code = start("another")
    assert (said.strip(), code) == ("", 0)
    assert asked(tmp_path).count("pip install") == 1


@NEEDS_SH
@pytest.mark.parametrize(
    ("says", "english", "norwegian"),
    [
        ("error: No space left on device (os error 28)", "The disk is full", "Disken er full"),
        ("error: Failed to fetch: dns error", "Is there a network?", "Er det nettforbindelse?"),
        ("error: something else", "No words of your study are in it", "Det står ingen ord fra studien i den"),
    ],
)
def test_a_failure_says_what_to_do_and_the_next_start_goes_on(says, english, norwegian, start, tmp_path):
    said, code = start(UV_SAYS=says)
    assert code == 2
    assert says in said
    assert english in said
    assert norwegian in start(UV_SAYS=says, LANG="nn_NO")[0]
    assert start()[1] == 0
    assert "program start --language en" in asked(tmp_path)


@NEEDS_SH
def test_no_space_is_said_before_anything_is_fetched(start, tmp_path):
    said, code = start(ALLIANCE_NLP_NEEDS_KB=str(10**15))
    assert code == 2
    assert "setting up needs 4 GB" in said
    assert asked(tmp_path) == ""


@NEEDS_SH
def test_a_folder_torn_from_its_parts_is_told_to_unpack(unpacked, tmp_path):
    alone = tmp_path / "start-linux.sh"
    shutil.copy(unpacked / "start-linux.sh", alone)
    done = subprocess.run([alone], env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert (done.returncode, "Unpack the whole archive first" in done.stdout) == (2, True)


@NEEDS_SH
def test_another_window_that_sets_up_is_waited_for(start, tmp_path):
    home = tmp_path / ".local" / "share" / "alliance_nlp"
    home.mkdir(parents=True)
    (home / "setting_up").write_text(str(os.getpid()), encoding="utf-8")
    said, code = start()
    assert (code, "in another window already" in said) == (2, True)
    (home / "setting_up").write_text("999999999", encoding="utf-8")  # its window is gone
    assert start()[1] == 0


@NEEDS_SH
def test_an_environment_that_broke_is_made_anew(start, tmp_path):
    assert start()[1] == 0
    (tmp_path / ".local" / "share" / "alliance_nlp" / "env" / "bin" / "alliance-nlp").write_text("#!/bin/sh\nexit 1\n")
    assert start()[1] == 0
    assert asked(tmp_path).count("pip install") == 2


@NEEDS_SH
def test_packages_in_the_archive_need_no_network(start, unpacked, tmp_path):
    (unpacked / "parts" / "wheels").mkdir()
    try:
        assert start()[1] == 0
    finally:
        (unpacked / "parts" / "wheels").rmdir()
    assert "--no-index --find-links=wheels --constraint" in asked(tmp_path)
