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
    GIC_CELLS = 3,
    GIC_SHARED = 0,  /* first cell: shared interrupts count from 32 */
    GIC_PRIVATE = 1, /* private ones from 16 */
    GIC_EDGE = 0x3,  /* flags: rising or falling edge */
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

struct cells {
    uint32_t address;
    uint32_t size;
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

/* The nodes from the root down to `node`; `*count` of them, `node` the last. */
static enum err ancestry(const struct fdt *tree, fdt_node node, fdt_node path[FDT_DEPTH_MAX],
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
    enum err e = ancestry(tree, node, path, &count);
    if (e)
        return e;
    if (count < 2)
        return ERR_NOT_FOUND;
    *out = path[count - 2];
    return ERR_OK;
}

enum err fdt_property_at(const struct fdt *tree, fdt_node node, unsigned index,
                         struct fdt_property *out)
{
    uint32_t at;
    enum err e = node_body(tree, node, &at);

    while (!e) {
        struct token t;
        e = token_at(tree, at, &t);
        if (e)
            break;
        if (t.tag != TAG_PROPERTY && t.tag != TAG_NOP)
            return ERR_NOT_FOUND;
        if (t.tag == TAG_PROPERTY && index-- == 0) {
            *out = (struct fdt_property){t.name, t.bytes, t.len_bytes};
            return ERR_OK;
        }
        at = t.next;
    }
    return e;
}

enum err fdt_property_find(const struct fdt *tree, fdt_node node, const char *name,
                           struct fdt_property *out)
{
    uint32_t at;
    enum err e = node_body(tree, node, &at);

    while (!e) {
        struct token t;
        e = token_at(tree, at, &t);
        if (e)
            break;
        if (t.tag != TAG_PROPERTY && t.tag != TAG_NOP)
            return ERR_NOT_FOUND;
        if (t.tag == TAG_PROPERTY && strcmp(t.name, name) == 0) {
            *out = (struct fdt_property){t.name, t.bytes, t.len_bytes};
            return ERR_OK;
        }
        at = t.next;
    }
    return e;
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

static enum err cell_of(const struct fdt *tree, fdt_node node, const char *name, uint32_t *out)
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
        if (cell_of(tree, node, "phandle", &own) && cell_of(tree, node, "linux,phandle", &own))
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

/* The length of a path's first component. */
static size_t component_bytes(const char *path)
{
    size_t n = 0;
    while (path[n] && path[n] != '/' && path[n] != ':')
        n++;
    return n;
}

static bool component_fits(const char *name, const char *component, size_t len)
{
    if (strncmp(name, component, len) != 0)
        return false;
    return name[len] == 0 || name[len] == '@';
}

/* Follows `path` below `node`. */
static enum err find_below(const struct fdt *tree, fdt_node node, const char *path, fdt_node *out)
{
    for (;;) {
        while (*path == '/')
            path++;
        size_t len = component_bytes(path);
        if (len == 0) {
            *out = node;
            return ERR_OK;
        }
        enum err e = fdt_child(tree, node, &node);
        while (!e && !component_fits(fdt_name(tree, node), path, len))
            e = fdt_sibling(tree, node, &node);
        if (e)
            return e;
        path += len;
    }
}

/* The path that the alias stands for; it is absolute, so this never nests. */
static enum err alias_path(const struct fdt *tree, const char *alias, size_t len, const char **out)
{
    fdt_node aliases;
    struct fdt_property p;
    enum err e = find_below(tree, tree->root, "/aliases", &aliases);

    for (unsigned i = 0; !e; i++) {
        e = fdt_property_at(tree, aliases, i, &p);
        if (!e && strlen(p.name) == len && strncmp(p.name, alias, len) == 0) {
            e = fdt_text(&p, 0, out);
            return e || **out == '/' ? e : ERR_FORMAT;
        }
    }
    return e;
}

enum err fdt_find_path(const struct fdt *tree, const char *path, fdt_node *out)
{
    fdt_node node = tree->root;

    if (*path != '/') {
        size_t len = component_bytes(path);
        const char *base;
        enum err e = len == 0 ? ERR_NOT_FOUND : alias_path(tree, path, len, &base);
        if (!e)
            e = find_below(tree, node, base, &node);
        if (e)
            return e;
        path += len;
    }
    return find_below(tree, node, path, out);
}

static struct cells cells_of(const struct fdt *tree, fdt_node bus)
{
    struct cells c = {2, 1};
    uint32_t n;

