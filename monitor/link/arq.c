/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine of both ends: see arq.h. */
#include "monitor/link/arq.h"

/* Room that came free since the client was last told of it, in bytes: worth a state frame. */
enum { ROOM_STEP = 2048 };

/* On a line that has lost a frame, so many frames later it still counts as one that loses some. */
enum { BAD_FRAMES = 64 };

enum { POLLS_REMEMBERED = 100 };

enum arq_slot_state {
    SLOT_EMPTY,
    SLOT_QUEUED, /* out: to be sent, or sent again */
    SLOT_SENT,
    SLOT_FULL, /* in: came before its turn; out: the other side has it already */
};

/* Where a data frame's body has what. */
enum { DATA_NUMBER = 1, DATA_ACK = 2, DATA_PAYLOAD = 3 };

/* A state frame: what came in order, what beyond that (a bit each, the lowest is `expected`), the
 * number beyond the last frame sent so far, which frames are to be sent again, polls; the target's
 * has the room of each channel after it. */
enum {
    STATE_ACK = 2,
    STATE_BITS = 3, /* two bytes */
    STATE_NEXT = 5,
    STATE_FROM = 6,
    STATE_UPTO = 7,
    STATE_POLL = 8, /* 0: none */
    STATE_ECHO = 9,
    STATE_ROOM = 10,
    STATE_BYTES_MAX = STATE_ROOM + 2 * ARQ_CHANNELS,
};

_Static_assert(ARQ_WINDOW <= 16, "the bits of a state frame");
_Static_assert(ARQ_PAYLOAD_MAX + DATA_PAYLOAD <= FRAME_BODY_MAX, "a frame's body");

static uint8_t distance(uint8_t from, uint8_t to)
{
    return (uint8_t)(to - from);
}

static struct arq_slot *out_slot(struct arq *arq, uint8_t number)
{
    return &arq->out[number % ARQ_WINDOW];
}

static struct arq_slot *in_slot(struct arq *arq, uint8_t number)
{
    return &arq->in[number % ARQ_WINDOW];
}

void arq_init(struct arq *arq, bool is_target,
              void (*deliver)(void *, enum arq_channel, const uint8_t *, size_t), void *context)
{
    __builtin_memset(arq, 0, sizeof *arq);
    arq->is_target = is_target;
    arq->deliver = deliver;
    arq->context = context;
    frame_in_init(&arq->in_frame, is_target ? FRAME_TO_TARGET : FRAME_TO_CLIENT);
}

void arq_restart(struct arq *arq)
{
    arq->first = arq->next = arq->tried = 0;
    arq->expected = arq->highest = 0;
    arq->unacknowledged = 0;
    arq->state_due = arq->poll_due = arq->tail_due = false;
    arq->bad_frames = 0;
    arq->ask_from = arq->ask_upto = 0;
    arq->poll = arq->echo = arq->answered = 0;
    for (unsigned i = 0; i < ARQ_WINDOW; i++)
        arq->out[i].state = arq->in[i].state = SLOT_EMPTY;
    for (unsigned i = 0; i < ARQ_CHANNELS; i++)
        arq->used[i] = arq->room[i] = arq->told[i] = 0;
}

bool arq_has_slot(const struct arq *arq)
{
    return distance(arq->first, arq->next) < ARQ_WINDOW;
}

void arq_queue(struct arq *arq, enum arq_channel channel, const uint8_t *bytes, size_t len_bytes)
{
    struct arq_slot *slot = out_slot(arq, arq->next++);

    slot->state = SLOT_QUEUED;
    slot->again = false;
    slot->channel = (uint8_t)channel;
    slot->len = (uint16_t)len_bytes;
    __builtin_memcpy(slot->bytes, bytes, len_bytes);
    arq->used[channel] = (uint16_t)(arq->used[channel] + len_bytes);
    arq->tail_due |= arq->bad_frames > 0 && !arq_has_slot(arq);
}

size_t arq_room(const struct arq *arq, enum arq_channel channel)
{
    uint16_t room = (uint16_t)(arq->room[channel] - arq->used[channel]);

    if (channel == ARQ_SIGNAL)
        return ARQ_PAYLOAD_MAX;
    return room > INT16_MAX ? 0 : room;
}

void arq_set_room(struct arq *arq, enum arq_channel channel, uint16_t limit)
{
    arq->room[channel] = limit;
    if ((uint16_t)(limit - arq->told[channel]) >= ROOM_STEP)
        arq->state_due = true;
}

bool arq_is_clear(const struct arq *arq)
{
    return arq->first == arq->next;
}

bool arq_is_sent(const struct arq *arq)
{
    for (uint8_t n = arq->first; n != arq->next; n++) {
        if (arq->out[n % ARQ_WINDOW].state == SLOT_QUEUED)
            return false;
    }
    return arq->wire_at == arq->wire_len;
}

/* --- sending --------------------------------------------------------------------------------- */

static void put_wire(struct arq *arq, const uint8_t *body, size_t len)
{
    arq->wire_len = (uint16_t)frame_encode(arq->is_target ? FRAME_TO_CLIENT : FRAME_TO_TARGET, body,
                                           len, arq->wire);
    arq->wire_at = 0;
}

