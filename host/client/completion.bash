# SPDX-License-Identifier: BSD-2-Clause
# Completion of sel4mon, sel4sim and sel4image for bash. The options come from --help itself.

_sel4mon_options() {
    "$@" --help 2>/dev/null | grep -oE -- '(^| |,)--?[a-z][a-z-]*' | tr -d ' ,' | sort -u
}

_sel4mon_files() {
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$1"))
}

_sel4mon_words() {
    COMPREPLY=($(compgen -W "$2" -- "$1"))
}

_sel4mon_target() {
    case "$1" in
    *:*) _sel4mon_files "${1#*:}" ;;
    *) compopt -o nospace 2>/dev/null; _sel4mon_words "$1" "sim: qemu: serial: tcp: unix:" ;;
    esac
}

_sel4mon() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} program=${COMP_WORDS[0]}
    local -a command=("$program")
    [[ ${COMP_WORDS[1]} == test && $COMP_CWORD -gt 1 ]] && command+=(test)
    case "$before" in
    --sim | --script | --unix | --abi | --monitor | --loader | --dtb | --component | -o | --output)
        _sel4mon_files "$word" ;;
    --kernel) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$word")) ;;
    --serial)
        if [[ ${program##*/} == sel4sim ]]; then
            _sel4mon_words "$word" "stdio pty tcp: unix:"
        else
            _sel4mon_words "$word" "$(compgen -G '/dev/tty[UA]*'; compgen -G '/dev/serial/by-id/*')"
        fi ;;
    --target) _sel4mon_target "$word" ;;
    --format)
        if [[ ${program##*/} == sel4image ]]; then
            _sel4mon_words "$word" "elf bin monitor"
        else
            _sel4mon_words "$word" "text tap junit"
        fi ;;
    -c | --set | --arg | --limit | --timeout | --wait | --tcp | --jobs | --mem | --gdb) ;;
    *)
        if [[ $word == -* ]]; then
            _sel4mon_words "$word" "$(_sel4mon_options "${command[@]}")"
        elif [[ ${program##*/} == sel4mon && $COMP_CWORD -eq 1 ]]; then
            _sel4mon_words "$word" test
        else
            _sel4mon_files "$word"
        fi ;;
    esac
}

complete -F _sel4mon sel4mon sel4sim sel4image
