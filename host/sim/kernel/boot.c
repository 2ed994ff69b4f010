/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state that a kernel hands to the root task: its address space and capability space, the
 * untypeds, the boot information, the first thread. Order and placement are the kernel's, memory
 * that a real kernel takes for itself excepted.
 */
#include "host/sim/kernel/kernel.h"

#include "host/sim/kernel/arch.h"
#include "host/sim/kernel/mdb.h"
#include "host/sim/kernel/memory.h"
#include "host/sim/kernel/sched.h"
#include "host/sim/kernel/tcb.h"
#include "host/sim/kernel/vspace.h"

enum { BOOT_REGIONS = 32 };

struct range {
    uint64_t start, end;
};

struct boot {
    struct kernel *k;
    const struct sim_image *image;
    struct range ram[BOOT_REGIONS]; /* free, ascending */
    unsigned ram_count;
    struct cnode *cnode;
    struct tcb *thread;
    struct slot *vspace_slot;
    uint64_t next_slot;
    uint64_t extra_bytes;
    unsigned extra_bits;
    uint64_t v_end;                              /* of all that is mapped */
    uint64_t v_ipc_buffer, v_boot_info, v_extra; /* virtual */
    uint64_t cnode_at, vspace_at, pool_at, ipc_buffer_at, boot_info_at, tcb_at, paging_at, extra_at;
};

static unsigned log2_of(uint64_t value)
{
    return 63 - (unsigned)__builtin_clzll(value);
}

static void set_field(struct boot *b, struct facts_field field, uint64_t value)
{
    memory_write_field(b->k, b->boot_info_at + field.offset, value, field.size);
}

static void set_region(struct boot *b, struct facts_field field, uint64_t start, uint64_t end)
{
    const struct facts_field *e = &b->k->facts.boot_info.region_end;
    memory_write_field(b->k, b->boot_info_at + field.offset, start, e->size);
    memory_write_field(b->k, b->boot_info_at + field.offset + e->offset, end, e->size);
}

static void write_slot(struct boot *b, uint64_t index, const struct cap *cap)
{
    b->cnode->slots[index] = (struct slot){.cap = *cap, .revocable = true, .first_badged = true};
}

static enum err provide(struct boot *b, const struct cap *cap)
{
    if (b->next_slot >= model_bit(MODEL_ROOT_CNODE_BITS)) {
        return ERR_NO_SPACE;
    }
    write_slot(b, b->next_slot++, cap);
    return ERR_OK;
}

/* Sizes and virtual addresses that follow from the image. */
static void plan_image(struct boot *b)
{
    const struct facts *f = &b->k->facts;
    for (unsigned i = 0; i < b->image->extra_count; i++) {
        b->extra_bytes += f->boot_info.header_whole.size + b->image->extra_len_bytes[i];
    }
    if (b->extra_bytes) {
        uint64_t whole = model_up(b->extra_bytes, f->page_bits);
        b->extra_bits = log2_of(whole) + ((whole & (whole - 1)) != 0);
    }
    b->v_ipc_buffer = b->image->vend;
    b->v_boot_info = b->v_ipc_buffer + model_bit(f->page_bits);
    b->v_extra = b->v_boot_info + model_bit((unsigned)f->boot_info_bits);
    b->v_end = b->v_extra + (b->extra_bits ? model_bit(b->extra_bits) : 0);
}

static uint64_t count_tables(const struct boot *b)
{
    const struct arch *arch = b->k->arch;
    uint64_t count = 0;
    for (unsigned shift = arch->top_shift; shift > b->k->facts.page_bits;
         shift -= arch->index_bits) {
        count += (model_up(b->v_end, shift) - model_down(b->image->vstart, shift)) >> shift;
    }
    return count;
}

static void add_ram(struct boot *b, uint64_t start, uint64_t end)
{
    if (start < end && b->ram_count < BOOT_REGIONS - 1) {
        b->ram[b->ram_count++] = (struct range){start, end};
    }
}

