/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PC under seL4's platform pc99, as QEMU's `pc` with 512 MiB: 16550 UARTs at the usual ports,
 * one I/O APIC (lines are its pins), a multiboot memory map, ACPI tables below the top of RAM.
 */
#include "host/sim/machine/platform.h"

#include "arch/lib/elf.h"

#include <stdlib.h>
#include <string.h>

#define MIB 0x100000ULL

/* Where the kernel's image lies; its boot part is given out as memory. */
#define KERNEL_START    0x100000ULL
#define KERNEL_BOOT_END 0x800000ULL
#define KERNEL_END      0xa13000ULL

/* The firmware keeps this much at the top of RAM, for ACPI. */
#define FIRMWARE_BYTES 0x20000ULL

#define IOAPIC_PADDR 0xfec00000ULL
#define LAPIC_PADDR  0xfee00000ULL
#define PAGE         0x1000ULL
#define LAST_32BIT   0xfffffff0ULL
#define DEVICE_TOP   0x800000000000ULL
#define RSDP_PADDR   0xf59d0ULL

/* One nanosecond of virtual time is one tick of the time stamp counter. */
#define TSC_MHZ 1000U

#define LINE_COM1     4
#define LINE_COM2     3
#define LINE_KEYBOARD 1
#define PINS          24U

#define PORT(label, what, first, count)                                                            \
    .name = label, .ops = &what, .is_port = true, .base = first, .len_bytes = count

static const struct device_row devices[] = {
    {PORT("com1", dev_16550_ops, 0x3f8, 8), .line = LINE_COM1, .serial = 0,
     .state_bytes = DEV_16550_BYTES, .reset = dev_16550_reset},
    {PORT("com2", dev_16550_ops, 0x2f8, 8), .line = LINE_COM2, .serial = 1,
     .state_bytes = DEV_16550_BYTES, .reset = dev_16550_reset},
    {PORT("debug-exit", dev_debug_exit_ops, 0xf4, 4), .line = -1, .serial = -1},
    {PORT("reset", dev_reset_port_ops, 0xcf9, 1), .line = -1, .serial = -1},
    {PORT("pci", dev_pci_ports_ops, 0xcf8, 8), .line = -1, .serial = -1, .state_bytes = 4},
    {PORT("pit", dev_pit_ops, 0x40, 4), .line = -1, .serial = -1, .state_bytes = DEV_PIT_BYTES},
    {PORT("keyboard", dev_i8042_ops, 0x60, 5), .line = LINE_KEYBOARD, .serial = -1,
     .state_bytes = DEV_I8042_BYTES},
    {PORT("rtc", dev_rtc_ops, 0x70, 2), .line = -1, .serial = -1, .state_bytes = DEV_RTC_BYTES},
    {0},
};

/* The multiboot memory map as the kernel keeps it: a length and room for 50 entries. */
#define MAP_ENTRIES 50U

enum { MAP_AVAILABLE = 1, MAP_RESERVED = 2 };

struct map_entry {
    uint32_t size; /* of what follows in the entry */
    uint64_t start, len_bytes;
    uint32_t type;
} __attribute__((packed));

struct rsdp {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
    uint8_t later[16]; /* of revision 2 */
} __attribute__((packed));

struct blob {
    struct rsdp rsdp;
    struct {
        uint32_t len_bytes;
        struct map_entry entries[MAP_ENTRIES];
    } __attribute__((packed)) map;
    uint32_t tsc_mhz;
} __attribute__((packed));

struct acpi_header {
    char signature[4];
    uint32_t len_bytes;
    uint8_t revision, checksum;
    char oem[6], oem_table[8];
    uint32_t oem_revision;
    char creator[4];
    uint32_t creator_revision;
} __attribute__((packed));

struct rsdt {
    struct acpi_header header;
    uint32_t madt;
} __attribute__((packed));

struct madt {
    struct acpi_header header;
    uint32_t lapic_paddr, flags;
    struct {
        uint8_t type, len_bytes, processor, id;
        uint32_t flags;
    } __attribute__((packed)) lapic;
    struct {
        uint8_t type, len_bytes, id, reserved;
        uint32_t paddr, first_line;
    } __attribute__((packed)) ioapic;
    struct {
        uint8_t type, len_bytes, bus, source;
        uint32_t line;
        uint16_t flags;
    } __attribute__((packed)) timer;
} __attribute__((packed));

static uint8_t checksum(const void *bytes, size_t len_bytes)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < len_bytes; i++) {
        sum = (uint8_t)(sum + ((const uint8_t *)bytes)[i]);
    }
    return (uint8_t)-sum;
}