bool arq_can_control(const struct arq *arq)
{
    return arq->wire_at == arq->wire_len;
}

void arq_control(struct arq *arq, const uint8_t *body, size_t len_bytes)
{
    put_wire(arq, body, len_bytes);
}

static void note_acknowledged(struct arq *arq)
{
    arq->unacknowledged = 0;
}

static void put_state(struct arq *arq)
{
    uint8_t body[STATE_BYTES_MAX] = {FRAME_FIRST, ARQ_STATE};
    unsigned bits = 0;
    size_t len = STATE_ROOM;

    for (unsigned i = 0; i < ARQ_WINDOW; i++) {
        if (in_slot(arq, (uint8_t)(arq->expected + i))->state == SLOT_FULL)
            bits |= 1u << i;
    }
    body[STATE_ACK] = arq->expected;
    body[STATE_BITS] = (uint8_t)bits;
    body[STATE_BITS + 1] = (uint8_t)(bits >> 8);
    body[STATE_NEXT] = arq->tried;
    body[STATE_FROM] = arq->ask_from;
    body[STATE_UPTO] = arq->ask_upto;
    body[STATE_POLL] = arq->poll_due ? arq->poll : 0;
    body[STATE_ECHO] = arq->echo;
    for (unsigned i = 0; i < ARQ_CHANNELS && arq->is_target; i++) {
        arq->told[i] = arq->room[i];
        body[len++] = (uint8_t)arq->room[i];
        body[len++] = (uint8_t)(arq->room[i] >> 8);
    }
    if (arq->poll_due)
        arq->tail_due = false;
    arq->state_due = arq->poll_due = false;
    arq->ask_from = arq->ask_upto = arq->expected;
    note_acknowledged(arq);
    put_wire(arq, body, len);
}

static void put_data(struct arq *arq, uint8_t number)
{
    struct arq_slot *slot = out_slot(arq, number);
    uint8_t body[FRAME_BODY_MAX];

    body[0] = FRAME_FIRST | slot->channel;
    body[DATA_NUMBER] = number;
    body[DATA_ACK] = arq->expected;
    __builtin_memcpy(body + DATA_PAYLOAD, slot->bytes, slot->len);
    slot->state = SLOT_SENT;
    slot->poll = arq->poll;
    if (distance(arq->first, arq->tried) <= distance(arq->first, number))
        arq->tried = (uint8_t)(number + 1);
    arq->count.sent++;
    if (arq->bad_frames > 0)
        arq->bad_frames--;
    note_acknowledged(arq);
    put_wire(arq, body, DATA_PAYLOAD + (size_t)slot->len);
}

static bool put_next(struct arq *arq)
{
    if (arq->state_due) {
        put_state(arq);
        return true;
    }
    for (uint8_t n = arq->first; n != arq->next; n++) {
        if (out_slot(arq, n)->state == SLOT_QUEUED) {
            put_data(arq, n);
            return true;
        }
    }
    if (!arq->tail_due || arq_is_clear(arq))
        return false;
    arq_poll(arq);
    put_state(arq);
    return true;
}

size_t arq_take(struct arq *arq, uint8_t *to, size_t cap)
{
    size_t n;

    if (arq->wire_at == arq->wire_len && !put_next(arq))
        return 0;
    n = (size_t)(arq->wire_len - arq->wire_at);
    if (n > cap)
        n = cap;
    __builtin_memcpy(to, arq->wire + arq->wire_at, n);
    arq->wire_at = (uint16_t)(arq->wire_at + n);
    return n;
}

void arq_poll(struct arq *arq)
{
    if (++arq->poll == 0)
        arq->poll = 1;
    arq->poll_due = arq->state_due = true;
    for (unsigned i = 0; i < ARQ_WINDOW; i++) {
        if (distance(arq->out[i].poll, arq->poll) > POLLS_REMEMBERED)
            arq->out[i].again = false; /* numbers come round */
    }
}

void arq_acknowledge(struct arq *arq)
{
    if (arq->unacknowledged > 0)
        arq->state_due = true;
}

/* --- receiving ------------------------------------------------------------------------------- */

static void take_acknowledgement(struct arq *arq, uint8_t number)
{
    if (distance(arq->first, number) > distance(arq->first, arq->next))
        return; /* of the past, or nonsense */
    while (arq->first != number)
        out_slot(arq, arq->first++)->state = SLOT_EMPTY;
}

/* What is missing of [from, upto) shall be asked for in the next state frame. */
static void ask(struct arq *arq, uint8_t from, uint8_t upto)
{
    if (distance(arq->expected, from) > ARQ_WINDOW)
        from = arq->expected;
    if (arq->state_due && arq->ask_from != arq->ask_upto &&
        distance(arq->expected, arq->ask_from) < distance(arq->expected, from))
        from = arq->ask_from;
    arq->ask_from = from;
    arq->ask_upto = upto;
    arq->state_due = true;
}

