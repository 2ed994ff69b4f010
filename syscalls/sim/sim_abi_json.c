/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the JSON form of a table, which the generator writes for a kernel given by its prefix. All
 * memory of a table hangs on one structure, whose first member is the table, so that one function
 * frees it. A method or object that this program does not know is kept as NONE: the kernel may be
 * newer than the simulator.
 */
#include <sel4mon/sim_abi.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file's JSON stays loaded: every string of the table points into it. */
struct loaded {
    struct sim_abi abi;
    json_t *root;
    void *blocks[16];
    unsigned block_count;
    char *message;
    size_t size;
    bool failed;
};

static void fail(struct loaded *l, const char *field, const char *what)
{
    if (!l->failed) {
        snprintf(l->message, l->size, "%s: %s", field, what);
    }
    l->failed = true;
}

static void *block(struct loaded *l, size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p || l->block_count == sizeof(l->blocks) / sizeof(l->blocks[0])) {
        fprintf(stderr, "out of memory\n");
        abort();
    }
    l->blocks[l->block_count++] = p;
    return p;
}

static const char *text(struct loaded *l, const json_t *object, const char *field, bool optional)
{
    const json_t *value = json_object_get(object, field);
    if (json_is_string(value)) {
        return json_string_value(value);
    }
    if (!optional || !(value == NULL || json_is_null(value))) {
        fail(l, field, "must be text");
    }
    return optional ? NULL : "";
}

static int64_t number(struct loaded *l, const json_t *object, const char *field, int64_t min,
                      int64_t max)
{
    const json_t *value = json_object_get(object, field);
    if (!json_is_integer(value)) {
        fail(l, field, "must be a number");
        return min;
    }
    int64_t n = json_integer_value(value);
    if (n < min || n > max) {
        fail(l, field, "is out of range");
        return min;
    }
    return n;
}

static bool flag(struct loaded *l, const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);
    if (!json_is_boolean(value)) {
        fail(l, field, "must be true or false");
    }
    return json_is_true(value);
}

static json_t *list(struct loaded *l, const json_t *object, const char *field, size_t max)
{
    json_t *value = json_object_get(object, field);
    if (!json_is_array(value) || json_array_size(value) > max) {
        fail(l, field, "must be a list, and not too long");
        return NULL;
    }
    return value;
}

static int find(const char *name, const char *(*name_of)(int), int count)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(name_of(i), name) == 0) {
            return i;
        }
    }
    return 0;
}

static const char *method_name(int i)
{
    return sim_abi_method_name(i);
}

static const char *syscall_name(int i)
{
    return sim_abi_syscall_name(i);
}

static const char *object_name(int i)
{
    return sim_abi_object_name(i);
}

static void load_methods(struct loaded *l)
{
    json_t *methods = list(l, l->root, "methods", 1000);
    size_t count = json_array_size(methods);
    uint16_t *ids = block(l, count + 1, sizeof(*ids));
    struct sim_message *messages = block(l, count + 1, sizeof(*messages));
    size_t i;
    json_t *method;
    json_array_foreach(methods, i, method)
    {
        ids[i + 1] = find(text(l, method, "name", false), method_name, SIM_METHOD_COUNT);
        messages[i + 1].length = number(l, method, "length", 0, 120);
        messages[i + 1].extra_caps = number(l, method, "extra_caps", 0, 3);
    }
    l->abi.methods = ids;
    l->abi.messages = messages;
    l->abi.method_count = count + 1;
}

static void load_syscalls(struct loaded *l)
{
    json_t *calls = json_object_get(l->root, "syscalls");
    int32_t *numbers = block(l, SIM_SYS_COUNT, sizeof(*numbers));
    const char *name;
    json_t *value;
    if (!json_is_object(calls)) {
        fail(l, "syscalls", "must be an object");
        return;
    }
    json_object_foreach(calls, name, value)
    {
        int id = find(name, syscall_name, SIM_SYS_COUNT);
        if (id) {
            numbers[id] = number(l, calls, name, -1000, -1);
        }
    }
    l->abi.syscalls = numbers;
}

static void load_types(struct loaded *l)
{
    json_t *types = list(l, l->root, "types", 100);
    size_t count = json_array_size(types);
    struct sim_type *rows = block(l, count, sizeof(*rows));
    size_t i;
    json_t *type;
    json_array_foreach(types, i, type)
    {
        rows[i].object = find(text(l, type, "name", false), object_name, SIM_OBJECT_COUNT);
        rows[i].number = number(l, type, "number", 0, UINT32_MAX);
        rows[i].size_bits = number(l, type, "size_bits", 0, 63);
        rows[i].unit_bits = number(l, type, "unit_bits", 0, 63);
        rows[i].is_frame = flag(l, type, "frame");
    }
    l->abi.types = rows;
    l->abi.type_count = count;
}

/* A list of names; all lists of a table lie in one block behind each other. */
static const char *const *names(struct loaded *l, const json_t *array, const char **next)
{
    const char **start = next;
    size_t i;
    json_t *value;
    json_array_foreach((json_t *)array, i, value)
    {
        if (!json_is_string(value)) {
            fail(l, "words", "must be text");
            break;
        }
        *next++ = json_string_value(value);
    }
    return start;
}

