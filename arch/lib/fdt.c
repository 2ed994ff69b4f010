/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device-tree reader. `fdt_open` checks tags, nesting, names, lengths and string offsets once;
 * after that a walk over the structure block cannot leave it. There are no links in the format, so
 * a parent is found by walking from the root: trees are small and this runs at start only.
 */
#include "arch/lib/fdt.h"
#include "arch/lib/str.h"

enum {
    HEADER_BYTES = 40,
    VERSION_READ = 17, /* the layout understood here */
    TAG_BEGIN = 1,
    TAG_END_NODE = 2,
    TAG_PROPERTY = 3,
    TAG_NOP = 4,
    TAG_END = 9,
};

#define FDT_MAGIC 0xd00dfeedu

/* One item of the structure block. */
struct token {
    uint32_t tag;
    uint32_t next; /* offset of the next item */
    const char *name;
    const uint8_t *bytes;
    uint32_t len_bytes;
};

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Does text begin at `at` and end before `end`? Returns its length with the NUL, 0 if not. */
static uint32_t text_bytes(const uint8_t *bytes, uint32_t at, uint32_t end)
{
    for (uint32_t i = at; i < end; i++) {
        if (bytes[i] == 0)
            return i - at + 1;
    }
    return 0;
}

static enum err token_property(const struct fdt *tree, uint32_t at, struct token *out)
{
    const uint8_t *block = tree->bytes + tree->struct_offset;
    uint32_t left = tree->struct_bytes - at;

    if (left < 12)
        return ERR_TRUNCATED;
    uint32_t len = get32(block + at + 4);
    uint32_t name = get32(block + at + 8);
    if (len > left - 12)
        return ERR_TRUNCATED;
    if (name >= tree->strings_bytes ||
        !text_bytes(tree->bytes + tree->strings_offset, name, tree->strings_bytes))
        return ERR_FORMAT;
    out->name = (const char *)tree->bytes + tree->strings_offset + name;
    out->bytes = block + at + 12;
    out->len_bytes = len;
    /* The block's length is a multiple of 4 (checked at open), so rounding up stays inside. */
    out->next = at + 12 + ((len + 3) & ~3u);
    return ERR_OK;
}

static enum err token_at(const struct fdt *tree, uint32_t at, struct token *out)
{
    const uint8_t *block = tree->bytes + tree->struct_offset;

    if (at > tree->struct_bytes || tree->struct_bytes - at < 4)
        return ERR_TRUNCATED;
    *out = (struct token){.tag = get32(block + at), .next = at + 4};
    switch (out->tag) {
    case TAG_BEGIN: {
        uint32_t len = text_bytes(block, at + 4, tree->struct_bytes);
        if (len == 0)
            return ERR_TRUNCATED;
        out->name = (const char *)block + at + 4;
        out->next = at + 4 + ((len + 3) & ~3u);
        return ERR_OK;
    }
    case TAG_PROPERTY:
        return token_property(tree, at, out);
    case TAG_END_NODE:
    case TAG_NOP:
    case TAG_END:
        return ERR_OK;
    default:
        return ERR_FORMAT;
    }
}

/* Walks everything: one root, balanced, properties before the children of their node. */
static enum err check_structure(struct fdt *tree)
{
    uint32_t at = 0;
    unsigned depth = 0;
    bool have_root = false, properties_allowed = false;

    for (;;) {
        struct token t;
        enum err e = token_at(tree, at, &t);
        if (e)
            return e;
        if (t.tag == TAG_BEGIN) {
            if (depth == FDT_DEPTH_MAX || (depth == 0 && have_root))
                return ERR_FORMAT;
            if (depth++ == 0)
                tree->root = at;
            have_root = true;
            properties_allowed = true;
        } else if (t.tag == TAG_END_NODE) {
            if (depth-- == 0)
                return ERR_FORMAT;
            properties_allowed = false;
        } else if (t.tag == TAG_PROPERTY) {
            if (!properties_allowed)
                return ERR_FORMAT;
        } else if (t.tag == TAG_END) {
            return depth == 0 && have_root ? ERR_OK : ERR_FORMAT;
        }
        at = t.next;
    }
}

static enum err check_block(const struct fdt *tree, uint32_t offset, uint32_t size)
{
    if (offset < HEADER_BYTES)
        return ERR_FORMAT;
    if (offset > tree->total_bytes || size > tree->total_bytes - offset)
        return ERR_TRUNCATED;
    return ERR_OK;
}

enum err fdt_open(const void *bytes, size_t cap_bytes, struct fdt *out)
{
    const uint8_t *header = bytes;

