# SPDX-License-Identifier: BSD-2-Clause
# Sourced by scripts/run, test and bench: has scripts/setup install what is missing, then hands over
# to the Python program of the same name here. Uses nothing but bash until then.

# start PROGRAM PURPOSE ARGUMENT...
start() {
    local program=$1 purpose=$2 top argument setup=()
    shift 2
    top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
    for argument in "$@"; do
        case "$argument" in
        --) break ;;
        --yes) setup+=(--yes) ;;
        --kernel | --kernel=*) [ "$purpose" != run ] || purpose=kernel ;;
        esac
    done
    # Without Python there is nobody to read the arguments; --help then installs it first.
    if [ -x /usr/bin/python3 ] && [[ ${1-} == --help || ${1-} == -h ]]; then
        exec /usr/bin/python3 "$top/scripts/lib/$program.py" --help
    fi
    "$top/scripts/setup" --for "$purpose" "${setup[@]}" || exit 2
    exec /usr/bin/python3 "$top/scripts/lib/$program.py" "$@"
}
