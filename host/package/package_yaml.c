/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The schema of a component's YAML file, for libcyaml. All values are strings to it: what a number
 * may be is the project's own affair ("16 KiB"), and so are the words of its complaints, which
 * yaml_words.c makes of the library's.
 */
#include "host/package/package_yaml.h"
#include "host/package/yaml_words.h"

#include <cyaml/cyaml.h>
#include <stdio.h>

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

static const cyaml_schema_value_t top;

static const cyaml_config_t config = {
    .log_fn = yaml_words_note,
    .mem_fn = cyaml_mem,
    .log_level = CYAML_LOG_WARNING,
    .flags = CYAML_CFG_NO_ALIAS, /* a few lines of aliases can mean gigabytes */
};

static struct package_text *fail(struct package_text *text, const struct yaml_words *words,
                                 struct package_why *why)
{
    package_text_free(text);
    yaml_words_say(words, top.mapping.fields, why);
    return NULL;
}

struct package_text *package_text_read(const char *path, const void *bytes, size_t len_bytes,
                                       struct package_why *why)
{
    struct yaml_words words = {.path = path, .source = bytes, .source_bytes = len_bytes};
    struct package_text *text = NULL;
    cyaml_config_t own = config;

    own.log_ctx = &words;
    cyaml_err_t e = cyaml_load_data(bytes, len_bytes, &own, &top, (cyaml_data_t **)&text, NULL);
    if (e != CYAML_OK && !words.first[0])
        snprintf(words.first, sizeof(words.first), "%s", cyaml_strerror(e));
    if (words.first[0])
        return fail(text, &words, why);
    if (!text)
        package_fail(why, "%s is empty: at least elf: FILE is needed", path);
    return text;
}

void package_text_free(struct package_text *text)
{
    if (text)
        cyaml_free(&config, &top, text, 0);
}

/* --- tables ----------------------------------------------------------------------------------- */

#define FIELD(key, member)                                                                         \
    CYAML_FIELD_STRING_PTR(key, OPTIONAL, struct package_entry, member, 0, CYAML_UNLIMITED)
#define NAME                                                                                       \
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct package_entry, name, 0,              \
                           CYAML_UNLIMITED)

static const cyaml_schema_field_t shared_fields[] = {
    NAME, FIELD("shared", shared), FIELD("rights", rights), FIELD("badge", badge), CYAML_FIELD_END,
};

static const cyaml_schema_field_t device_fields[] = {
    NAME, FIELD("address", address), FIELD("size", size), FIELD("rights", rights), CYAML_FIELD_END,
};

static const cyaml_schema_field_t interrupt_fields[] = {
    NAME,
    FIELD("number", number),
    FIELD("trigger", trigger),
    FIELD("notification", notification),
    FIELD("ioapic", ioapic),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t port_fields[] = {
    NAME,
    FIELD("first", first),
    FIELD("last", last),
    CYAML_FIELD_END,
};

#define ENTRY(fields)                                                                              \
    {                                                                                              \
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct package_entry, fields)                      \
    }

static const cyaml_schema_value_t shared_entry = ENTRY(shared_fields);
static const cyaml_schema_value_t device_entry = ENTRY(device_fields);
static const cyaml_schema_value_t interrupt_entry = ENTRY(interrupt_fields);
static const cyaml_schema_value_t port_entry = ENTRY(port_fields);
static const cyaml_schema_value_t argument = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, CYAML_UNLIMITED)};

#define TEXT(key, member)                                                                          \
    CYAML_FIELD_STRING_PTR(key, OPTIONAL, struct package_text, member, 0, CYAML_UNLIMITED)
#define LIST(key, member, entry)                                                                   \
    CYAML_FIELD_SEQUENCE_COUNT(key, OPTIONAL, struct package_text, member.entries, member.count,   \
                               &entry, 0, CYAML_UNLIMITED)

static const cyaml_schema_field_t top_fields[] = {
    TEXT("name", name),
    CYAML_FIELD_STRING_PTR("elf", CYAML_FLAG_POINTER, struct package_text, elf, 0, CYAML_UNLIMITED),
    TEXT("priority", priority),
    TEXT("max-priority", max_priority),
    TEXT("stack", stack),
    TEXT("heap", heap),
    TEXT("memory", memory),
    TEXT("slots", slots),
    TEXT("fault-handler", fault_handler),
    CYAML_FIELD_SEQUENCE("arguments", OPTIONAL, struct package_text, arguments, &argument, 0,
                         CYAML_UNLIMITED),
    LIST("endpoints", endpoints, shared_entry),
    LIST("notifications", notifications, shared_entry),
    LIST("devices", devices, device_entry),
    LIST("interrupts", interrupts, interrupt_entry),
    LIST("ports", ports, port_entry),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t top = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct package_text, top_fields)};
