# SPDX-License-Identifier: BSD-2-Clause
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
find_program(SEL4MON_CC NAMES x86_64-linux-gnu-gcc gcc REQUIRED)
set(CMAKE_C_COMPILER ${SEL4MON_CC})
set(CMAKE_ASM_COMPILER ${SEL4MON_CC})
# No floating point or vectors: the monitor's threads
# never touch them, so a component's state stays its own.
set(CMAKE_C_FLAGS_INIT "-m64 -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables -mgeneral-regs-only -ffunction-sections -fdata-sections")
set(CMAKE_ASM_FLAGS_INIT "-m64 -fno-pic")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostdlib -static -no-pie -Wl,--build-id=none -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,max-page-size=4096")
