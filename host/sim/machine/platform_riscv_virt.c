/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's RISC-V machine `virt`, as seL4's platform qemu-riscv-virt runs on it: NS16550, test
 * device, clock, empty virtio transports and PCI bus, and the device tree that describes them.
 */
#include "host/sim/machine/platform.h"

#include "arch/lib/elf.h"
#include "host/sim/machine/platform_fdt.h"

#define MIB 0x100000ULL

/* The size of QEMU's tree for it, as seL4's build keeps it. */
#define TREE_BYTES 0x1145

/* The firmware keeps the first two MiB of RAM: they are handed out as a device. */
#define RAM_BASE        0x80000000ULL
#define FIRMWARE_END    0x80200000ULL
#define KERNEL_BOOT_END 0x80203000ULL
#define KERNEL_END      0x80221000ULL
#define DEVICE_TOP      0x8000000000ULL

#define CLINT_START 0x2000000ULL
#define CLINT_END   0x2200000ULL
#define PLIC_START  0xc000000ULL
#define PLIC_END    0xc600000ULL

#define LINE_UART 10
#define LINE_RTC  11
#define IRQS      97U
#define IRQ_TIMER 96U

#define MEMORY(label, what, first, count)                                                          \
    .name = label, .ops = &what, .base = first, .len_bytes = count

static const struct device_row devices[] = {
    {MEMORY("uart", dev_16550_ops, 0x10000000, 0x100), .line = LINE_UART, .serial = 0,
     .state_bytes = DEV_16550_BYTES, .reset = dev_16550_reset},
    {MEMORY("test", dev_test_ops, 0x100000, 0x1000), .line = -1, .serial = -1},
    {MEMORY("rtc", dev_goldfish_rtc_ops, 0x101000, 0x1000), .line = LINE_RTC, .serial = -1,
     .state_bytes = DEV_ALARM_BYTES},
    {MEMORY("virtio", dev_virtio_mmio_ops, 0x10001000, 0x8000), .line = -1, .serial = -1},
    {MEMORY("pci", dev_pci_ecam_ops, 0x30000000, 0x10000000), .line = -1, .serial = -1},
    {MEMORY("pci ports", dev_pci_ecam_ops, 0x3000000, 0x10000), .line = -1, .serial = -1},
    {MEMORY("pci memory", dev_pci_ecam_ops, 0x40000000, 0x40000000), .line = -1, .serial = -1},
    {MEMORY("pci high", dev_pci_ecam_ops, 0x400000000, 0x400000000), .line = -1, .serial = -1},
    {MEMORY("rom", dev_still_ops, 0x1000, 0xf000), .line = -1, .serial = -1},
    {MEMORY("fw-cfg", dev_still_ops, 0x10100000, 0x1000), .line = -1, .serial = -1},
    {MEMORY("flash", dev_still_ops, 0x20000000, 0x4000000), .line = -1, .serial = -1},
    {0},
};

enum { PHANDLE_CPU = 1, PHANDLE_INTC = 2, PHANDLE_PLIC = 3, PHANDLE_TEST = 4 };