    if (cell_of(tree, bus, "#address-cells", &n) == ERR_OK)
        c.address = n;
    if (cell_of(tree, bus, "#size-cells", &n) == ERR_OK)
        c.size = n;
    return c;
}

/* `count` cells from `index` as one number. Of a PCI address (3 cells) the first holds flags and is
 * left out. */
static enum err number_at(const struct fdt_property *p, uint32_t index, uint32_t count,
                          uint64_t *out)
{
    uint64_t value = 0;

    for (uint32_t i = count > 2 ? count - 2 : 0; i < count; i++) {
        uint32_t cell;
        enum err e = fdt_cell(p, index + i, &cell);
        if (e)
            return e;
        value = value << 32 | cell;
    }
    *out = value;
    return ERR_OK;
}

/* Translates an address of `bus` to one of its parent, by the first entry of `ranges` that holds
 * it. An empty `ranges` changes nothing. */
static enum err translate(const struct fdt *tree, fdt_node bus, fdt_node parent, uint64_t *address)
{
    struct fdt_property ranges;
    struct cells own = cells_of(tree, bus), above = cells_of(tree, parent);

    if (fdt_property_find(tree, bus, "ranges", &ranges))
        return ERR_UNSUPPORTED;
    if (ranges.len_bytes == 0)
        return ERR_OK;
    if (own.address > FDT_CELLS_MAX || own.size > FDT_CELLS_MAX || above.address > FDT_CELLS_MAX)
        return ERR_FORMAT;
    uint32_t stride = own.address + above.address + own.size;
    if (stride == 0)
        return ERR_FORMAT;
    for (uint32_t at = 0; at + stride <= ranges.len_bytes / 4; at += stride) {
        uint64_t from, to, size;
        if (number_at(&ranges, at, own.address, &from) ||
            number_at(&ranges, at + own.address, above.address, &to) ||
            number_at(&ranges, at + own.address + above.address, own.size, &size))
            return ERR_FORMAT;
        if (*address >= from && *address - from < size) {
            *address = to + (*address - from);
            return ERR_OK;
        }
    }
    return ERR_UNSUPPORTED;
}

enum err fdt_reg(const struct fdt *tree, fdt_node node, unsigned index, uint64_t *address,
                 uint64_t *size_bytes)
{
    fdt_node path[FDT_DEPTH_MAX];
    struct fdt_property reg;
    unsigned count;
    uint64_t base, size;
    enum err e = ancestry(tree, node, path, &count);
    if (e)
        return e;
    if (count < 2)
        return ERR_NOT_FOUND; /* the root has no address */
    e = fdt_property_find(tree, node, "reg", &reg);
    if (e)
        return e;

    struct cells c = cells_of(tree, path[count - 2]);
    if (c.address == 0 || c.address > FDT_CELLS_MAX || c.size > FDT_CELLS_MAX)
        return ERR_FORMAT;
    if (index >= reg.len_bytes / 4 / (c.address + c.size))
        return ERR_NOT_FOUND;
    uint32_t at = index * (c.address + c.size);
    if (number_at(&reg, at, c.address, &base) || number_at(&reg, at + c.address, c.size, &size))
        return ERR_FORMAT;
    /* A bus without sizes (the CPUs, an I2C bus) counts, it does not map. */
    for (unsigned i = count - 2; i > 0 && c.size > 0; i--) {
        e = translate(tree, path[i], path[i - 1], &base);
        if (e)
            return e;
    }
    *address = base;
    *size_bytes = size;
    return ERR_OK;
}

static enum fdt_interrupt_kind controller_kind(const struct fdt *tree, fdt_node controller)
{
    static const struct {
        const char *compatible;
        enum fdt_interrupt_kind kind;
    } known[] = {
        {"arm,gic-v3", FDT_INTERRUPT_GIC},         {"arm,gic-400", FDT_INTERRUPT_GIC},
        {"arm,cortex-a15-gic", FDT_INTERRUPT_GIC}, {"arm,cortex-a9-gic", FDT_INTERRUPT_GIC},
        {"arm,cortex-a7-gic", FDT_INTERRUPT_GIC},  {"arm,pl390", FDT_INTERRUPT_GIC},
        {"qcom,msm-qgic2", FDT_INTERRUPT_GIC},     {"riscv,plic0", FDT_INTERRUPT_PLIC},
        {"sifive,plic-1.0.0", FDT_INTERRUPT_PLIC}, {"sifive,fu540-c000-plic", FDT_INTERRUPT_PLIC},
        {"thead,c900-plic", FDT_INTERRUPT_PLIC},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (fdt_is_compatible(tree, controller, known[i].compatible))
            return known[i].kind;
    }
    return FDT_INTERRUPT_UNKNOWN;
}

static enum err interrupt_decode(const struct fdt *tree, fdt_node controller,
                                 struct fdt_interrupt *out)
{
    out->controller = controller;
    out->kind = controller_kind(tree, controller);
    out->number = 0;
    out->edge = false;
    if (out->kind == FDT_INTERRUPT_PLIC) {
        out->number = out->cells[0];
    } else if (out->kind == FDT_INTERRUPT_GIC) {
        if (out->cell_count < GIC_CELLS || out->cells[0] > GIC_PRIVATE)
            return ERR_FORMAT;
        out->number = out->cells[1] + (out->cells[0] == GIC_SHARED ? 32 : 16);
        out->edge = (out->cells[2] & GIC_EDGE) != 0;
    }
    return ERR_OK;
}

/* Reads the cells at `at`, as many as the controller says. */
static enum err interrupt_cells(const struct fdt *tree, fdt_node controller,
                                const struct fdt_property *p, uint32_t at,
                                struct fdt_interrupt *out)
{
    uint32_t count;
    enum err e = cell_of(tree, controller, "#interrupt-cells", &count);
    if (e || count == 0 || count > FDT_CELLS_MAX)
        return ERR_FORMAT;
    out->cell_count = count;
    for (uint32_t i = 0; i < count; i++) {
        e = fdt_cell(p, at + i, &out->cells[i]);
        if (e)
            return e;
    }
    return ERR_OK;
}

static enum err interrupt_extended(const struct fdt *tree, const struct fdt_property *p,
                                   unsigned index, struct fdt_interrupt *out)
{
    uint32_t at = 0;

    for (;; index--) {
        uint32_t phandle;
        fdt_node controller;
        enum err e = fdt_cell(p, at, &phandle);
        if (e)
            return e;
        if (fdt_find_phandle(tree, phandle, &controller))
            return ERR_FORMAT;
        e = interrupt_cells(tree, controller, p, at + 1, out);
        if (e)
            return e == ERR_NOT_FOUND ? ERR_FORMAT : e;
        if (index == 0)
            return interrupt_decode(tree, controller, out);
        at += 1 + out->cell_count;
    }
}

/* `interrupt-parent` is inherited; without any, the parent that is a controller. */
static enum err interrupt_parent(const struct fdt *tree, fdt_node node, fdt_node *out)
{
    fdt_node path[FDT_DEPTH_MAX];
    unsigned count;
    enum err e = ancestry(tree, node, path, &count);
    if (e)
        return e;
    for (unsigned i = count; i-- > 0;) {
        uint32_t phandle;
        struct fdt_property p;
        if (cell_of(tree, path[i], "interrupt-parent", &phandle) == ERR_OK)
            return fdt_find_phandle(tree, phandle, out);
        if (i + 1 < count &&
            fdt_property_find(tree, path[i], "interrupt-controller", &p) == ERR_OK) {
            *out = path[i];
            return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

enum err fdt_interrupt_get(const struct fdt *tree, fdt_node node, unsigned index,
                           struct fdt_interrupt *out)
{
    struct fdt_interrupt found = {.kind = FDT_INTERRUPT_UNKNOWN};
    struct fdt_property p;
    fdt_node controller;
    uint32_t stride;
    enum err e;

    if (fdt_property_find(tree, node, "interrupts-extended", &p) == ERR_OK) {
        e = interrupt_extended(tree, &p, index, &found);
    } else {
        e = fdt_property_find(tree, node, "interrupts", &p);
        if (!e)
            e = interrupt_parent(tree, node, &controller);
        if (!e)
            e = cell_of(tree, controller, "#interrupt-cells", &stride);
        if (e)
            return e;
        if (stride == 0 || stride > FDT_CELLS_MAX)
            return ERR_FORMAT;
        if (index >= p.len_bytes / 4 / stride)
            return ERR_NOT_FOUND;
        e = interrupt_cells(tree, controller, &p, index * stride, &found);
        if (!e)
            e = interrupt_decode(tree, controller, &found);
    }
    if (!e)
        *out = found;
    return e;
}

enum err fdt_stdout(const struct fdt *tree, fdt_node *out, const char **options)
{
    fdt_node chosen;
    struct fdt_property p;
    const char *path;
    enum err e = find_below(tree, tree->root, "/chosen", &chosen);
    if (e)
        return e;
    e = fdt_property_find(tree, chosen, "stdout-path", &p);
    if (e)
        e = fdt_property_find(tree, chosen, "linux,stdout-path", &p);
    if (!e)
        e = fdt_text(&p, 0, &path);
    if (!e)
        e = fdt_find_path(tree, path, out);
    if (!e && options) {
        const char *colon = strchr(path, ':');
        *options = colon ? colon + 1 : "";
    }
    return e;
}
