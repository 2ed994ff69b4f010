/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing Graphviz's language: see dot.h. */
#include "host/client/dot.h"

#include <stddef.h>

static void put_quoted(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', to);
        fputc(*text == '\n' || (unsigned char)*text >= ' ' ? *text : '?', to);
    }
    fputc('"', to);
}

static void put_html(FILE *to, const char *text)
{
    static const struct {
        char c;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};

    for (; *text; text++) {
        const char *entity = NULL;

        for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
            if (entities[i].c == *text)
                entity = entities[i].entity;
        }
        if (entity)
            fputs(entity, to);
        else
            fputc((unsigned char)*text >= ' ' && *text != 0x7f ? *text : '?', to);
    }
}

void dot_print(FILE *to, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    for (; *format; format++) {
        if (*format != '%' || !format[1]) {
            fputc(*format, to);
            continue;
        }
        switch (*++format) {
        case 'q':
            put_quoted(to, va_arg(args, const char *));
            break;
        case 'h':
            put_html(to, va_arg(args, const char *));
            break;
        case 's':
            fputs(va_arg(args, const char *), to);
            break;
        case 'u':
            fprintf(to, "%u", va_arg(args, unsigned));
            break;
        default:
            fputc(*format, to);
        }
    }
    va_end(args);
}

void dot_begin(FILE *to, const char *name, const char *title, const char *attributes)
{
    dot_print(to,
              "digraph %s {\n"
              "graph [label=%q, labelloc=t, fontname=\"Helvetica\", newrank=true, "
              "bgcolor=white, fontsize=13, %s];\n"
              "node [fontname=\"Helvetica\", fontsize=10, shape=box, style=filled, "
              "fillcolor=white, color=\"#555555\", margin=\"0.08,0.04\"];\n"
              "edge [fontname=\"Helvetica\", fontsize=9, color=\"#444444\"];\n",
              name, title, attributes);
}

void dot_end(FILE *to, const struct dot_legend *legend)
{
    dot_print(to, "legend [shape=plain, style=\"\", label=<<table border=\"0\" cellborder=\"0\" "
                  "cellspacing=\"2\">");
    for (; legend->text; legend++)
        dot_print(to,
                  "<tr><td bgcolor=%q border=\"1\" width=\"18\"></td><td align=\"left\">%h"
                  "</td></tr>",
                  legend->colour, legend->text);
    dot_print(to, "</table>>];\n}\n");
}
