/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names that older programs use for what has another name now. The macros carry no warning, so that
 * old code compiles clean; the functions and types warn when used.
 */
#ifndef SEL4_DEPRECATED_H
#define SEL4_DEPRECATED_H

#include <sel4/functions.h>
#include <sel4/faults.h>

/* Page faults. */
#define SEL4_PFIPC_LABEL          seL4_Fault_VMFault
#define SEL4_PFIPC_LENGTH         seL4_VMFault_Length
#define SEL4_PFIPC_FAULT_IP       seL4_VMFault_IP
#define SEL4_PFIPC_FAULT_ADDR     seL4_VMFault_Addr
#define SEL4_PFIPC_PREFETCH_FAULT seL4_VMFault_PrefetchFault
#define SEL4_PFIPC_FSR            seL4_VMFault_FSR

/* Other faults. */
#define SEL4_EXCEPT_IPC_LABEL      seL4_Fault_UnknownSyscall
#define SEL4_USER_EXCEPTION_LABEL  seL4_Fault_UserException
#define SEL4_USER_EXCEPTION_LENGTH seL4_UserException_Length
#define seL4_NoFault               seL4_Fault_NullFault
#define seL4_CapFault              seL4_Fault_CapFault
#define seL4_UnknownSyscall        seL4_Fault_UnknownSyscall
#define seL4_UserException         seL4_Fault_UserException
#define seL4_VMFault               seL4_Fault_VMFault
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
#define SEL4_VGIC_MAINTENANCE_LENGTH seL4_VGICMaintenance_Length
#define SEL4_VGIC_MAINTENANCE_LABEL  seL4_Fault_VGICMaintenance
#define SEL4_VCPU_FAULT_LENGTH       seL4_VCPUFault_Length
#define SEL4_VCPU_FAULT_LABEL        seL4_Fault_VCPUFault
#endif
#ifdef CONFIG_VTX
#define SEL4_VMENTER_CALL_CONTROL_ENTRY_MR SEL4_VMENTER_CALL_INTERRUPT_INFO_MR
#endif

typedef seL4_CapRights_t seL4_CapRights SEL4_DEPRECATED("use seL4_CapRights_t");
typedef seL4_Fault_tag_t seL4_FaultType SEL4_DEPRECATED("use seL4_Fault_tag_t");
typedef seL4_Word seL4_CapData_t SEL4_DEPRECATED("badges and guards are plain words");

typedef union {
    struct {
        seL4_Word fault_ip;
        seL4_Word fault_addr;
        seL4_Word prefetch_fault;
        seL4_Word fsr;
    } regs;
    seL4_Word raw[4];
} seL4_PageFaultIpcRegisters SEL4_DEPRECATED("use seL4_getFault()");

static inline SEL4_DEPRECATED("removed") seL4_MessageInfo_t seL4_GetTag(void)
{
    return seL4_GetIPCBuffer()->tag;
}

static inline SEL4_DEPRECATED("removed") void seL4_SetTag(seL4_MessageInfo_t tag)
{
    seL4_GetIPCBuffer()->tag = tag;
}

static inline SEL4_DEPRECATED("use seL4_GetMR(seL4_VMFault_IP)") seL4_Word seL4_PF_FIP(void)
{
    return seL4_GetMR(seL4_VMFault_IP);
}

static inline SEL4_DEPRECATED("use seL4_GetMR(seL4_VMFault_Addr)") seL4_Word seL4_PF_Addr(void)
{
    return seL4_GetMR(seL4_VMFault_Addr);
}

static inline SEL4_DEPRECATED("use seL4_isVMFault_tag") seL4_Word seL4_isPageFault_MSG(void)
{
    return seL4_isVMFault_tag(seL4_GetIPCBuffer()->tag);
}

static inline SEL4_DEPRECATED("use seL4_isVMFault_tag") seL4_Word
    seL4_isPageFault_Tag(seL4_MessageInfo_t tag)
{
    return seL4_isVMFault_tag(tag);
}

static inline SEL4_DEPRECATED("use seL4_isUnknownSyscall_tag") seL4_Word
    seL4_isExceptIPC_Tag(seL4_MessageInfo_t tag)
{
    return seL4_isUnknownSyscall_tag(tag);
}