#define VIRTIO(address, interrupt)                                                                 \
    FDT_NODE("virtio_mmio@" #address), FDT_CELLS("interrupts", interrupt),                         \
        FDT_CELLS("interrupt-parent", PHANDLE_PLIC), FDT_CELLS("reg", 0, 0x##address, 0, 0x1000),  \
        FDT_TEXT("compatible", "virtio,mmio"), FDT_END

/* The four pins of a slot, each to the interrupt given. */
#define PIN(slot, pin, interrupt) (slot) << 11, 0, 0, pin, PHANDLE_PLIC, interrupt
#define SLOT(slot, a, b, c, d)    PIN(slot, 1, a), PIN(slot, 2, b), PIN(slot, 3, c), PIN(slot, 4, d)

static const struct fdt_row tree[] = {
    FDT_NODE(""),
    FDT_CELLS("#address-cells", 2),
    FDT_CELLS("#size-cells", 2),
    FDT_TEXT("compatible", "riscv-virtio"),
    FDT_TEXT("model", "riscv-virtio,qemu"),
    FDT_NODE("pmu"),
    FDT_CELLS("riscv,event-to-mhpmcounters", 1, 1, 0x7fff9, 2, 2, 0x7fffc, 0x10019, 0x10019,
              0x7fff8, 0x1001b, 0x1001b, 0x7fff8, 0x10021, 0x10021, 0x7fff8, 0, 0, 0, 0, 0),
    FDT_TEXT("compatible", "riscv,pmu"),
    FDT_END,
    FDT_NODE("fw-cfg@10100000"),
    FDT_EMPTY("dma-coherent"),
    FDT_CELLS("reg", 0, 0x10100000, 0, 0x18),
    FDT_TEXT("compatible", "qemu,fw-cfg-mmio"),
    FDT_END,
    FDT_NODE("flash@20000000"),
    FDT_CELLS("bank-width", 4),
    FDT_CELLS("reg", 0, 0x20000000, 0, 0x2000000, 0, 0x22000000, 0, 0x2000000),
    FDT_TEXT("compatible", "cfi-flash"),
    FDT_END,
    FDT_NODE("chosen"),
    FDT_TEXT("stdout-path", "/soc/serial@10000000"),
    FDT_END,
    FDT_NODE("poweroff"),
    FDT_CELLS("value", 0x5555),
    FDT_CELLS("offset", 0),
    FDT_CELLS("regmap", PHANDLE_TEST),
    FDT_TEXT("compatible", "syscon-poweroff"),
    FDT_END,
    FDT_NODE("reboot"),
    FDT_CELLS("value", 0x7777),
    FDT_CELLS("offset", 0),
    FDT_CELLS("regmap", PHANDLE_TEST),
    FDT_TEXT("compatible", "syscon-reboot"),
    FDT_END,
    FDT_NODE("platform-bus@4000000"),
    FDT_CELLS("interrupt-parent", PHANDLE_PLIC),
    FDT_CELLS("ranges", 0, 0, 0x4000000, 0x2000000),
    FDT_CELLS("#address-cells", 1),
    FDT_CELLS("#size-cells", 1),
    FDT_TEXT("compatible", "qemu,platform\0simple-bus"),
    FDT_END,
    FDT_NODE("memory@80000000"),
    FDT_TEXT("device_type", "memory"),
    FDT_CELLS(PLATFORM_FDT_MEMORY, 0, 0, 0, 0),
    FDT_END,
    FDT_NODE("cpus"),
    FDT_CELLS("#address-cells", 1),
    FDT_CELLS("#size-cells", 0),
    FDT_CELLS("timebase-frequency", 10000000),
    FDT_NODE("cpu@0"),
    FDT_CELLS("phandle", PHANDLE_CPU),
    FDT_TEXT("device_type", "cpu"),
    FDT_CELLS("reg", 0),
    FDT_TEXT("status", "okay"),
    FDT_TEXT("compatible", "riscv"),
    FDT_TEXT("riscv,isa", "rv64imafdc_zicsr_zifencei"),
    FDT_TEXT("mmu-type", "riscv,sv48"),
    FDT_NODE("interrupt-controller"),
    FDT_CELLS("#interrupt-cells", 1),
    FDT_EMPTY("interrupt-controller"),
    FDT_TEXT("compatible", "riscv,cpu-intc"),
    FDT_CELLS("phandle", PHANDLE_INTC),
    FDT_END,
    FDT_END,
    FDT_NODE("cpu-map"),
    FDT_NODE("cluster0"),
    FDT_NODE("core0"),
    FDT_CELLS("cpu", PHANDLE_CPU),
    FDT_END,
    FDT_END,
    FDT_END,
    FDT_END,
    FDT_NODE("soc"),
    FDT_CELLS("#address-cells", 2),
    FDT_CELLS("#size-cells", 2),
    FDT_TEXT("compatible", "simple-bus"),
    FDT_EMPTY("ranges"),
    FDT_NODE("rtc@101000"),
    FDT_CELLS("interrupts", 11),
    FDT_CELLS("interrupt-parent", PHANDLE_PLIC),
    FDT_CELLS("reg", 0, 0x101000, 0, 0x1000),
    FDT_TEXT("compatible", "google,goldfish-rtc"),
    FDT_END,
    FDT_NODE("serial@10000000"),
    FDT_CELLS("interrupts", LINE_UART),
    FDT_CELLS("interrupt-parent", PHANDLE_PLIC),
    FDT_CELLS("clock-frequency", 3686400),
    FDT_CELLS("reg", 0, 0x10000000, 0, 0x100),
    FDT_TEXT("compatible", "ns16550a"),
    FDT_END,
    FDT_NODE("test@100000"),
    FDT_CELLS("phandle", PHANDLE_TEST),
    FDT_CELLS("reg", 0, 0x100000, 0, 0x1000),
    FDT_TEXT("compatible", "sifive,test1\0sifive,test0\0syscon"),
    FDT_END,
    FDT_NODE("pci@30000000"),
    FDT_CELLS("interrupt-map-mask", 0x1800, 0, 0, 7),
    FDT_CELLS("interrupt-map", SLOT(0, 32, 33, 34, 35), SLOT(1, 33, 34, 35, 32),
              SLOT(2, 34, 35, 32, 33), SLOT(3, 35, 32, 33, 34)),
    FDT_CELLS("ranges", 0x1000000, 0, 0, 0, 0x3000000, 0, 0x10000, 0x2000000, 0, 0x40000000, 0,
              0x40000000, 0, 0x40000000, 0x3000000, 4, 0, 4, 0, 4, 0),
    FDT_CELLS("reg", 0, 0x30000000, 0, 0x10000000),
    FDT_EMPTY("dma-coherent"),
    FDT_CELLS("bus-range", 0, 0xff),
    FDT_CELLS("linux,pci-domain", 0),
    FDT_TEXT("device_type", "pci"),
    FDT_TEXT("compatible", "pci-host-ecam-generic"),
    FDT_CELLS("#size-cells", 2),
    FDT_CELLS("#interrupt-cells", 1),
    FDT_CELLS("#address-cells", 3),
    FDT_END,
    VIRTIO(10008000, 8),
    VIRTIO(10007000, 7),
    VIRTIO(10006000, 6),
    VIRTIO(10005000, 5),
    VIRTIO(10004000, 4),
    VIRTIO(10003000, 3),
    VIRTIO(10002000, 2),
    VIRTIO(10001000, 1),
    FDT_NODE("plic@c000000"),
    FDT_CELLS("phandle", PHANDLE_PLIC),
    FDT_CELLS("riscv,ndev", 96),
    FDT_CELLS("reg", 0, PLIC_START, 0, 0x600000),
    FDT_CELLS("interrupts-extended", PHANDLE_INTC, 11, PHANDLE_INTC, 9),
    FDT_EMPTY("interrupt-controller"),
    FDT_TEXT("compatible", "sifive,plic-1.0.0\0riscv,plic0"),
    FDT_CELLS("#address-cells", 0),
    FDT_CELLS("#interrupt-cells", 1),
    FDT_END,
    FDT_NODE("clint@2000000"),
    FDT_CELLS("interrupts-extended", PHANDLE_INTC, 3, PHANDLE_INTC, 7),
    FDT_CELLS("reg", 0, CLINT_START, 0, 0x10000),
    FDT_TEXT("compatible", "sifive,clint0\0riscv,clint0"),
    FDT_END,
    FDT_END,
    FDT_NODE("reserved-memory"),
    FDT_CELLS("#address-cells", 2),
    FDT_CELLS("#size-cells", 2),
    FDT_EMPTY("ranges"),
    FDT_NODE("sbi@80000000"),
    FDT_CELLS("reg", 0, RAM_BASE, 0, 0x200000),
    FDT_EMPTY("no-map"),
    FDT_END,
    FDT_END,
    FDT_END,
};

static enum err boot(struct platform_boot *out, uint8_t *ram, uint64_t ram_bytes)
{
    uint64_t tree_end;
    enum err error =
        platform_fdt_add(out, tree, sizeof tree / sizeof tree[0], TREE_BYTES, RAM_BASE, ram_bytes);

    (void)ram;
    if (error) {
        return error;
    }
    tree_end = platform_fdt_reserve(out, KERNEL_END);
    platform_add_region(out, 0, CLINT_START, true);
    platform_add_region(out, CLINT_END, PLIC_START, true);
    platform_add_region(out, PLIC_END, FIRMWARE_END, true);
    platform_add_region(out, RAM_BASE + ram_bytes, DEVICE_TOP, true);
    platform_add_region(out, FIRMWARE_END, KERNEL_BOOT_END, false);
    platform_add_region(out, tree_end, RAM_BASE + ram_bytes, false);
    return ERR_OK;
}

const struct platform platform_riscv_virt = {
    .arch = "riscv64",
    .name = "qemu-riscv-virt",
    .elf_machine = ELF_MACHINE_RISCV,
    .ram_base = RAM_BASE,
    .ram_bytes = 3072 * MIB,
    .ram_bytes_min = 64 * MIB,
    .ram_bytes_max = 255 * 1024 * MIB,
    .irq_count = IRQS,
    .timer_irq = IRQ_TIMER,
    .devices = devices,
    .absent_faults = true,
    .boot = boot,
};
