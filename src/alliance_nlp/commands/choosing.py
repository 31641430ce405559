"""A folder that somebody chooses: in a window of the system, or typed or dragged into the terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from alliance_nlp.commands.printing import say
from alliance_nlp.errors import InputError

NO_ANSWER = (
    "No folder was named, and there is neither a window nor a keyboard to ask. Name it: alliance-nlp start FOLDER."
)


def has_windows() -> bool:
    """Whether this computer can show a window: always under Windows and macOS, elsewhere where there is a display."""
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def choose_folder(question: str, typed: str) -> Path | None:
    """Ask for a folder; None where it was not chosen.

    Parameters
    ----------
    question : str
        Title of the window.
    typed : str
        What to ask where there is no window.

    Returns
    -------
    Path or None
        What was chosen; None where the window was closed, or the line left empty.

    Raises
    ------
    InputError
        When nobody can be asked.
    """
    if has_windows():
        for asked in (_in_desktops_window, _in_own_window):
            answer = asked(question)
            if answer is not None:
                return Path(answer) if answer else None
    if not sys.stdin.isatty():
        raise InputError(NO_ANSWER)
    say(typed)
    return as_path(input("> "))


def _in_desktops_window(question: str) -> str | None:
    """Ask as the desktop does, with the small program that comes with it; None where there is none."""
    commands = {
        "zenity": ["--file-selection", "--directory", f"--title={question}"],
        "kdialog": ["--title", question, "--getexistingdirectory", str(Path.home())],
    }
    for name, options in commands.items():
        program = shutil.which(name)
        if program is not None:
            done = subprocess.run([program, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
            if done.returncode in (0, 1):  # 1 is a window that was closed; others could not show one
                return os.fsdecode(done.stdout).rstrip("\r\n") if done.returncode == 0 else ""
    return None


def _in_own_window(question: str) -> str | None:
    """Ask with the window that Python brings, the system's own under Windows and macOS; None where it brings none."""
    try:
        import tkinter
        from tkinter import filedialog
    except ImportError:
        return None
    try:
        root = tkinter.Tk()
    except tkinter.TclError:
        return None
    root.withdraw()
    answer = filedialog.askdirectory(parent=root, title=question, mustexist=True)
    root.destroy()
    return str(answer or "")


def as_path(line: str) -> Path | None:
    r"""Read a line that was typed, or that a terminal wrote where a folder was dragged into it.

    Examples
    --------
    >>> as_path("'my study' ") == Path("my study"), as_path(" "), as_path("file:///my%20study").name
    (True, None, 'my study')
    """
    line = line.strip()
    if line.startswith("file://"):
        return Path(unquote(urlsplit(line).path))
    if Path(line).exists() or sys.platform == "win32":
        return Path(line.strip("\"'")) if line else None
    try:
        words = shlex.split(line)  # terminals quote blanks, or write a backslash before them
    except ValueError:
        words = [line]
    return Path(words[0] if len(words) == 1 else line) if line else None