    if (cap_bytes < HEADER_BYTES)
        return ERR_TRUNCATED;
    if (get32(header) != FDT_MAGIC)
        return ERR_FORMAT;
    struct fdt tree = {
        .bytes = header,
        .total_bytes = get32(header + 4),
        .struct_offset = get32(header + 8),
        .strings_offset = get32(header + 12),
        .strings_bytes = get32(header + 32),
        .struct_bytes = get32(header + 36),
    };
    if (get32(header + 20) < VERSION_READ || get32(header + 24) > VERSION_READ)
        return ERR_UNSUPPORTED;
    if (tree.total_bytes > cap_bytes)
        return ERR_TRUNCATED;
    /* Sizes near 2^32 would let the rounding in the walk wrap. */
    if (tree.total_bytes > INT32_MAX || tree.struct_offset % 4 != 0 || tree.struct_bytes % 4 != 0)
        return ERR_FORMAT;
    enum err e = check_block(&tree, tree.struct_offset, tree.struct_bytes);
    if (!e)
        e = check_block(&tree, tree.strings_offset, tree.strings_bytes);
    if (!e)
        e = check_structure(&tree);
    if (!e)
        *out = tree;
    return e;
}

const char *fdt_name(const struct fdt *tree, fdt_node node)
{
    struct token t;
    return token_at(tree, node, &t) == ERR_OK && t.tag == TAG_BEGIN ? t.name : "";
}

/* The next begin or end of a node from `at`; `*where` is its offset. */
static enum err next_edge(const struct fdt *tree, uint32_t at, struct token *t, uint32_t *where)
{
    for (;;) {
        enum err e = token_at(tree, at, t);
        if (e)
            return e;
        if (t->tag == TAG_END)
            return ERR_NOT_FOUND;
        if (t->tag == TAG_BEGIN || t->tag == TAG_END_NODE) {
            *where = at;
            return ERR_OK;
        }
        at = t->next;
    }
}

/* The offset after the begin tag and name of `node`. */
static enum err node_body(const struct fdt *tree, fdt_node node, uint32_t *body)
{
    struct token t;
    enum err e = token_at(tree, node, &t);
    if (e)
        return e;
    if (t.tag != TAG_BEGIN)
        return ERR_ARGUMENT;
    *body = t.next;
    return ERR_OK;
}

enum err fdt_child(const struct fdt *tree, fdt_node node, fdt_node *out)
{
    struct token t;
    uint32_t at;
    enum err e = node_body(tree, node, &at);
    if (!e)
        e = next_edge(tree, at, &t, &at);
    if (e)
        return e;
    if (t.tag != TAG_BEGIN)
        return ERR_NOT_FOUND;
    *out = at;
    return ERR_OK;
}

enum err fdt_sibling(const struct fdt *tree, fdt_node node, fdt_node *out)
{
    unsigned depth = 1;
    uint32_t at;
    enum err e = node_body(tree, node, &at);

    while (!e) {
        struct token t;
        uint32_t where;
        e = next_edge(tree, at, &t, &where);
        if (e)
            break;
        if (t.tag == TAG_BEGIN && depth == 0) {
            *out = where;
            return ERR_OK;
        }
        if (t.tag == TAG_END_NODE && depth == 0)
            return ERR_NOT_FOUND; /* the parent ends */
        depth = t.tag == TAG_BEGIN ? depth + 1 : depth - 1;
        at = t.next;
    }
    return e;
}

enum err fdt_next(const struct fdt *tree, fdt_node node, fdt_node *out)
{
    uint32_t at;
    enum err e = node_body(tree, node, &at);

    while (!e) {
        struct token t;
        uint32_t where;
        e = next_edge(tree, at, &t, &where);
        if (!e && t.tag == TAG_BEGIN) {
            *out = where;
            return ERR_OK;
        }
        at = t.next;
    }
    return e;
}

enum err fdt_ancestry(const struct fdt *tree, fdt_node node, fdt_node path[FDT_DEPTH_MAX],
                      unsigned *count)
{
    unsigned depth = 0;
    uint32_t at = tree->root;

    for (;;) {
        struct token t;
        uint32_t where;
        enum err e = next_edge(tree, at, &t, &where);
        if (e)
            return e;
        if (t.tag == TAG_END_NODE) {
            depth--;
        } else {
            path[depth++] = where;
            if (where == node) {
                *count = depth;
                return ERR_OK;
            }
        }
        at = t.next;
    }
}

