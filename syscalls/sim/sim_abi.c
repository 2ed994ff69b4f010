/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Look-ups in the simulator's tables of the kernel interface, the same for the generated tables and
 * for one read from a file. Knows no number of any kernel.
 */
#include <sel4mon/sim_abi.h>

#include <stdlib.h>
#include <string.h>

#define NAME(name) #name,

static const char *const method_names[] = {"none", SIM_METHOD_LIST(NAME)};
static const char *const syscall_names[] = {"none", SIM_SYSCALL_LIST(NAME)};
static const char *const object_names[] = {"none", SIM_OBJECT_LIST(NAME)};

const struct sim_abi *sim_abi_find(const char *config)
{
    for (size_t i = 0; sim_abis[i]; i++) {
        if (strcmp(sim_abis[i]->config, config) == 0) {
            return sim_abis[i];
        }
    }
    return NULL;
}

enum sim_method sim_abi_method(const struct sim_abi *abi, uint64_t label)
{
    return label < abi->method_count ? abi->methods[label] : SIM_METHOD_NONE;
}

enum sim_syscall sim_abi_syscall(const struct sim_abi *abi, int64_t number)
{
    for (int i = SIM_SYS_NONE + 1; number != 0 && i < SIM_SYS_COUNT; i++) {
        if (abi->syscalls[i] == number) {
            return i;
        }
    }
    return SIM_SYS_NONE;
}

const struct sim_type *sim_abi_type(const struct sim_abi *abi, uint64_t number)
{
    for (unsigned i = 0; i < abi->type_count; i++) {
        if (abi->types[i].number == number) {
            return &abi->types[i];
        }
    }
    return NULL;
}

static int constant_compare(const void *key, const void *element)
{
    return strcmp(key, ((const struct sim_constant *)element)->name);
}

bool sim_abi_constant(const struct sim_abi *abi, const char *name, int64_t *value)
{
    const struct sim_constant *found = bsearch(name, abi->constants, abi->constant_count,
                                               sizeof(*abi->constants), constant_compare);
    if (!found) {
        return false;
    }
    *value = found->value;
    return true;
}

static int field_compare(const void *key, const void *element)
{
    return strcmp(key, ((const struct sim_field *)element)->name);
}

const struct sim_field *sim_abi_field(const struct sim_abi *abi, const char *name)
{
    return bsearch(name, abi->fields, abi->field_count, sizeof(*abi->fields), field_compare);
}

const struct sim_fault *sim_abi_fault(const struct sim_abi *abi, const char *name)
{
    for (unsigned i = 0; i < abi->fault_count; i++) {
        if (strcmp(abi->faults[i].name, name) == 0) {
            return &abi->faults[i];
        }
    }
    return NULL;
}

const char *sim_abi_method_name(enum sim_method method)
{
    return (unsigned)method < SIM_METHOD_COUNT ? method_names[method] : "?";
}

const char *sim_abi_syscall_name(enum sim_syscall syscall)
{
    return (unsigned)syscall < SIM_SYS_COUNT ? syscall_names[syscall] : "?";
}

const char *sim_abi_object_name(enum sim_object object)
{
    return (unsigned)object < SIM_OBJECT_COUNT ? object_names[object] : "?";
}
