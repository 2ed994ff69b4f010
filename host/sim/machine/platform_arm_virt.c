/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's Arm machine `virt` with a GICv2, as seL4's platform qemu-arm-virt runs on it: PL011, RTC,
 * empty virtio transports and PCI bus, and the device tree that describes them.
 */
#include "host/sim/machine/platform.h"

#include "arch/lib/elf.h"
#include "host/sim/machine/platform_fdt.h"

#define MIB 0x100000ULL

/* The size of QEMU's tree for it, as seL4's build keeps it. */
#define TREE_BYTES 0x1dd1

#define RAM_BASE        0x40000000ULL
#define KERNEL_BOOT_END 0x40010000ULL
#define KERNEL_END      0x4023f000ULL
#define DEVICE_TOP      0x10000000000ULL

#define GIC_DISTRIBUTOR 0x8000000ULL
#define GIC_CPU         0x8010000ULL
#define PAGE            0x1000ULL

#define LINE_UART 33
#define LINE_RTC  34
#define IRQS      160U
#define IRQ_TIMER 27U

#define MEMORY(label, what, first, count)                                                          \
    .name = label, .ops = &what, .base = first, .len_bytes = count

static const struct device_row devices[] = {
    {MEMORY("pl011", dev_pl011_ops, 0x9000000, 0x1000), .line = LINE_UART, .serial = 0,
     .state_bytes = DEV_PL011_BYTES, .reset = dev_pl011_reset},
    {MEMORY("pl031", dev_pl031_ops, 0x9010000, 0x1000), .line = LINE_RTC, .serial = -1,
     .state_bytes = DEV_ALARM_BYTES},
    {MEMORY("virtio", dev_virtio_mmio_ops, 0xa000000, 0x4000), .line = -1, .serial = -1},
    {MEMORY("pcie", dev_pci_ecam_ops, 0x4010000000, 0x10000000), .line = -1, .serial = -1},
    {MEMORY("pci memory", dev_pci_ecam_ops, 0x10000000, 0x2f000000), .line = -1, .serial = -1},
    {MEMORY("pci high", dev_pci_ecam_ops, 0x8000000000, 0x8000000000), .line = -1, .serial = -1},
    {MEMORY("flash", dev_still_ops, 0, 0x8000000), .line = -1, .serial = -1},
    {MEMORY("v2m", dev_still_ops, 0x8020000, 0x1000), .line = -1, .serial = -1},
    {MEMORY("fw-cfg", dev_still_ops, 0x9020000, 0x1000), .line = -1, .serial = -1},
    {MEMORY("gpio", dev_still_ops, 0x9030000, 0x1000), .line = -1, .serial = -1},
    {0},
};

enum {
    PHANDLE_CLOCK = 0x8000,
    PHANDLE_CPU = 0x8001,
    PHANDLE_GIC = 0x8002,
    PHANDLE_V2M = 0x8003,
    PHANDLE_GPIO = 0x8004
};

