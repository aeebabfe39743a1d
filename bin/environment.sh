# Sourced by the commands beside it: makes .venv and keeps it in step with a requirements file.
# Leaves the path of its Python in $python. Needs bash and Python 3.11 or newer.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
umask 022

fail() {
    printf '%s: %s\n' "bin/$(basename "$0")" "$1" >&2
    exit 1
}

# 3.11 and 3.12 have everything; newer ones need a Redis of their own on the PATH.
find_python() {
    local candidate
    for candidate in python3.12 python3.11 python3 python python3.14 python3.13; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
            >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or 3.12 is needed and was not found on the PATH."
}

fingerprint() {
    cat "$root"/requirements*.txt "$python" 2>/dev/null | cksum | tr -d ' '
}

make_environment() {
    local system_python
    python="$root/.venv/bin/python"
    if ! "$python" -c 'import pip' >/dev/null 2>&1; then
        system_python=$(find_python)
        "$system_python" -c 'import venv, ensurepip' >/dev/null 2>&1 ||
            fail "$system_python cannot make environments; install its venv package (python3-venv)."
        echo "  Making .venv with $("$system_python" --version)"
        rm -rf "$root/.venv"
        "$system_python" -m venv "$root/.venv" || fail ".venv could not be made."
    fi
}

# Installs a requirements file unless exactly this content is installed already.
install_requirements() {
    local file=$1 stamp current
    make_environment
    stamp="$root/.venv/.installed-$file"
    current=$(fingerprint)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$current" ]; then
        return
    fi
    echo "  Installing the packages of $file (about a minute the first time)"
    "$python" -m pip install --disable-pip-version-check --no-input --root-user-action=ignore \
        --progress-bar off -r "$file" 2>"$root/.venv/pip-errors.log" | show_packages ||
        { cat "$root/.venv/pip-errors.log" >&2; fail "The packages could not be installed."; }
    echo "$current" >"$stamp"
}

show_packages() {
    local word name rest count=0
    while read -r word name rest; do
        [ "$word" = Collecting ] || continue
        count=$((count + 1))
        if [ -t 1 ]; then
            printf '\r\033[K  %3d packages: %s' "$count" "${name%%[=<>\[;]*}"
        elif [ $((count % 20)) -eq 0 ]; then
            echo "  $count packages"
        fi
    done
    [ ! -t 1 ] || printf '\r\033[K'
    [ "$count" -gt 0 ] && echo "  $count packages installed" || echo "  All were there already"
}
