/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records as JSON, one object a line: {"record": TYPE, ...}, errors without "record". Words are
 * strings because JSON's readers keep only 53 bits of a number. In client mode a line begins with
 * the byte RS, so that the kernel's own messages on the same line are told apart (RFC 7464).
 */
#include "monitor/shell/record_render.h"
#include "monitor/shell/utf8.h"

static void put_escaped(fmt_sink sink, void *context, unsigned char c)
{
    if (c == '"' || c == '\\')
        fmt_to(sink, context, "\\%c", c);
    else if (c == '\n')
        sink(context, "\\n", 2);
    else if (c == '\t')
        sink(context, "\\t", 2);
    else if (c < 0x80)
        fmt_to(sink, context, "\\u%04x", c);
    else
        sink(context, "\\ufffd", 6);
}

void record_json_string(fmt_sink sink, void *context, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t start = 0, i = 0;

    sink(context, "\"", 1);
    while (s[i]) {
        size_t len = utf8_length(text + i);
        if (len > 1 || (len == 1 && s[i] >= 0x20 && s[i] != '"' && s[i] != '\\' && s[i] != 0x7f)) {
            i += len;
            continue;
        }
        if (i > start)
            sink(context, text + start, i - start);
        put_escaped(sink, context, s[i]);
        start = ++i;
    }
    if (i > start)
        sink(context, text + start, i - start);
    sink(context, "\"", 1);
}

static void put_value(struct record_out *out, unsigned kind, const struct field *field)
{
    const unsigned char *bytes = field->bytes;

    switch (kind) {
    case FIELD_TEXT:
    case FIELD_NAME:
        record_json_string(out->sink, out->context, field->text);
        break;
    case FIELD_WORD:
    case FIELD_ADDRESS:
        fmt_to(out->sink, out->context, "\"0x%llx\"", (unsigned long long)field->word);
        break;
    case FIELD_BOOL:
        fmt_to(out->sink, out->context, "%s", field->word ? "true" : "false");
        break;
    case FIELD_BYTES:
        fmt_to(out->sink, out->context, "\"");
        for (uint32_t i = 0; i < field->len; i++)
            fmt_to(out->sink, out->context, "%02x", bytes[i]);
        fmt_to(out->sink, out->context, "\"");
        break;
    case FIELD_WORDS:
        fmt_to(out->sink, out->context, "[");
        for (uint32_t i = 0; i < field->len; i++)
            fmt_to(out->sink, out->context, "%s\"0x%llx\"", i ? "," : "",
                   (unsigned long long)field->words[i]);
        fmt_to(out->sink, out->context, "]");
        break;
    default:
        fmt_to(out->sink, out->context, "%llu", (unsigned long long)field->word);
    }
}

void record_render_json(struct record_out *out, const struct record_type *type,
                        const struct field *fields)
{
    const char *separator = "";

    fmt_to(out->sink, out->context, "%s{", out->marked ? "\x1e" : "");
    if (type->layout != RECORD_ERROR) {
        fmt_to(out->sink, out->context, "\"record\":\"%s\"", type->name);
        separator = ",";
    }
    for (unsigned i = 0; i < type->column_count; i++) {
        if (record_absent(&type->columns[i], &fields[i]))
            continue;
        fmt_to(out->sink, out->context, "%s\"%s\":", separator, type->columns[i].name);
        put_value(out, type->columns[i].kind, &fields[i]);
        separator = ",";
    }
    fmt_to(out->sink, out->context, "}\n");
}
