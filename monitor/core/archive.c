/* SPDX-License-Identifier: BSD-2-Clause */
/* Packages by name: see archive.h. */
#include "monitor/core/archive.h"

#include "arch/include/arch.h"
#include "arch/lib/cpio.h"
#include "arch/lib/str.h"
#include "monitor/core/bootinfo.h"
#include "monitor/core/store.h"

/* The image's frames that the monitor's own linker does not know of. */
static size_t boot_archive(const void **bytes)
{
    const seL4_SlotRegion *frames = &bootinfo_get()->userImageFrames;
    size_t all = (size_t)(frames->end - frames->start) << ARCH_PAGE_BITS;
    size_t own = (size_t)(arch_image_end - arch_text_start);

    *bytes = arch_image_end;
    return all > own ? all - own : 0;
}

enum err archive_find(const char *name, struct package *package, const char **why)
{
    const void *bytes;
    size_t len_bytes = boot_archive(&bytes);

    *why = NULL;
    if (store_find(name, package) == ERR_OK)
        return ERR_OK;
    return len_bytes ? package_open(bytes, len_bytes, name, package, why) : ERR_NOT_FOUND;
}

enum err archive_at(unsigned number, struct package *package, bool *sent)
{
    const void *bytes;
    size_t len_bytes = boot_archive(&bytes);
    struct cpio cpio;
    const char *why;

    *sent = true;
    for (unsigned i = 0; store_at(i, package) != ERR_RANGE; i++) {
        if (store_at(i, package) == ERR_OK && number-- == 0)
            return ERR_OK;
    }
    *sent = false;
    cpio_start(&cpio, bytes, len_bytes);
    while (len_bytes) {
        enum err e = package_next(&cpio, package, &why);

        if (e || number-- == 0)
            return e ? ERR_NOT_FOUND : ERR_OK;
    }
    return ERR_NOT_FOUND;
}
