#compdef sel4mon sel4sim sel4image
# SPDX-License-Identifier: BSD-2-Clause
# Completion of sel4mon, sel4sim and sel4image for zsh. The options come from --help itself.

_sel4mon() {
    local -a command options
    command=($words[1])
    [[ $words[2] == test && $CURRENT -gt 2 ]] && command+=(test)
    case $words[CURRENT-1] in
    --sim|--script|--unix|--abi|--monitor|--loader|--dtb|--component|-o|--output) _files; return ;;
    --kernel) _files -/; return ;;
    --target) compadd -S '' sim: qemu: serial: tcp: unix:; return ;;
    --serial)
        if [[ $words[1]:t == sel4sim ]]; then
            compadd stdio pty tcp: unix:
        else
            compadd - /dev/tty[UA]*(N) /dev/serial/by-id/*(N)
        fi
        return ;;
    --format)
        if [[ $words[1]:t == sel4image ]]; then compadd elf bin monitor; else compadd text tap junit; fi
        return ;;
    -c|--set|--arg|--limit|--timeout|--wait|--tcp|--jobs|--mem|--gdb) return ;;
    esac
    if [[ $PREFIX == -* ]]; then
        options=(${(u)${(f)"$($command --help 2>/dev/null | grep -oE -- '(^| |,)--?[a-z][a-z-]*' | tr -d ' ,')"}})
        compadd -- $options
    elif [[ $words[1]:t == sel4mon && $CURRENT -eq 2 ]]; then
        compadd test
    else
        _files
    fi
}

_sel4mon "$@"