enum err fdt_parent(const struct fdt *tree, fdt_node node, fdt_node *out)
{
    fdt_node path[FDT_DEPTH_MAX];
    unsigned count;
    enum err e = fdt_ancestry(tree, node, path, &count);
    if (e)
        return e;
    if (count < 2)
        return ERR_NOT_FOUND;
    *out = path[count - 2];
    return ERR_OK;
}

/* The first property from `*at` in a node's body; `*at` is then behind it. */
static enum err next_property(const struct fdt *tree, uint32_t *at, struct fdt_property *out)
{
    for (;;) {
        struct token t;
        enum err e = token_at(tree, *at, &t);
        if (e)
            return e;
        if (t.tag != TAG_PROPERTY && t.tag != TAG_NOP)
            return ERR_NOT_FOUND;
        *at = t.next;
        if (t.tag == TAG_PROPERTY) {
            *out = (struct fdt_property){t.name, t.bytes, t.len_bytes};
            return ERR_OK;
        }
    }
}

/* The property `name`, or number `index` if that is NULL. */
static enum err property_get(const struct fdt *tree, fdt_node node, const char *name,
                             unsigned index, struct fdt_property *out)
{
    struct fdt_property p;
    uint32_t at;
    enum err e = node_body(tree, node, &at);

    do {
        if (!e)
            e = next_property(tree, &at, &p);
        if (e)
            return e;
    } while (name ? strcmp(p.name, name) != 0 : index-- > 0);
    *out = p;
    return ERR_OK;
}

enum err fdt_property_at(const struct fdt *tree, fdt_node node, unsigned index,
                         struct fdt_property *out)
{
    return property_get(tree, node, NULL, index, out);
}

enum err fdt_property_find(const struct fdt *tree, fdt_node node, const char *name,
                           struct fdt_property *out)
{
    return property_get(tree, node, name, 0, out);
}

enum err fdt_cell(const struct fdt_property *property, unsigned index, uint32_t *out)
{
    if (index >= property->len_bytes / 4)
        return ERR_NOT_FOUND;
    *out = get32(property->bytes + (size_t)index * 4);
    return ERR_OK;
}

enum err fdt_text(const struct fdt_property *property, unsigned index, const char **out)
{
    uint32_t at = 0;

    for (;;) {
        if (at >= property->len_bytes)
            return ERR_NOT_FOUND;
        uint32_t len = text_bytes(property->bytes, at, property->len_bytes);
        if (len == 0)
            return ERR_FORMAT;
        if (index-- == 0) {
            *out = (const char *)property->bytes + at;
            return ERR_OK;
        }
        at += len;
    }
}

enum err fdt_property_cell(const struct fdt *tree, fdt_node node, const char *name, uint32_t *out)
{
    struct fdt_property p;
    enum err e = fdt_property_find(tree, node, name, &p);
    return e ? e : fdt_cell(&p, 0, out);
}

bool fdt_is_compatible(const struct fdt *tree, fdt_node node, const char *compatible)
{
    struct fdt_property p;
    const char *text;

    if (fdt_property_find(tree, node, "compatible", &p))
        return false;
    for (unsigned i = 0; fdt_text(&p, i, &text) == ERR_OK; i++) {
        if (strcmp(text, compatible) == 0)
            return true;
    }
    return false;
}

enum err fdt_find_compatible(const struct fdt *tree, const char *compatible, const fdt_node *after,
                             fdt_node *out)
{
    fdt_node node = tree->root;
    enum err e = after ? fdt_next(tree, *after, &node) : ERR_OK;

    for (; !e; e = fdt_next(tree, node, &node)) {
        if (fdt_is_compatible(tree, node, compatible)) {
            *out = node;
            return ERR_OK;
        }
    }
    return e;
}

enum err fdt_find_phandle(const struct fdt *tree, uint32_t phandle, fdt_node *out)
{
    fdt_node node = tree->root;
    enum err e = ERR_OK;

    for (; !e; e = fdt_next(tree, node, &node)) {
        uint32_t own;
        if (fdt_property_cell(tree, node, "phandle", &own) &&
            fdt_property_cell(tree, node, "linux,phandle", &own))
            continue;
        if (own == phandle) {
            *out = node;
            return ERR_OK;
        }
    }
    return e;
}

bool fdt_is_enabled(const struct fdt *tree, fdt_node node)
{
    struct fdt_property p;
    const char *text;

    if (fdt_property_find(tree, node, "status", &p))
        return true;
    return fdt_text(&p, 0, &text) == ERR_OK &&
           (strcmp(text, "okay") == 0 || strcmp(text, "ok") == 0);
}