/* RAM without the image. */
static void plan_ram(struct boot *b)
{
    const struct sim_platform *p = b->k->platform;
    uint64_t first = b->image->pstart, last = first + (b->image->vend - b->image->vstart);
    for (size_t i = 0; i < p->region_count; i++) {
        const struct sim_region *r = &p->regions[i];
        if (r->device) {
            continue;
        }
        if (last <= r->start || first >= r->end) {
            add_ram(b, r->start, r->end);
        } else {
            add_ram(b, r->start, first);
            add_ram(b, last, r->end);
        }
    }
}

static uint64_t take(uint64_t *at, unsigned bits, uint64_t count)
{
    uint64_t start = *at;
    *at += count << bits;
    return start;
}

/* The extra boot information goes where its size puts it among the other objects. */
static void take_extra(struct boot *b, uint64_t *at, unsigned at_least_bits)
{
    if (b->extra_bits >= at_least_bits && b->extra_bits && !b->extra_at) {
        b->extra_at = take(at, b->extra_bits, 1);
    }
}

static void place_objects(struct boot *b, uint64_t at, unsigned max_bits, uint64_t tables)
{
    const struct facts *f = &b->k->facts;
    unsigned cnode_bits = MODEL_ROOT_CNODE_BITS + f->slot_bits;
    take_extra(b, &at, max_bits);
    b->cnode_at = take(&at, cnode_bits, 1);
    take_extra(b, &at, f->vspace_bits);
    b->vspace_at = take(&at, f->vspace_bits, 1);
    take_extra(b, &at, f->page_bits);
    b->pool_at = take(&at, f->asid_pool_bits, 1);
    b->ipc_buffer_at = take(&at, f->page_bits, 1);
    b->boot_info_at = take(&at, (unsigned)f->boot_info_bits, 1);
    if (f->tcb_bits >= f->page_table_bits) {
        b->tcb_at = take(&at, f->tcb_bits, 1);
    }
    b->paging_at = take(&at, f->page_table_bits, tables);
    if (f->tcb_bits < f->page_table_bits) {
        b->tcb_at = take(&at, f->tcb_bits, 1);
    }
}

/* Finds room for the first objects at the end of the highest free RAM that has it. */
static enum err place(struct boot *b)
{
    const struct facts *f = &b->k->facts;
    unsigned max_bits = MODEL_ROOT_CNODE_BITS + f->slot_bits;
    uint64_t tables = count_tables(b);
    uint64_t size = model_bit(max_bits) + model_bit(f->tcb_bits) + 2 * model_bit(f->page_bits) +
                    model_bit(f->asid_pool_bits) + model_bit(f->vspace_bits) +
                    (tables << f->page_table_bits) + (b->extra_bits ? model_bit(b->extra_bits) : 0);
    max_bits = b->extra_bits > max_bits ? b->extra_bits : max_bits;
    for (unsigned i = b->ram_count; i-- > 0;) {
        struct range *r = &b->ram[i];
        uint64_t start = model_down(r->end - size, max_bits);
        if (r->end < size || start < r->start || start > r->end) {
            b->ram[i + 1] = *r;
            *r = (struct range){0, 0};
            continue;
        }
        b->ram[i + 1] = (struct range){start + size, r->end};
        r->end = start;
        b->ram_count++;
        memory_clear(b->k, start, size);
        place_objects(b, start, max_bits, tables);
        return ERR_OK;
    }
    return ERR_NO_SPACE;
}

