/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and texts of the error codes, from the one list in err.h. */
#include "arch/lib/err.h"

struct err_row {
    const char *name;
    const char *text;
};

static const struct err_row err_rows[ERR_COUNT] = {
#define ERR_ROW(name, text) [ERR_##name] = {#name, text},
    ERR_LIST(ERR_ROW)
#undef ERR_ROW
};

const char *err_text(enum err e)
{
    return (unsigned)e < ERR_COUNT ? err_rows[e].text : "unknown error";
}

const char *err_name(enum err e)
{
    return (unsigned)e < ERR_COUNT ? err_rows[e].name : "UNKNOWN";
}
