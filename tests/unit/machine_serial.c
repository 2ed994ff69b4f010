/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of the serial lines: pseudo-terminal and sockets both ways, what is printed before anybody
 * listens, a client that goes and another that comes, and names that are wrong.
 */
#include "host/sim/machine/serial.h"
#include "tests/temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* Waits for the line to become ready and lets it read. */
static void turn(struct serial *line)
{
    struct pollfd fd;

    assert_int_equal(serial_poll_want(line, &fd), 1);
    assert_int_equal(poll(&fd, 1, 5000), 1);
    serial_poll_ready(line);
}

static void print(struct serial *line, const char *text)
{
    while (*text) {
        serial_put(line, (uint8_t)*text++);
    }
    serial_flush(line);
}

static void expect_input(struct serial *line, const char *text)
{
    uint8_t byte;

    while (*text) {
        if (!serial_has_input(line)) {
            turn(line);
        }
        assert_true(serial_get(line, &byte));
        assert_int_equal(byte, *text++);
    }
    assert_false(serial_get(line, &byte));
}

static void expect_read(int fd, const char *text)
{
    char got[64];
    size_t at = 0, len = strlen(text);

    while (at < len) {
        ssize_t n = read(fd, got + at, sizeof got - at);
        assert_true(n > 0);
        at += (size_t)n;
    }
    assert_int_equal(at, len);
    assert_memory_equal(got, text, len);
}

static void test_pty(void **state)
{
    struct serial *line;
    char message[200];
    int fd;

    (void)state;
    assert_int_equal(serial_open("pty", &line, message, sizeof message), ERR_OK);
    fd = open(serial_name(line), O_RDWR | O_NOCTTY);
    assert_true(fd >= 0);
    print(line, "out\r\n");
    expect_read(fd, "out\r\n");
    assert_int_equal(write(fd, "in\x03\r", 4), 4);
    expect_input(line, "in\x03\r");
    assert_true(serial_is_open(line));
    close(fd);
    serial_close(line);
}

static void name_socket(char *where, size_t cap)
{
    char path[128], name[40];

    snprintf(name, sizeof name, "machine_serial.%d", (int)getpid());
    snprintf(where, cap, "unix:%s", temporary_path(path, sizeof path, name));
}

static int connect_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(address.sun_path, path);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void test_unix(void **state)
{
    char where[160], message[200];
    struct serial *line, *second;

    (void)state;
    name_socket(where, sizeof where);
    assert_int_equal(serial_open(where, &line, message, sizeof message), ERR_OK);
    assert_int_equal(serial_open(where, &second, message, sizeof message), ERR_BUSY);
    /* The failed one must not have taken the socket away. */
    print(line, "before ");
    int fd = connect_unix(where + 5);
    turn(line);
    print(line, "after");
    expect_read(fd, "before after");
    assert_int_equal(write(fd, "x", 1), 1);
    expect_input(line, "x");
    close(fd);
    turn(line);
    assert_true(serial_is_open(line)); /* another may come */
    fd = connect_unix(where + 5);
    turn(line);
    print(line, "again");
    expect_read(fd, "again");
    close(fd);
    serial_close(line);
    assert_int_not_equal(access(where + 5, F_OK), 0);
}

static void test_unread(void **state)
{
    char where[160], message[200];
    struct serial *line;
    struct pollfd fd;
    int client;

    (void)state;
    name_socket(where, sizeof where);
    assert_int_equal(serial_open(where, &line, message, sizeof message), ERR_OK);
    for (unsigned i = 0; i < 300000; i++) {
        serial_put(line, (uint8_t)('a' + i % 26)); /* more than is kept */
    }
    client = connect_unix(where + 5);
    assert_int_equal(write(client, "yz", 2), 2);
    turn(line);
    turn(line);
    assert_int_equal(serial_poll_want(line, &fd), 0); /* first what is there */
    expect_input(line, "yz");
    assert_int_equal(serial_poll_want(line, &fd), 1);
    close(client);
    serial_close(line);
}

static void test_wrong_names(void **state)
{
    static const char *const wrong[] = {
        "", "stdiox", "ptyx", "tcp:", "unix:", "/dev/ttyUSB0", "tcp:127.0.0.1:notaport"};
    struct serial *line;
    char message[200];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        message[0] = '\0';
        assert_int_not_equal(serial_open(wrong[i], &line, message, sizeof message), ERR_OK);
        assert_null(line);
        assert_true(message[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pty),
        cmocka_unit_test(test_unix),
        cmocka_unit_test(test_unread),
        cmocka_unit_test(test_wrong_names),
    };

    return cmocka_run_group_tests_name("machine_serial", tests, NULL, NULL);
}