static enum err make_cnode(struct boot *b)
{
    struct kernel *k = b->k;
    struct cap cap = {.kind = CAP_CNODE, .paddr = b->cnode_at, .bits = MODEL_ROOT_CNODE_BITS};
    b->cnode = object_new_cnode(k, b->cnode_at, MODEL_ROOT_CNODE_BITS);
    if (!b->cnode) {
        return ERR_NO_MEMORY;
    }
    cap.guard_bits = (uint8_t)(k->facts.word_bits - MODEL_ROOT_CNODE_BITS);
    cap.cnode = b->cnode;
    write_slot(b, k->facts.slot_cnode, &cap);
    write_slot(b, k->facts.slot_domain, &(struct cap){.kind = CAP_DOMAIN});
    write_slot(b, k->facts.slot_irq_control, &(struct cap){.kind = CAP_IRQ_CONTROL});
    write_slot(b, k->facts.slot_asid_control, &(struct cap){.kind = CAP_ASID_CONTROL});
    if (k->facts.cap_tags[CAP_IO_PORT_CONTROL] >= 0) {
        write_slot(b, k->facts.slot_io_port_control, &(struct cap){.kind = CAP_IO_PORT_CONTROL});
    }
    b->next_slot = k->facts.initial_slots;
    return ERR_OK;
}

static void map_entry(struct boot *b, uint64_t vaddr, uint64_t pte)
{
    struct vspace_walk walk = vspace_walk(b->k, b->vspace_at, vaddr);
    memory_write_word(b->k, walk.entry, pte);
}

static enum err make_vspace(struct boot *b)
{
    struct kernel *k = b->k;
    const struct arch *arch = k->arch;
    uint64_t first = b->next_slot, at = b->paging_at;
    struct cap root = {.kind = (uint8_t)arch->root_kind, .paddr = b->vspace_at, .mapped = true};
    root.asid = MODEL_IT_ASID;
    write_slot(b, k->facts.slot_vspace, &root);
    b->vspace_slot = &b->cnode->slots[k->facts.slot_vspace];
    for (unsigned shift = arch->top_shift; shift > k->facts.page_bits; shift -= arch->index_bits) {
        for (uint64_t v = model_down(b->image->vstart, shift); v < b->v_end;
             v += model_bit(shift)) {
            struct cap cap = {.kind = (uint8_t)arch->table_kind(shift), .paddr = at, .word = v};
            cap.asid = MODEL_IT_ASID;
            cap.mapped = true;
            map_entry(b, v, arch->pte_table(at));
            at += model_bit(k->facts.page_table_bits);
            enum err err = provide(b, &cap);
            if (err != ERR_OK) {
                return err;
            }
        }
    }
    set_region(b, k->facts.boot_info.image_paging, first, b->next_slot);
    return ERR_OK;
}

static struct cap make_frame(struct boot *b, uint64_t paddr, uint64_t vaddr)
{
    struct kernel *k = b->k;
    struct cap cap = {.kind = CAP_FRAME, .paddr = paddr, .word = vaddr, .rights = VM_READ_WRITE};
    cap.bits = (uint8_t)k->facts.page_bits;
    cap.asid = MODEL_IT_ASID;
    map_entry(b, vaddr,
              k->arch->pte_page(paddr, cap.bits, VM_READ_WRITE, k->arch->boot_attributes));
    return cap;
}

static enum err make_frames(struct boot *b, uint64_t paddr, uint64_t vaddr, uint64_t bytes,
                            struct facts_field field)
{
    uint64_t first = b->next_slot;
    for (uint64_t done = 0; done < bytes; done += model_bit(b->k->facts.page_bits)) {
        struct cap cap = make_frame(b, paddr + done, vaddr + done);
        enum err err = provide(b, &cap);
        if (err != ERR_OK) {
            return err;
        }
    }
    set_region(b, field, first, b->next_slot);
    return ERR_OK;
}