static struct acpi_header acpi_header(const char *signature, uint32_t len_bytes)
{
    struct acpi_header header = {.len_bytes = len_bytes,
                                 .revision = 1,
                                 .oem = {'B', 'O', 'C', 'H', 'S', ' '},
                                 .oem_table = {'B', 'X', 'P', 'C', ' ', ' ', ' ', ' '},
                                 .oem_revision = 1,
                                 .creator = {'B', 'X', 'P', 'C'},
                                 .creator_revision = 1};

    memcpy(header.signature, signature, sizeof header.signature);
    return header;
}

/* Tables that name the two interrupt controllers, where the firmware has them. */
static void write_acpi(uint8_t *ram, uint64_t top, const struct rsdp *rsdp)
{
    uint32_t madt_paddr = (uint32_t)top + 0x1000;
    struct rsdt rsdt = {.header = acpi_header("RSDT", sizeof rsdt), .madt = madt_paddr};
    struct madt madt = {
        .header = acpi_header("APIC", sizeof madt),
        .lapic_paddr = LAPIC_PADDR,
        .flags = 1,
        .lapic = {.type = 0, .len_bytes = 8, .flags = 1},
        .ioapic = {.type = 1, .len_bytes = 12, .paddr = IOAPIC_PADDR},
        .timer = {.type = 2, .len_bytes = 10, .line = 2},
    };

    rsdt.header.checksum = checksum(&rsdt, sizeof rsdt);
    madt.header.checksum = checksum(&madt, sizeof madt);
    memcpy(ram + rsdp->rsdt, &rsdt, sizeof rsdt);
    memcpy(ram + madt_paddr, &madt, sizeof madt);
    memcpy(ram + RSDP_PADDR, rsdp, sizeof *rsdp);
}

static void fill_map(struct blob *blob, uint64_t ram_bytes)
{
    const struct map_entry entries[] = {
        {20, 0, 0x9fc00, MAP_AVAILABLE},
        {20, 0x9fc00, 0x400, MAP_RESERVED},
        {20, 0xf0000, 0x10000, MAP_RESERVED},
        {20, KERNEL_START, ram_bytes - FIRMWARE_BYTES - KERNEL_START, MAP_AVAILABLE},
        {20, ram_bytes - FIRMWARE_BYTES, FIRMWARE_BYTES, MAP_RESERVED},
        {20, 0xfffc0000, 0x40000, MAP_RESERVED},
        {20, 0xfd00000000, 0x300000000, MAP_RESERVED},
    };

    blob->map.len_bytes = sizeof entries;
    memcpy(blob->map.entries, entries, sizeof entries);
}

static enum err boot(struct platform_boot *out, uint8_t *ram, uint64_t ram_bytes)
{
    uint64_t top = ram_bytes - FIRMWARE_BYTES;
    struct blob *blob = calloc(1, sizeof *blob);

    if (!blob) {
        return ERR_NO_MEMORY;
    }
    out->blob = (uint8_t *)blob;
    memcpy(blob->rsdp.signature, "RSD PTR ", sizeof blob->rsdp.signature);
    memcpy(blob->rsdp.oem, "BOCHS ", sizeof blob->rsdp.oem);
    blob->rsdp.rsdt = (uint32_t)top;
    blob->rsdp.checksum = checksum(&blob->rsdp, 20);
    write_acpi(ram, top, &blob->rsdp);
    fill_map(blob, ram_bytes);
    blob->tsc_mhz = TSC_MHZ;
    platform_add_extra(out, PLATFORM_EXTRA_ACPI_RSDP, &blob->rsdp, sizeof blob->rsdp);
    platform_add_extra(out, PLATFORM_EXTRA_MEMORY_MAP, &blob->map, sizeof blob->map);
    platform_add_extra(out, PLATFORM_EXTRA_TSC, &blob->tsc_mhz, sizeof blob->tsc_mhz);
    platform_add_region(out, 0, KERNEL_START, true);
    platform_add_region(out, top, IOAPIC_PADDR, true);
    platform_add_region(out, IOAPIC_PADDR + PAGE, LAPIC_PADDR, true);
    platform_add_region(out, LAPIC_PADDR + PAGE, LAST_32BIT, true);
    platform_add_region(out, 1ULL << 32, DEVICE_TOP, true);
    platform_add_region(out, KERNEL_START, KERNEL_BOOT_END, false);
    platform_add_region(out, KERNEL_END, top, false);
    out->image_paddr = KERNEL_END;
    return ERR_OK;
}

const struct platform platform_pc99 = {
    .arch = "x86_64",
    .name = "pc99",
    .elf_machine = ELF_MACHINE_X86_64,
    .ram_base = 0,
    .ram_bytes = 512 * MIB,
    .ram_bytes_min = 64 * MIB,
    .ram_bytes_max = 3072 * MIB,
    .irq_count = PINS,
    .timer_irq = PINS, /* the local APIC's, no pin */
    .devices = devices,
    .boot = boot,
};
