# SPDX-License-Identifier: BSD-2-Clause
# Tests of the kernel model, on a machine that is none (kernel_world).
add_library(kernel_world STATIC ${CMAKE_CURRENT_LIST_DIR}/kernel_world.c)
target_link_libraries(kernel_world PUBLIC sim_kernel sel4mon_sim_abi PRIVATE PkgConfig::CMOCKA
                      sel4mon_options)
foreach(name kernel_boot kernel_cnode kernel_ipc kernel_vspace kernel_devices kernel_fuzz)
    unit_test(${name} kernel_world)
endforeach()