static inline SEL4_DEPRECATED("use seL4_GetMR") seL4_Word seL4_ExceptIPC_Get(seL4_Word mr)
{
    return seL4_GetMR(mr);
}

static inline SEL4_DEPRECATED("use seL4_SetMR") void seL4_ExceptIPC_Set(seL4_Word index,
                                                                        seL4_Word val)
{
    seL4_SetMR(index, val);
}

static inline SEL4_DEPRECATED("") seL4_Word seL4_IsArchSyscallFrom(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_length(tag) == seL4_UnknownSyscall_Length;
}

static inline SEL4_DEPRECATED("") seL4_Word seL4_IsArchExceptionFrom(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_length(tag) == seL4_UnknownSyscall_Length;
}

static inline SEL4_DEPRECATED("a badge is a plain word") seL4_Word
    seL4_CapData_Badge_new(seL4_Word badge)
{
    return badge;
}

static inline SEL4_DEPRECATED("use seL4_CNode_CapData_new") seL4_Word
    seL4_CapData_Guard_new(seL4_Word guard, seL4_Word bits)
{
    return seL4_CNode_CapData_new(guard, bits).words[0];
}

#ifdef CONFIG_ARCH_AARCH64
/* Every level below the top is a page table since seL4 13. */
#define seL4_ARM_PageDirectory_Map   seL4_ARM_PageTable_Map
#define seL4_ARM_PageDirectory_Unmap seL4_ARM_PageTable_Unmap
#define ARMPageDirectoryMap          ARMPageTableMap
#define ARMPageDirectoryUnmap        ARMPageTableUnmap
#define seL4_PageDirBits             seL4_PageTableBits
#define seL4_PageDirEntryBits        seL4_PageTableEntryBits
#define seL4_PageDirIndexBits        seL4_PageTableIndexBits
#define seL4_ARM_PageDirectoryObject seL4_ARM_PageTableObject
#define seL4_PUDEntryBits            3
#if defined(CONFIG_ARM_HYPERVISOR_SUPPORT) && defined(CONFIG_ARM_PA_SIZE_BITS_40)
#define seL4_PGDBits                      0
#define seL4_PGDEntryBits                 0
#define seL4_PGDIndexBits                 0
#define seL4_PUDBits                      13
#define seL4_PUDIndexBits                 10
#define seL4_ARM_PageUpperDirectoryObject seL4_ARM_VSpaceObject
#define seL4_ARM_PageUpperDirectory       seL4_ARM_VSpace
#define seL4_ARM_PageGlobalDirectory      seL4_CPtr
#else
#define seL4_PGDBits                       12
#define seL4_PGDEntryBits                  3
#define seL4_PGDIndexBits                  9
#define seL4_PUDBits                       12
#define seL4_PUDIndexBits                  9
#define seL4_ARM_PageGlobalDirectoryObject seL4_ARM_VSpaceObject
#define seL4_ARM_PageGlobalDirectory       seL4_ARM_VSpace
#define seL4_ARM_PageUpperDirectoryObject  seL4_ARM_PageTableObject
#define seL4_ARM_PageUpperDirectory        seL4_ARM_PageTable
#define seL4_ARM_PageUpperDirectory_Map    seL4_ARM_PageTable_Map
#define seL4_ARM_PageUpperDirectory_Unmap  seL4_ARM_PageTable_Unmap
#endif
#endif

#ifdef CONFIG_ARCH_AARCH32
typedef seL4_Word seL4_ExceptIPCRegister SEL4_DEPRECATED("use seL4_UnknownSyscall_Msg");
#define EXCEPT_IPC_SYS_MR_R0      seL4_UnknownSyscall_R0
#define EXCEPT_IPC_SYS_MR_R1      seL4_UnknownSyscall_R1
#define EXCEPT_IPC_SYS_MR_R2      seL4_UnknownSyscall_R2
#define EXCEPT_IPC_SYS_MR_R3      seL4_UnknownSyscall_R3
#define EXCEPT_IPC_SYS_MR_R4      seL4_UnknownSyscall_R4
#define EXCEPT_IPC_SYS_MR_R5      seL4_UnknownSyscall_R5
#define EXCEPT_IPC_SYS_MR_R6      seL4_UnknownSyscall_R6
#define EXCEPT_IPC_SYS_MR_R7      seL4_UnknownSyscall_R7
#define EXCEPT_IPC_SYS_MR_PC      seL4_UnknownSyscall_FaultIP
#define EXCEPT_IPC_SYS_MR_SP      seL4_UnknownSyscall_SP
#define EXCEPT_IPC_SYS_MR_LR      seL4_UnknownSyscall_LR
#define EXCEPT_IPC_SYS_MR_CPSR    seL4_UnknownSyscall_CPSR
#define EXCEPT_IPC_SYS_MR_SYSCALL seL4_UnknownSyscall_Syscall
#define EXCEPT_IPC_LENGTH         seL4_UnknownSyscall_Length
#endif

