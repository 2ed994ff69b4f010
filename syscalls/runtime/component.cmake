# SPDX-License-Identifier: BSD-2-Clause
#
# How components are built: include this in a folder that has some (installed, find_package of
# sel4mon-sel4 does), then
#   sel4mon_component(NAME SOURCES...)      NAME.elf, linked with the runtime and component.ld
# The image's flags are kept, but for their ban on floating point: the monitor never touches that
# state, a component may. Tables to unwind by go to .debug_frame, which is not loaded and which gdb
# needs to compute a variable's address on the target; on aarch64 gcc writes them elsewhere by default, to
# where they are lost.
string(APPEND CMAKE_C_FLAGS " -fno-unwind-tables")
string(REPLACE "-mgeneral-regs-only" "" CMAKE_C_FLAGS "${CMAKE_C_FLAGS}")
foreach(flags CMAKE_C_FLAGS CMAKE_ASM_FLAGS)
    string(REGEX REPLACE "-march=rv64ima[a-z_]*" "-march=rv64gc" ${flags} "${${flags}}")
    string(REGEX REPLACE "-mabi=lp64( |$)" "-mabi=lp64d\\1" ${flags} "${${flags}}")
endforeach()

set(sel4mon_component_ld ${CMAKE_CURRENT_LIST_DIR}/component.ld)

function(sel4mon_component name)
    add_executable(${name}.elf ${ARGN})
    target_link_libraries(${name}.elf PRIVATE sel4mon::component gcc)
    target_link_options(${name}.elf PRIVATE -T ${sel4mon_component_ld})
    set_target_properties(${name}.elf PROPERTIES LINK_DEPENDS ${sel4mon_component_ld})
endfunction()