static void deliver_slots(struct arq *arq)
{
    for (;;) {
        struct arq_slot *slot = in_slot(arq, arq->expected);

        if (slot->state != SLOT_FULL)
            break;
        slot->state = SLOT_EMPTY;
        arq->expected++;
        arq->deliver(arq->context, (enum arq_channel)slot->channel, slot->bytes, slot->len);
    }
    if (distance(arq->expected, arq->highest) > ARQ_WINDOW)
        arq->highest = arq->expected;
}

static void take_data(struct arq *arq, const uint8_t *body, size_t len)
{
    uint8_t number = body[DATA_NUMBER];
    uint8_t ahead = distance(arq->expected, number);
    struct arq_slot *slot = in_slot(arq, number);

    take_acknowledgement(arq, body[DATA_ACK]);
    if (ahead >= ARQ_WINDOW || slot->state == SLOT_FULL) {
        arq->count.twice++;
        arq->state_due = true; /* the other side does not know that it came */
        return;
    }
    arq->count.received++;
    slot->state = SLOT_FULL;
    slot->channel = body[0] & (uint8_t)~FRAME_FIRST_MASK;
    slot->len = (uint16_t)(len - DATA_PAYLOAD);
    __builtin_memcpy(slot->bytes, body + DATA_PAYLOAD, slot->len);
    if (distance(arq->expected, arq->highest) <= ahead) {
        if (arq->highest != number)
            ask(arq, arq->highest, number);
        arq->highest = (uint8_t)(number + 1);
    }
    deliver_slots(arq);
    if (++arq->unacknowledged >= ARQ_ACK_AFTER)
        arq->state_due = true;
}

/* May the other side miss it only because it is still on its way? It was sent again after the last
 * poll that the other side has seen. */
static bool is_on_its_way(const struct arq_slot *slot, uint8_t echo)
{
    return slot->again && (int8_t)distance(slot->poll, echo) <= 0;
}

/* Frames of [from, upto) that were sent and have not come are sent again. */
static void send_again(struct arq *arq, uint8_t from, uint8_t upto, uint8_t echo)
{
    if (distance(arq->first, upto) > distance(arq->first, arq->next))
        return;
    if (distance(arq->first, from) > distance(arq->first, upto))
        from = arq->first;
    for (uint8_t n = from; n != upto; n++) {
        struct arq_slot *slot = out_slot(arq, n);

        if (slot->state != SLOT_SENT || is_on_its_way(slot, echo))
            continue;
        slot->state = SLOT_QUEUED;
        slot->again = true;
        arq->count.resent++;
        arq->tail_due = true;
        arq->bad_frames = BAD_FRAMES;
    }
}

static void take_rooms(struct arq *arq, const uint8_t *body)
{
    for (unsigned i = 0; i < ARQ_CHANNELS; i++) {
        const uint8_t *at = body + STATE_ROOM + 2 * i;

        arq->room[i] = (uint16_t)(at[0] | at[1] << 8);
    }
}

static void take_state(struct arq *arq, const uint8_t *body)
{
    uint8_t ack = body[STATE_ACK], next = body[STATE_NEXT];
    unsigned bits = body[STATE_BITS] | (unsigned)body[STATE_BITS + 1] << 8;

    take_acknowledgement(arq, ack);
    for (unsigned i = 0; i < ARQ_WINDOW && ack == arq->first; i++) {
        struct arq_slot *slot = out_slot(arq, (uint8_t)(ack + i));

        if (bits & 1u << i && (slot->state == SLOT_SENT || slot->state == SLOT_QUEUED))
            slot->state = SLOT_FULL;
    }
    send_again(arq, body[STATE_FROM], body[STATE_UPTO], body[STATE_ECHO]);
    if (!arq->is_target)
        take_rooms(arq, body);
    bool polled = body[STATE_POLL] != 0;
    bool answer = !arq->is_target && body[STATE_ECHO] != arq->answered;
    if (polled)
        arq->echo = body[STATE_POLL];
    if (polled && arq->is_target && !arq_is_clear(arq))
        arq_poll(arq); /* so that what the client then asks for is not taken for an old question */
    if (answer)
        arq->answered = body[STATE_ECHO];
    if (distance(arq->expected, next) > ARQ_WINDOW)
        return;
    if (polled || (answer && next != arq->expected)) {
        if (distance(arq->expected, arq->highest) < distance(arq->expected, next))
            arq->highest = next;
        ask(arq, arq->expected, next);
    }
}

bool arq_receive(struct arq *arq, const uint8_t *body, size_t len_bytes)
{
    uint8_t channel = body[0] & (uint8_t)~FRAME_FIRST_MASK;
    size_t state_bytes = arq->is_target ? STATE_ROOM : STATE_BYTES_MAX;

    if (channel != ARQ_CONTROL) {
        if (channel < ARQ_CHANNELS && len_bytes > DATA_PAYLOAD)
            take_data(arq, body, len_bytes);
        return true;
    }
    if (len_bytes < 2 || body[1] != ARQ_STATE)
        return false;
    if (len_bytes >= state_bytes)
        take_state(arq, body);
    return true;
}
