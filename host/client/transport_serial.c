/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A serial port, by libserialport: 8 data bits, no parity, 1 stop bit, no flow control. A device
 * which that library does not know as a port, such as the pseudo-terminal of a simulator, is opened
 * as a plain terminal. Either is locked, so that two programs cannot both read the line.
 */
#include "host/client/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libserialport.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define DEFAULT_BAUD 115200

/* "DEV" or "DEV@BAUD". */
static bool split_device(struct transport *t, const char *where, char *device, size_t cap,
                         int *baud)
{
    const char *at = strrchr(where, '@');
    size_t len = at ? (size_t)(at - where) : strlen(where);
    *baud = DEFAULT_BAUD;
    if (len == 0 || len >= cap)
        return transport_fail(t, "%s is not DEVICE or DEVICE@BAUD", where);
    memcpy(device, where, len);
    device[len] = '\0';
    if (!at)
        return true;
    char *end;
    long value = strtol(at + 1, &end, 10);
    if (at[1] == '\0' || *end != '\0' || value < 50 || value > 12000000)
        return transport_fail(t, "%s is not a baud rate (50 to 12000000)", at + 1);
    *baud = (int)value;
    return true;
}

/* Says why `device` did not open, and what to do. */
static bool fail_open(struct transport *t, const char *device, int e)
{
    struct stat st;
    if (e == ENOENT || e == ENXIO)
        return transport_fail(t,
                              "there is no %s; is the adapter plugged in? (ls /dev/tty* "
                              "/dev/serial/by-id)",
                              device);
    if (e == EACCES && stat(device, &st) == 0) {
        const struct group *group = getgrgid(st.st_gid);
        return transport_fail(t,
                              "no permission for %s; it belongs to the group %s "
                              "(sudo adduser $USER %s, then log in again)",
                              device, group ? group->gr_name : "of its own",
                              group ? group->gr_name : "GROUP");
    }
    if (e == EBUSY)
        return transport_fail(t, "%s is in use by another program; end that one first", device);
    return transport_fail(t, "cannot open %s: %s", device, strerror(e));
}

/* A port forgets at its last close that it is exclusive. A pseudo-terminal may be held open by the
 * program behind it, and nobody but root could open it any more after a client that was killed. */
static bool lock_port(struct transport *t, const char *device)
{
    if (flock(t->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        return fail_open(t, device, EBUSY);
    if (t->handle)
        (void)ioctl(t->fd, TIOCEXCL);
    return true;
}

static void close_serial(struct transport *t)
{
    if (t->handle) {
        (void)ioctl(t->fd, TIOCNXCL);
        sp_close(t->handle);
        sp_free_port(t->handle);
    } else {
        close(t->fd);
    }
    t->handle = NULL;
}

/* A terminal device that is no serial port: raw, and no more. */
static bool open_plain(struct transport *t, const char *device)
{
    struct termios settings;
    t->fd = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (t->fd < 0)
        return fail_open(t, device, errno);
    if (tcgetattr(t->fd, &settings) < 0) {
        close(t->fd);
        return transport_fail(t, "%s is not a serial port", device);
    }
    cfmakeraw(&settings);
    (void)tcsetattr(t->fd, TCSANOW, &settings);
    return true;
}

static bool set_up_port(struct transport *t, struct sp_port *port, const char *device, int baud)
{
    if (sp_set_baudrate(port, baud) != SP_OK)
        return transport_fail(t, "%s cannot do %d baud", device, baud);
    if (sp_set_bits(port, 8) != SP_OK || sp_set_parity(port, SP_PARITY_NONE) != SP_OK ||
        sp_set_stopbits(port, 1) != SP_OK || sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE) != SP_OK)
        return transport_fail(t, "%s cannot be set to 8 bits, no parity: is it a serial port?",
                              device);
    if (sp_get_port_handle(port, &t->fd) != SP_OK)
        return transport_fail(t, "cannot get the descriptor of %s", device);
    t->handle = port;
    return true;
}

static bool open_port(struct transport *t, struct sp_port *port, const char *device, int baud)
{
    errno = 0;
    if (sp_open(port, SP_MODE_READ_WRITE) != SP_OK) {
        int e = errno ? errno : EIO;
        sp_free_port(port);
        return fail_open(t, device, e);
    }
    if (set_up_port(t, port, device, baud))
        return true;
    sp_close(port);
    sp_free_port(port);
    t->fd = -1;
    return false;
}

static bool open_serial(struct transport *t, const struct transport_request *request)
{
    char device[PATH_MAX], real[PATH_MAX];
    int baud;
    if (!split_device(t, request->where, device, sizeof(device), &baud))
        return false;
    /* udev's names are links, which libserialport does not follow. */
    if (!realpath(device, real))
        return fail_open(t, device, errno);
    struct sp_port *port;
    bool known = sp_get_port_by_name(real, &port) == SP_OK;
    if (known ? !open_port(t, port, real, baud) : !open_plain(t, real))
        return false;
    if (!lock_port(t, device)) {
        close_serial(t);
        t->fd = -1;
        return false;
    }
    snprintf(t->name, sizeof(t->name), "%.90s at %d baud", device, baud);
    return true;
}

const struct transport_ops transport_serial = {
    .option = "serial",
    .argument = "DEV[@BAUD]",
    .summary = "a serial port, 115200 baud unless told otherwise",
    .check = "Is the board on and running the monitor, are the wires crossed (TX to RX), is the "
             "baud rate right (DEV@BAUD), and is it the right port?",
    .open = open_serial,
    .close = close_serial,
};
