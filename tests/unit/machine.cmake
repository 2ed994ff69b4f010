# SPDX-License-Identifier: BSD-2-Clause
# Tests of the simulated machine: the engine without a kernel model, the devices, the platforms and
# the serial lines without an engine.
unit_test(machine_engine sim_engine)
unit_test(machine_debug sim_engine)
target_sources(machine_engine PRIVATE machine_world.c)
target_sources(machine_debug PRIVATE machine_world.c)
unit_test(machine_devices sim_board)
unit_test(machine_platform sim_board)
unit_test(machine_serial sim_board)
foreach(name machine_serial machine_platform)
    target_compile_definitions(${name} PRIVATE _GNU_SOURCE)
endforeach()

# The program itself: options, statuses, terminal, signals.
add_test(NAME sel4sim COMMAND ${Python3_EXECUTABLE} -B -m pytest -q -p no:cacheprovider
         --tb=short ${PROJECT_SOURCE_DIR}/tests/sim)
set_tests_properties(sel4sim PROPERTIES ENVIRONMENT "SEL4SIM=$<TARGET_FILE:sel4sim>")