static void load_faults(struct loaded *l)
{
    json_t *faults = list(l, l->root, "faults", 16);
    size_t count = json_array_size(faults);
    struct sim_fault *rows = block(l, count, sizeof(*rows));
    size_t i, words = 0;
    json_t *fault;
    json_array_foreach(faults, i, fault)
    {
        words += json_array_size(list(l, fault, "words", 64));
    }
    const char **next = block(l, words, sizeof(*next));
    json_array_foreach(faults, i, fault)
    {
        json_t *array = list(l, fault, "words", 64);
        rows[i].name = text(l, fault, "name", false);
        rows[i].label = number(l, fault, "label", 0, 15);
        rows[i].length = json_array_size(array);
        rows[i].words = names(l, array, next);
        next += rows[i].length;
    }
    l->abi.faults = rows;
    l->abi.fault_count = count;
}

static void load_constants(struct loaded *l)
{
    json_t *constants = list(l, l->root, "constants", 5000);
    size_t count = json_array_size(constants);
    struct sim_constant *rows = block(l, count, sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        json_t *pair = json_array_get(constants, i);
        json_t *name = json_array_get(pair, 0), *value = json_array_get(pair, 1);
        if (!json_is_string(name) || !json_is_integer(value)) {
            fail(l, "constants", "must be pairs of name and number");
            return;
        }
        rows[i].name = json_string_value(name);
        rows[i].value = json_integer_value(value);
        if (i > 0 && strcmp(rows[i - 1].name, rows[i].name) > 0) {
            fail(l, "constants", "must be sorted by name");
        }
    }
    l->abi.constants = rows;
    l->abi.constant_count = count;
}

static void load_fields(struct loaded *l)
{
    json_t *fields = list(l, l->root, "fields", 5000);
    size_t count = json_array_size(fields);
    struct sim_field *rows = block(l, count, sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_array_get(fields, i);
        json_int_t values[3];
        for (int k = 0; k < 3; k++) {
            values[k] = json_integer_value(json_array_get(row, k + 1));
            if (values[k] < 0 || values[k] > UINT16_MAX) {
                fail(l, "fields", "a number is out of range");
            }
        }
        rows[i].name = json_string_value(json_array_get(row, 0));
        if (!rows[i].name || (i > 0 && strcmp(rows[i - 1].name, rows[i].name) > 0)) {
            fail(l, "fields", "must have names and be sorted by them");
            rows[i].name = "";
            return;
        }
        rows[i].offset = values[0];
        rows[i].size = values[1];
        rows[i].count = values[2];
    }
    l->abi.fields = rows;
    l->abi.field_count = count;
}

static void load_trap(struct loaded *l)
{
    json_t *trap = json_object_get(l->root, "trap");
    l->abi.trap.number = text(l, trap, "number", false);
    l->abi.trap.cap = text(l, trap, "cap", false);
    l->abi.trap.info = text(l, trap, "info", false);
    l->abi.trap.reply = text(l, trap, "reply", true);
    l->abi.trap.dest = text(l, trap, "dest", true);
    json_t *mr = list(l, trap, "mr", 4);
    for (size_t i = 0; i < json_array_size(mr); i++) {
        l->abi.trap.mr[i] = json_string_value(json_array_get(mr, i));
    }
}

static void load_scalars(struct loaded *l)
{
    struct sim_abi *abi = &l->abi;
    abi->config = text(l, l->root, "config", false);
    abi->arch = text(l, l->root, "arch", false);
    abi->version = text(l, l->root, "version", false);
    abi->hash = text(l, l->root, "hash", false);
    abi->word_bits = number(l, l->root, "word_bits", 32, 64);
    abi->hw_mrs = number(l, l->root, "hw_mrs", 1, 4);
    abi->context_frame_count = number(l, l->root, "context_frame_count", 0, 64);
    abi->mcs = flag(l, l->root, "mcs");
    abi->debug = flag(l, l->root, "debug");
    abi->printing = flag(l, l->root, "printing");
    abi->hardware_debug = flag(l, l->root, "hardware_debug");
    abi->smp = flag(l, l->root, "smp");
    abi->set_tls_base = flag(l, l->root, "set_tls_base");
    abi->hypervisor = flag(l, l->root, "hypervisor");
    json_t *context = list(l, l->root, "context", 64);
    abi->context_count = json_array_size(context);
    abi->context = names(l, context, block(l, abi->context_count, sizeof(char *)));
}

struct sim_abi *sim_abi_load(const char *path, char *message, size_t size)
{
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        snprintf(message, size, "%s:%d: %s", path, error.line, error.text);
        return NULL;
    }
    struct loaded *l = calloc(1, sizeof(*l));
    if (!l) {
        abort();
    }
    l->root = root;
    l->message = message;
    l->size = size;
    load_scalars(l);
    load_methods(l);
    load_syscalls(l);
    load_types(l);
    load_faults(l);
    load_constants(l);
    load_fields(l);
    load_trap(l);
    if (l->failed) {
        sim_abi_free(&l->abi);
        return NULL;
    }
    return &l->abi;
}

void sim_abi_free(struct sim_abi *abi)
{
    struct loaded *l = (struct loaded *)abi;
    if (!l) {
        return;
    }
    for (unsigned i = 0; i < l->block_count; i++) {
        free(l->blocks[i]);
    }
    json_decref(l->root);
    free(l);
}