static void write_boot_info(struct boot *b)
{
    const struct facts *f = &b->k->facts;
    uint64_t at = b->extra_at;
    set_field(b, f->boot_info.node_count, 1);
    set_field(b, f->boot_info.io_levels, b->k->arch->boot_io_levels);
    set_field(b, f->boot_info.ipc_buffer, b->v_ipc_buffer);
    set_field(b, f->boot_info.cnode_bits, MODEL_ROOT_CNODE_BITS);
    set_field(b, f->boot_info.extra_len, b->extra_bytes);
    for (unsigned i = 0; i < b->image->extra_count; i++) {
        uint64_t len = b->image->extra_len_bytes[i], header = f->boot_info.header_whole.size;
        memory_write_field(b->k, at + f->boot_info.header_id.offset, b->image->extra_id[i],
                           f->boot_info.header_id.size);
        memory_write_field(b->k, at + f->boot_info.header_len.offset, header + len,
                           f->boot_info.header_len.size);
        memory_write(b->k, at + header, b->image->extra[i], len);
        at += header + len;
    }
}

static enum err make_all_frames(struct boot *b)
{
    const struct facts *f = &b->k->facts;
    struct cap cap = make_frame(b, b->boot_info_at, b->v_boot_info);
    write_slot(b, f->slot_boot_info, &cap);
    uint64_t extra = b->k->arch->extra_boot_info_whole && b->extra_bits ? model_bit(b->extra_bits)
                                                                        : b->extra_bytes;
    enum err err = make_frames(b, b->extra_at, b->v_extra, extra, f->boot_info.extra_pages);
    if (err != ERR_OK) {
        return err;
    }
    cap = make_frame(b, b->ipc_buffer_at, b->v_ipc_buffer);
    write_slot(b, f->slot_ipc_buffer, &cap);
    return make_frames(b, b->image->pstart, b->image->vstart, b->image->vend - b->image->vstart,
                       f->boot_info.image_frames);
}

static enum err make_pool(struct boot *b)
{
    struct kernel *k = b->k;
    struct cap cap = {.kind = CAP_ASID_POOL, .paddr = b->pool_at, .asid = 0};
    cap.pool = object_new_asid_pool(k, b->pool_at);
    if (!cap.pool) {
        return ERR_NO_MEMORY;
    }
    write_slot(b, k->facts.slot_asid_pool, &cap);
    cap.pool->vspace[MODEL_IT_ASID] = b->vspace_at;
    cap.pool->used[MODEL_IT_ASID] = true;
    k->asid_table[0] = cap.pool;
    return ERR_OK;
}

static void install(struct boot *b, uint64_t from, enum tcb_slot to)
{
    struct slot *slot = &b->cnode->slots[from];
    struct cap cap;
    if (mdb_derive(b->k, slot, slot->cap, &cap) == OUTCOME_DONE) {
        mdb_insert(b->k, &cap, slot, &b->thread->slots[to]);
    }
}

static enum err make_thread(struct boot *b)
{
    struct kernel *k = b->k;
    struct tcb *thread = b->thread = object_new_tcb(k, b->tcb_at);
    if (!thread) {
        return ERR_NO_MEMORY;
    }
    tcb_init(k, thread);
    install(b, k->facts.slot_cnode, TCB_CSPACE);
    install(b, k->facts.slot_vspace, TCB_VSPACE);
    install(b, k->facts.slot_ipc_buffer, TCB_BUFFER);
    thread->ipc_buffer = b->v_ipc_buffer;
    thread->priority = thread->mcp = (uint8_t)k->facts.max_priority;
    tcb_reg_write(k, thread, k->facts.reg_cap, b->v_boot_info);
    tcb_set_next_ip(k, thread, b->image->entry);
    tcb_setup_reply(thread);
    thread->state = THREAD_RUNNING;
    tcb_set_name(thread, "rootserver");
    struct cap cap = tcb_cap(thread);
    write_slot(b, k->facts.slot_tcb, &cap);
    tcb_debug_add(k, thread);
    tcb_debug_add(k, &k->idle);
    return ERR_OK;
}