#ifdef CONFIG_ARCH_IA32
typedef seL4_Word seL4_ExceptIPCRegister SEL4_DEPRECATED("use seL4_UnknownSyscall_Msg");
typedef seL4_Word seL4_UserExceptIPCRegister SEL4_DEPRECATED("use seL4_UserException_Msg");
#define EXCEPT_IPC_USER_MR_FAULT_IP seL4_UserException_FaultIP
#define EXCEPT_IPC_USER_MR_ESP      seL4_UserException_SP
#define EXCEPT_IPC_USER_MR_EFLAGS   seL4_UserException_FLAGS
#define EXCEPT_IPC_USER_MR_NUMBER   seL4_UserException_Number
#define EXCEPT_IPC_USER_MR_CODE     seL4_UserException_Code
#define EXCEPT_IPC_SYS_MR_EAX       seL4_UnknownSyscall_EAX
#define EXCEPT_IPC_SYS_MR_EBX       seL4_UnknownSyscall_EBX
#define EXCEPT_IPC_SYS_MR_ECX       seL4_UnknownSyscall_ECX
#define EXCEPT_IPC_SYS_MR_EDX       seL4_UnknownSyscall_EDX
#define EXCEPT_IPC_SYS_MR_ESI       seL4_UnknownSyscall_ESI
#define EXCEPT_IPC_SYS_MR_EDI       seL4_UnknownSyscall_EDI
#define EXCEPT_IPC_SYS_MR_EBP       seL4_UnknownSyscall_EBP
#define EXCEPT_IPC_SYS_MR_EIP       seL4_UnknownSyscall_FaultIP
#define EXCEPT_IPC_SYS_MR_ESP       seL4_UnknownSyscall_SP
#define EXCEPT_IPC_SYS_MR_EFLAGS    seL4_UnknownSyscall_FLAGS
#define EXCEPT_IPC_SYS_MR_SYSCALL   seL4_UnknownSyscall_Syscall
#define EXCEPT_IPC_LENGTH           seL4_UnknownSyscall_Length
#define SEL4_EXCEPT_IPC_LENGTH      seL4_UnknownSyscall_Length

typedef union {
    struct {
        seL4_Word fault_ip;
        seL4_Word esp;
        seL4_Word eflags;
        seL4_Word exception_number;
        seL4_Word exception_code;
    } regs;
    seL4_Word raw[5];
} seL4_UserExceptionIpcRegisters SEL4_DEPRECATED("use seL4_Fault_t");

typedef union {
    struct {
        seL4_Word eax;
        seL4_Word ebx;
        seL4_Word ecx;
        seL4_Word edx;
        seL4_Word esi;
        seL4_Word edi;
        seL4_Word ebp;
        seL4_Word eip;
        seL4_Word esp;
        seL4_Word eflags;
        seL4_Word syscall;
    } regs;
    seL4_Word raw[11];
} seL4_ExceptionIpcRegisters SEL4_DEPRECATED("use seL4_Fault_t");

/* Bits of the fault status: 0 says protection, 1 says write. */
static inline SEL4_DEPRECATED("") seL4_Bool seL4_Fault_isWriteFault(seL4_Word fsr)
{
    return fsr & 2;
}

static inline SEL4_DEPRECATED("") seL4_Bool seL4_Fault_isReadFault(seL4_Word fsr)
{
    return !(fsr & 2);
}

static inline SEL4_DEPRECATED("") seL4_Bool seL4_Fault_isProtectionFault(seL4_Word fsr)
{
    return fsr & 1;
}

static inline SEL4_DEPRECATED("") seL4_Bool seL4_Fault_isNonPresentFault(seL4_Word fsr)
{
    return !(fsr & 1);
}
#endif

#endif