#define VIRTIO(address, interrupt)                                                                 \
    FDT_NODE("virtio_mmio@" #address), FDT_EMPTY("dma-coherent"),                                  \
        FDT_CELLS("interrupts", 0, interrupt, 1), FDT_CELLS("reg", 0, 0x##address, 0, 0x200),      \
        FDT_TEXT("compatible", "virtio,mmio"), FDT_END

/* The four pins of a slot, each to the interrupt given. */
#define PIN(slot, pin, interrupt) (slot) << 11, 0, 0, pin, PHANDLE_GIC, 0, 0, 0, interrupt, 4
#define SLOT(slot, a, b, c, d)    PIN(slot, 1, a), PIN(slot, 2, b), PIN(slot, 3, c), PIN(slot, 4, d)

static const struct fdt_row tree[] = {
    FDT_NODE(""),
    FDT_CELLS("interrupt-parent", PHANDLE_GIC),
    FDT_TEXT("model", "linux,dummy-virt"),
    FDT_CELLS("#size-cells", 2),
    FDT_CELLS("#address-cells", 2),
    FDT_TEXT("compatible", "linux,dummy-virt"),
    FDT_NODE("psci"),
    FDT_CELLS("migrate", 0xc4000005),
    FDT_CELLS("cpu_on", 0xc4000003),
    FDT_CELLS("cpu_off", 0x84000002),
    FDT_CELLS("cpu_suspend", 0xc4000001),
    FDT_TEXT("method", "hvc"),
    FDT_TEXT("compatible", "arm,psci-1.0\0arm,psci-0.2\0arm,psci"),
    FDT_END,
    FDT_NODE("memory@40000000"),
    FDT_CELLS(PLATFORM_FDT_MEMORY, 0, 0, 0, 0),
    FDT_TEXT("device_type", "memory"),
    FDT_END,
    FDT_NODE("platform-bus@c000000"),
    FDT_CELLS("interrupt-parent", PHANDLE_GIC),
    FDT_CELLS("ranges", 0, 0, 0xc000000, 0x2000000),
    FDT_CELLS("#address-cells", 1),
    FDT_CELLS("#size-cells", 1),
    FDT_TEXT("compatible", "qemu,platform\0simple-bus"),
    FDT_END,
    FDT_NODE("fw-cfg@9020000"),
    FDT_EMPTY("dma-coherent"),
    FDT_CELLS("reg", 0, 0x9020000, 0, 0x18),
    FDT_TEXT("compatible", "qemu,fw-cfg-mmio"),
    FDT_END,
    VIRTIO(a000000, 0x10),
    VIRTIO(a000200, 0x11),
    VIRTIO(a000400, 0x12),
    VIRTIO(a000600, 0x13),
    VIRTIO(a000800, 0x14),
    VIRTIO(a000a00, 0x15),
    VIRTIO(a000c00, 0x16),
    VIRTIO(a000e00, 0x17),
    VIRTIO(a001000, 0x18),
    VIRTIO(a001200, 0x19),
    VIRTIO(a001400, 0x1a),
    VIRTIO(a001600, 0x1b),
    VIRTIO(a001800, 0x1c),
    VIRTIO(a001a00, 0x1d),
    VIRTIO(a001c00, 0x1e),
    VIRTIO(a001e00, 0x1f),
    VIRTIO(a002000, 0x20),
    VIRTIO(a002200, 0x21),
    VIRTIO(a002400, 0x22),
    VIRTIO(a002600, 0x23),
    VIRTIO(a002800, 0x24),
    VIRTIO(a002a00, 0x25),
    VIRTIO(a002c00, 0x26),
    VIRTIO(a002e00, 0x27),
    VIRTIO(a003000, 0x28),
    VIRTIO(a003200, 0x29),
    VIRTIO(a003400, 0x2a),
    VIRTIO(a003600, 0x2b),
    VIRTIO(a003800, 0x2c),
    VIRTIO(a003a00, 0x2d),
    VIRTIO(a003c00, 0x2e),
    VIRTIO(a003e00, 0x2f),
    FDT_NODE("gpio-keys"),
    FDT_TEXT("compatible", "gpio-keys"),
    FDT_NODE("poweroff"),
    FDT_CELLS("gpios", PHANDLE_GPIO, 3, 0),
    FDT_CELLS("linux,code", 116),
    FDT_TEXT("label", "GPIO Key Poweroff"),
    FDT_END,
    FDT_END,
    FDT_NODE("pl061@9030000"),
    FDT_CELLS("phandle", PHANDLE_GPIO),
    FDT_TEXT("clock-names", "apb_pclk"),
    FDT_CELLS("clocks", PHANDLE_CLOCK),
    FDT_CELLS("interrupts", 0, 7, 4),
    FDT_EMPTY("gpio-controller"),
    FDT_CELLS("#gpio-cells", 2),
    FDT_TEXT("compatible", "arm,pl061\0arm,primecell"),
    FDT_CELLS("reg", 0, 0x9030000, 0, 0x1000),
    FDT_END,
    FDT_NODE("pcie@10000000"),
    FDT_CELLS("interrupt-map-mask", 0x1800, 0, 0, 7),
    FDT_CELLS("interrupt-map", SLOT(0, 3, 4, 5, 6), SLOT(1, 4, 5, 6, 3), SLOT(2, 5, 6, 3, 4),
              SLOT(3, 6, 3, 4, 5)),
    FDT_CELLS("#interrupt-cells", 1),
    FDT_CELLS("ranges", 0x1000000, 0, 0, 0, 0x3eff0000, 0, 0x10000, 0x2000000, 0, 0x10000000, 0,
              0x10000000, 0, 0x2eff0000, 0x3000000, 0x80, 0, 0x80, 0, 0x80, 0),
    FDT_CELLS("reg", 0x40, 0x10000000, 0, 0x10000000),
    FDT_CELLS("msi-map", 0, PHANDLE_V2M, 0, 0x10000),
    FDT_EMPTY("dma-coherent"),
    FDT_CELLS("bus-range", 0, 0xff),
    FDT_CELLS("linux,pci-domain", 0),
    FDT_CELLS("#size-cells", 2),
    FDT_CELLS("#address-cells", 3),
    FDT_TEXT("device_type", "pci"),
    FDT_TEXT("compatible", "pci-host-ecam-generic"),
    FDT_END,
    FDT_NODE("pl031@9010000"),
    FDT_TEXT("clock-names", "apb_pclk"),
    FDT_CELLS("clocks", PHANDLE_CLOCK),
    FDT_CELLS("interrupts", 0, 2, 4),
    FDT_CELLS("reg", 0, 0x9010000, 0, 0x1000),
    FDT_TEXT("compatible", "arm,pl031\0arm,primecell"),
    FDT_END,
    FDT_NODE("pl011@9000000"),
    FDT_TEXT("clock-names", "uartclk\0apb_pclk"),
    FDT_CELLS("clocks", PHANDLE_CLOCK, PHANDLE_CLOCK),
    FDT_CELLS("interrupts", 0, 1, 4),
    FDT_CELLS("reg", 0, 0x9000000, 0, 0x1000),
    FDT_TEXT("compatible", "arm,pl011\0arm,primecell"),
    FDT_END,
    FDT_NODE("pmu"),
    FDT_CELLS("interrupts", 1, 7, 0x104),
    FDT_TEXT("compatible", "arm,armv8-pmuv3"),
    FDT_END,
    FDT_NODE("intc@8000000"),
    FDT_CELLS("phandle", PHANDLE_GIC),
    FDT_CELLS("reg", 0, GIC_DISTRIBUTOR, 0, 0x10000, 0, GIC_CPU, 0, 0x10000),
    FDT_TEXT("compatible", "arm,cortex-a15-gic"),
    FDT_EMPTY("ranges"),
    FDT_CELLS("#size-cells", 2),
    FDT_CELLS("#address-cells", 2),
    FDT_EMPTY("interrupt-controller"),
    FDT_CELLS("#interrupt-cells", 3),
    FDT_NODE("v2m@8020000"),
    FDT_CELLS("phandle", PHANDLE_V2M),
    FDT_CELLS("reg", 0, 0x8020000, 0, 0x1000),
    FDT_EMPTY("msi-controller"),
    FDT_TEXT("compatible", "arm,gic-v2m-frame"),
    FDT_END,
    FDT_END,
    FDT_NODE("flash@0"),
    FDT_CELLS("bank-width", 4),
    FDT_CELLS("reg", 0, 0, 0, 0x4000000, 0, 0x4000000, 0, 0x4000000),
    FDT_TEXT("compatible", "cfi-flash"),
    FDT_END,
    FDT_NODE("cpus"),
    FDT_CELLS("#size-cells", 0),
    FDT_CELLS("#address-cells", 1),
    FDT_NODE("cpu-map"),
    FDT_NODE("socket0"),
    FDT_NODE("cluster0"),
    FDT_NODE("core0"),
    FDT_CELLS("cpu", PHANDLE_CPU),
    FDT_END,
    FDT_END,
    FDT_END,
    FDT_END,
    FDT_NODE("cpu@0"),
    FDT_CELLS("phandle", PHANDLE_CPU),
    FDT_CELLS("reg", 0),
    FDT_TEXT("compatible", "arm,cortex-a53"),
    FDT_TEXT("device_type", "cpu"),
    FDT_END,
    FDT_END,
    FDT_NODE("timer"),
    FDT_CELLS("interrupts", 1, 13, 0x104, 1, 14, 0x104, 1, 11, 0x104, 1, 10, 0x104),
    FDT_EMPTY("always-on"),
    FDT_TEXT("compatible", "arm,armv8-timer\0arm,armv7-timer"),
    FDT_END,
    FDT_NODE("apb-pclk"),
    FDT_CELLS("phandle", PHANDLE_CLOCK),
    FDT_TEXT("clock-output-names", "clk24mhz"),
    FDT_CELLS("clock-frequency", 24000000),
    FDT_CELLS("#clock-cells", 0),
    FDT_TEXT("compatible", "fixed-clock"),
    FDT_END,
    FDT_NODE("chosen"),
    FDT_TEXT("stdout-path", "/pl011@9000000"),
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
    platform_add_region(out, 0, GIC_DISTRIBUTOR, true);
    platform_add_region(out, GIC_DISTRIBUTOR + PAGE, GIC_CPU, true);
    platform_add_region(out, GIC_CPU + PAGE, RAM_BASE, true);
    platform_add_region(out, RAM_BASE + ram_bytes, DEVICE_TOP, true);
    platform_add_region(out, RAM_BASE, KERNEL_BOOT_END, false);
    platform_add_region(out, tree_end, RAM_BASE + ram_bytes, false);
    return ERR_OK;
}

const struct platform platform_arm_virt = {
    .arch = "aarch64",
    .name = "qemu-arm-virt",
    .elf_machine = ELF_MACHINE_AARCH64,
    .ram_base = RAM_BASE,
    .ram_bytes = 1024 * MIB,
    .ram_bytes_min = 64 * MIB,
    .ram_bytes_max = 255 * 1024 * MIB,
    .irq_count = IRQS,
    .timer_irq = IRQ_TIMER,
    .devices = devices,
    .absent_faults = true,
    .boot = boot,
};