static enum err make_untyped(struct boot *b, uint64_t paddr, unsigned bits, bool device,
                             uint64_t first)
{
    const struct facts *f = &b->k->facts;
    uint64_t index = b->next_slot - first;
    struct cap cap = {.kind = CAP_UNTYPED, .paddr = paddr, .device = device};
    if (index >= f->boot_untypeds) {
        return ERR_OK; /* the kernel leaves out what the list cannot hold */
    }
    cap.bits = (uint8_t)bits;
    cap.word = model_bit(bits); /* all spent: the first retype clears it */
    uint64_t at =
        b->boot_info_at + f->boot_info.untyped_list.offset + index * f->boot_info.ut_whole.size;
    memory_write_field(b->k, at + f->boot_info.ut_paddr.offset, paddr, f->boot_info.ut_paddr.size);
    memory_write_field(b->k, at + f->boot_info.ut_size_bits.offset, bits,
                       f->boot_info.ut_size_bits.size);
    memory_write_field(b->k, at + f->boot_info.ut_is_device.offset, device,
                       f->boot_info.ut_is_device.size);
    return provide(b, &cap);
}

/* Splits a region into aligned powers of two, as seen through the kernel's window. */
static enum err make_untypeds_of(struct boot *b, uint64_t start, uint64_t end, bool device,
                                 uint64_t first)
{
    const struct facts *f = &b->k->facts;
    while (start < end) {
        uint64_t pptr = start + b->k->arch->pptr_base;
        unsigned bits = log2_of(end - start);
        bits = bits > f->max_untyped_bits ? f->max_untyped_bits : bits;
        if (pptr != 0 && (unsigned)__builtin_ctzll(pptr) < bits) {
            bits = (unsigned)__builtin_ctzll(pptr);
        }
        if (bits >= f->min_untyped_bits) {
            enum err err = make_untyped(b, start, bits, device, first);
            if (err != ERR_OK) {
                return err;
            }
        }
        start += model_bit(bits);
    }
    return ERR_OK;
}

static enum err make_untypeds(struct boot *b)
{
    const struct sim_platform *p = b->k->platform;
    uint64_t first = b->next_slot;
    enum err err = ERR_OK;
    for (size_t i = 0; i < p->region_count && err == ERR_OK; i++) {
        if (p->regions[i].device) {
            err = make_untypeds_of(b, p->regions[i].start, p->regions[i].end, true, first);
        }
    }
    for (unsigned i = 0; i < b->ram_count && err == ERR_OK; i++) {
        err = make_untypeds_of(b, b->ram[i].start, b->ram[i].end, false, first);
    }
    set_region(b, b->k->facts.boot_info.untyped, first, b->next_slot);
    set_region(b, b->k->facts.boot_info.empty, b->next_slot, model_bit(MODEL_ROOT_CNODE_BITS));
    return err;
}

static bool image_is_sound(struct kernel *k, const struct sim_image *image)
{
    uint64_t mask = model_mask(k->facts.page_bits);
    return image->vstart < image->vend && !((image->vstart | image->vend | image->pstart) & mask) &&
           image->vend < k->facts.user_top && image->extra_count <= 8 &&
           memory_host(k, image->pstart, image->vend - image->vstart);
}

enum err kernel_boot(struct kernel *k, const struct sim_image *image)
{
    struct boot b = {.k = k, .image = image};
    static enum err (*const steps[])(struct boot *) = {
        make_cnode, make_vspace, make_all_frames, make_pool, make_thread, make_untypeds,
    };
    if (k->threads || !image_is_sound(k, image)) {
        return ERR_ARGUMENT;
    }
    plan_image(&b);
    plan_ram(&b);
    enum err err = place(&b);
    if (err != ERR_OK) {
        return err;
    }
    write_boot_info(&b);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && err == ERR_OK; i++) {
        err = steps[i](&b);
    }
    if (err == ERR_OK) {
        k->action = SCHED_CANDIDATE;
        k->candidate = b.thread;
        sched_run(k);
    }
    return err;
}
