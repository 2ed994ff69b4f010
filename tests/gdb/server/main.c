/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gdb_server ARCH ELF [--hardware] [--inferiors N] [--packet BYTES] [--exec-file]: the stub over a
 * loopback TCP port, which it prints, one debugger at a time, until its standard input ends.
 */
#include "gdbstub/stub.h"
#include "tests/gdb/server/machine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct gdbstub stub;
static struct machine machine = {.stub = &stub};
static struct gdb_target_ops ops;

static int listen_loopback(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&addr, len) || listen(fd, 1) ||
        getsockname(fd, (struct sockaddr *)&addr, &len)) {
        perror("gdb_server");
        exit(2);
    }
    printf("%d\n", ntohs(addr.sin_port));
    fflush(stdout);
    return fd;
}

/* A raw `$` begins a packet: in a body it is escaped. */
static unsigned long packets_count(const uint8_t *bytes, size_t len)
{
    unsigned long count = 0;

    for (size_t i = 0; i < len; i++)
        count += bytes[i] == '$';
    return count;
}

static void output_flush(int fd)
{
    uint8_t bytes[4096];
    size_t len;

    while ((len = gdbstub_take(&stub, bytes, sizeof bytes)) > 0) {
        machine.bytes_out += len;
        machine.packets_out += packets_count(bytes, len);
        for (size_t at = 0; at < len;) {
            ssize_t wrote = write(fd, bytes + at, len - at);
            if (wrote <= 0)
                return;
            at += (size_t)wrote;
        }
    }
}

static void console_pump(void)
{
    if (!machine.replying)
        return;
    machine.reply_at += gdbstub_console_write(&stub, machine.reply + machine.reply_at,
                                              machine.reply_len - machine.reply_at);
    if (machine.reply_at < machine.reply_len)
        return;
    machine.replying = false;
    gdbstub_console_done(&stub, ERR_OK);
}

static void work(int fd, bool *runs)
{
    *runs = machine_run(&machine);
    console_pump();
    gdbstub_poll(&stub);
    if (fd >= 0)
        output_flush(fd);
}

/* One connection, until it or standard input ends; false for the latter. */
static bool serve(int fd)
{
    uint8_t bytes[8192];
    bool runs = false;

    for (;;) {
        struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
        poll(fds, 2, runs || gdbstub_busy(&stub) || machine.replying ? 0 : 1000);
        if (fds[1].revents)
            return false;
        if (fds[0].revents) {
            ssize_t len = read(fd, bytes, sizeof bytes);
            if (len <= 0)
                return true;
            machine.bytes_in += (size_t)len;
            machine.packets_in += packets_count(bytes, (size_t)len);
            for (size_t at = 0; at < (size_t)len;) {
                at += gdbstub_feed(&stub, bytes + at, (size_t)len - at);
                work(fd, &runs);
            }
        }
        work(fd, &runs);
    }
}

/* Waits for a debugger while programs run on. */
static int accept_running(int listener)
{
    for (bool runs = true;;) {
        struct pollfd fds[] = {{.fd = listener, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
        poll(fds, 2, runs ? 0 : 1000);
        if (fds[1].revents)
            return -1;
        if (fds[0].revents) {
            int on = 1, fd = accept(listener, NULL, NULL);
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            return fd;
        }
        work(-1, &runs);
    }
}

static void options_read(int argc, char **argv, unsigned *inferiors, unsigned *packet)
{
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--hardware") == 0)
            machine.hardware = true;
        else if (strcmp(argv[i], "--exec-file") == 0)
            ops.exec_file = machine_ops.exec_file;
        else if (strcmp(argv[i], "--inferiors") == 0 && i + 1 < argc)
            *inferiors = (unsigned)atoi(argv[++i]);
        else if (strcmp(argv[i], "--packet") == 0 && i + 1 < argc)
            *packet = (unsigned)atoi(argv[++i]);
        else
            exit(64);
    }
}

int main(int argc, char **argv)
{
    unsigned inferiors = 1, packet = 0;
    uint32_t pid;

    if (argc < 3 || !(machine.arch = machine_arch_find(argv[1])))
        return 64;
    machine.image = argv[2];
    ops = machine_ops;
    ops.exec_file = NULL;
    options_read(argc, argv, &inferiors, &packet);
    gdbstub_init(&stub, &(struct gdbstub_config){.arch = machine.arch->gdb,
                                                 .ops = &ops,
                                                 .target = &machine,
                                                 .packet_bytes = (uint16_t)packet});
    for (unsigned i = 0; i < inferiors; i++)
        if (machine_start(&machine, true, &pid) != ERR_OK)
            return 2;
    int listener = listen_loopback(), fd;
    while ((fd = accept_running(listener)) >= 0) {
        bool again = serve(fd);
        close(fd);
        gdbstub_disconnect(&stub);
        if (!again)
            break;
    }
    machine_end(&machine);
    return 0;
}
