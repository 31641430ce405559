#!/bin/sh
# alliance_nlp for a colleague without Python, under Linux and macOS: makes its own environment in the user's folder once,
# then asks for the folder of a study, runs the main job, and opens the report. See docs/without_python.md.
set -u

case $(uname) in
Darwin)
    home="$HOME/Library/Application Support/alliance_nlp"
    language=$(defaults read -g AppleLocale 2>/dev/null)
    torch=
    ;;
*)
    home="${XDG_DATA_HOME:-$HOME/.local/share}/alliance_nlp"
    language=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}
    torch=--torch-backend=cpu # elsewhere PyTorch's usual build is small
    ;;
esac
case $language in nb* | nn* | no*) language=nb ;; *) language=en ;; esac

say() { # in English, in Norwegian
    if [ "$language" = nb ]; then printf '\n%s\n' "$2"; else printf '\n%s\n' "$1"; fi
}

finish() { # keeps the window until somebody has read it
    if [ -t 0 ] && [ -z "${ALLIANCE_NLP_NO_PAUSE:-}" ]; then
        say "Press Enter to close this window." "Trykk Enter for å lukke vinduet."
        read -r _
    fi
    exit "$1"
}

fail() {
    say "It did not work. $1" "Det gikk ikke. $2"
    finish 2
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
parts="$here/parts"

# without a terminal nobody sees what is said: once more in one
if [ ! -t 1 ] && [ -z "${ALLIANCE_NLP_TERMINAL:-}" ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    export ALLIANCE_NLP_TERMINAL=1
    for terminal in x-terminal-emulator konsole xfce4-terminal xterm; do
        if command -v "$terminal" >/dev/null 2>&1; then exec "$terminal" -e "$here/$(basename -- "$0")" "$@"; fi
    done
    if command -v gnome-terminal >/dev/null 2>&1; then exec gnome-terminal -- "$here/$(basename -- "$0")" "$@"; fi
fi

for wheel in "$parts"/alliance_nlp-*.whl; do break; done
if [ ! -f "$wheel" ] || [ ! -f "$parts/constraints.txt" ]; then
    fail "The folder 'parts' is not beside this file. Unpack the whole archive first, then start from the folder that comes out." \
        "Mappen 'parts' ligger ikke ved siden av denne filen. Pakk ut hele arkivet først, og start fra mappen som kommer ut."
fi
uv="$parts/uv"
[ -x "$uv" ] || uv=$(command -v uv) || fail \
    "The program 'uv' is missing in the folder 'parts'. Ask whoever gave you this for a whole copy." \
    "Programmet 'uv' mangler i mappen 'parts'. Be den du fikk dette av, om en hel kopi."

ready="$home/ready"
log="$home/set_up.log"
export UV_CACHE_DIR="$home/cache" UV_PYTHON_INSTALL_DIR="$home/python" UV_NO_PROGRESS="${UV_NO_PROGRESS:-}"
[ -n "$UV_NO_PROGRESS" ] || unset UV_NO_PROGRESS

why() { # says in plain words what the installer, whose own words stand above, met
    if grep -qiE 'no space left|disk quota|os error (28|122)' "$log"; then
        fail "The disk is full. Free 4 GB and start again; what was fetched is kept." \
            "Disken er full. Frigjør 4 GB og start igjen; det som er hentet, er spart."
    elif grep -qiE 'dns error|failed to fetch|failed to download|error sending request|connect|timed out|network' "$log"; then
        fail "The packages could not be fetched. Is there a network? Some networks of hospitals and universities block it: try another one, or ask for a copy with everything in it." \
            "Pakkene lot seg ikke hente. Er det nettforbindelse? Noen nett på sykehus og universiteter sperrer: prøv et annet, eller be om en kopi med alt i."
    else
        fail "Send the file $log to whoever gave you this. No words of your study are in it." \
            "Send filen $log til den du fikk dette av. Det står ingen ord fra studien i den."
    fi
}

works() { "$home/env/bin/alliance-nlp" --version >/dev/null 2>&1; }

install_with() { # options of the installer
    "$uv" venv --clear --python '>=3.11,<3.14' "$home/env" &&
        "$uv" pip install --python "$home/env" "$@" --constraint constraints.txt \
            "./$(basename -- "$wheel")[offline,multilingual,report,formats,annotations,scripts]"
}

set_up() {
    say "First start: setting up in $home. It takes some minutes and 2 GB on the disk, once. You can go on with something else." \
        "Første start: installerer i $home. Det tar noen minutter og 2 GB på disken, bare denne ene gangen. Du kan gjøre noe annet imens."
    other=$(cat "$home/setting_up" 2>/dev/null)
    if [ -n "$other" ] && [ "$other" != $$ ] && kill -0 "$other" 2>/dev/null; then
        fail "It is being set up in another window already. Wait for that one." "Det installeres allerede i et annet vindu. Vent på det."
    fi
    if ! mkdir -p "$home" || ! echo $$ >"$home/setting_up" || ! : >"$log"; then
        fail "Nothing can be written into $home. Is the disk full, or the folder locked?" \
            "Det går ikke å skrive i $home. Er disken full, eller mappen låst?"
    fi
    rm -f "$home/failed"
    free=$(df -Pk "$home" | awk 'NR == 2 { print $4 }')
    if [ "$free" -lt "${ALLIANCE_NLP_NEEDS_KB:-3500000}" ]; then
        fail "The disk has $((free / 1000000)) GB free; setting up needs 4 GB. Free some and start again." \
            "Disken har $((free / 1000000)) GB ledig; installasjonen trenger 4 GB. Frigjør plass og start igjen."
    fi
    # a copy with everything in it needs no network
    if [ -d "$parts/wheels" ]; then set -- --no-index --find-links=wheels; else set -- ${torch:+"$torch"}; fi
    cd "$parts" || exit 2 # names without blanks: the installer reads them as requirements
    { install_with "$@" 2>&1 || : >"$home/failed"; } | tee -a "$log" | grep -v '^ [+~-] ' # what came with it
    if [ -e "$home/failed" ] || ! works; then why; fi
    rm -rf "$UV_CACHE_DIR" "$home/setting_up" "$log"
    basename -- "$wheel" >"$ready"
    cd "$here" || exit 2
    [ "$(uname)" = Darwin ] || add_to_menu
}

add_to_menu() { # of the desktop; quoted as its standard asks
    menu="${XDG_DATA_HOME:-$HOME/.local/share}/applications"
    # shellcheck disable=SC2016 # these signs stand for themselves
    program=$(printf '%s' "$here/$(basename -- "$0")" | sed -e 's/[\\"`$]/\\\\&/g' -e 's/%/%%/g')
    mkdir -p "$menu" && printf '%s\n' '[Desktop Entry]' 'Type=Application' 'Name=alliance_nlp' \
        'Comment=Clusters of meaning beside the themes of a study' \
        'Comment[nb]=Klynger av mening ved siden av temaene i en studie' \
        "Exec=\"$program\"" 'Terminal=true' 'Categories=Science;' >"$menu/alliance_nlp.desktop"
}

trap 'say "Stopped. Start again: it goes on from there." "Stanset. Start igjen: den fortsetter der den slapp."; rm -f "$home/setting_up"; exit 130' INT TERM HUP
if [ "$(cat "$ready" 2>/dev/null)" != "$(basename -- "$wheel")" ] || ! works; then
    rm -f "$ready"
    set_up
    say "Set up." "Installert."
fi

trap : INT # the program says itself what became of its work
"$home/env/bin/alliance-nlp" start --language "$language" "$@"
finish $?
