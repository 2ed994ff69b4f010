# SPDX-License-Identifier: BSD-2-Clause
# Finds Unicorn 2.1.4 or later, and defines the target Unicorn::unicorn. An installed one (by its
# unicorn.pc) goes first; else what scripts/get-unicorn left in build/unicorn, or in UNICORN_ROOT.
# The static library is preferred: the program then starts without relocating 24 MB.

set(UNICORN_NEEDS 2.1.4)
set(UNICORN_ROOT "${CMAKE_CURRENT_LIST_DIR}/../build/unicorn" CACHE PATH
    "Folder with Unicorn's include/ and lib/, if none is installed")

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(UNICORN_PC QUIET IMPORTED_TARGET "unicorn>=${UNICORN_NEEDS}")
endif()

if(UNICORN_PC_FOUND)
    set(Unicorn_VERSION "${UNICORN_PC_VERSION}")
    set(UNICORN_LIBRARY PkgConfig::UNICORN_PC)
    set(UNICORN_INCLUDE "${UNICORN_PC_INCLUDEDIR}")
    if(NOT TARGET Unicorn::unicorn)
        add_library(Unicorn::unicorn INTERFACE IMPORTED)
        target_link_libraries(Unicorn::unicorn INTERFACE PkgConfig::UNICORN_PC)
    endif()
else()
    find_path(UNICORN_INCLUDE unicorn/unicorn.h PATHS "${UNICORN_ROOT}/include" NO_DEFAULT_PATH)
    find_library(UNICORN_LIBRARY NAMES libunicorn.a PATHS "${UNICORN_ROOT}/lib" NO_DEFAULT_PATH)
    if(EXISTS "${UNICORN_ROOT}/version")
        file(STRINGS "${UNICORN_ROOT}/version" Unicorn_VERSION LIMIT_COUNT 1)
    endif()
    if(UNICORN_INCLUDE AND UNICORN_LIBRARY AND NOT TARGET Unicorn::unicorn)
        find_package(Threads REQUIRED)
        add_library(Unicorn::unicorn STATIC IMPORTED)
        set_target_properties(Unicorn::unicorn PROPERTIES
            IMPORTED_LOCATION "${UNICORN_LIBRARY}"
            INTERFACE_INCLUDE_DIRECTORIES "${UNICORN_INCLUDE}"
            INTERFACE_LINK_LIBRARIES "Threads::Threads;m")
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Unicorn
    REQUIRED_VARS UNICORN_LIBRARY UNICORN_INCLUDE
    VERSION_VAR Unicorn_VERSION
    REASON_FAILURE_MESSAGE "Run scripts/setup (or scripts/get-unicorn), which fetches it.")
mark_as_advanced(UNICORN_INCLUDE UNICORN_LIBRARY)
