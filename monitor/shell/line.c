/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The editor's receiver: makes keys of bytes, and says when a line has ended. See line_edit.h.
 */
#include "monitor/shell/line_edit.h"

#include "arch/lib/str.h"
#include "monitor/shell/utf8.h"

enum state { STATE_TEXT, STATE_ESCAPE, STATE_CSI, STATE_SS3 };
enum { PARAM_MAX = 99 };

static void type(struct line *line, const char *text, size_t len)
{
    if (line->too_long)
        return;
    if (line_insert(line, text, len) != ERR_OK) {
        line->too_long = true;
        line_bell(line);
    }
}

/* ESC [ number ; modifier final. Whatever is not known is read to its end and dropped. */
static void feed_sequence(struct line *line, uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        unsigned number = line->number * 10u + (byte - '0');
        line->number = (uint8_t)(number > PARAM_MAX ? PARAM_MAX : number);
    } else if (byte == ';') {
        line->modifier = line->number;
        line->number = 0;
    } else if (byte >= 0x40 && byte < 0x7f) {
        line->state = STATE_TEXT;
        /* the parameter read last is the modifier if there were two */
        if (line->modifier > 0) {
            uint8_t first = line->modifier;
            line->modifier = line->number;
            line->number = first;
        }
        line_press_sequence(line, (char)byte);
    } else if (byte < 0x20) {
        line->state = STATE_TEXT;
    }
}

static void feed_escape(struct line *line, uint8_t byte)
{
    line->number = 0;
    line->modifier = 0;
    line->state = byte == '[' ? STATE_CSI : byte == 'O' ? STATE_SS3 : STATE_TEXT;
    if (line->state == STATE_TEXT)
        line_press_escape(line, byte);
}

static void feed_text(struct line *line, uint8_t byte)
{
    if (line->pending_len > 0 && !line_is_continuation((char)byte))
        line->pending_len = 0;
    if (byte < 0x80) {
        char c = (char)byte;
        type(line, &c, 1);
        return;
    }
    if (line->pending_len == 0 && utf8_length_of(byte) < 2)
        return;
    line->pending[line->pending_len++] = (char)byte;
    unsigned len = utf8_length_of((unsigned char)line->pending[0]);
    if (line->pending_len < len)
        return;
    line->pending_len = 0;
    if (utf8_length(line->pending) == len)
        type(line, line->pending, len);
}

static enum line_event end_line(struct line *line)
{
    bool too_long = line->too_long;

    line->text[line->len] = '\0';
    line->cursor = line->len;
    line_show_cursor(line);
    line_put(line, "\n", 1);
    line->too_long = false;
    if (too_long)
        return LINE_TOO_LONG;
    if (!line->quiet)
        history_add(line->history, line->text);
    return LINE_READY;
}

static enum line_event feed_control(struct line *line, uint8_t byte)
{
    line->pending_len = 0;
    if (byte == '\t' && !line->quiet)
        return line->tabs++ ? LINE_TAB_TWICE : LINE_TAB;
    line->tabs = 0;
    if (byte == 0x03) {
        line_put_text(line, "^C\n");
        return LINE_CANCEL;
    }
    if (line->quiet) {
        if (byte == 0x15)
            line_begin(line);
        else if (byte == '\t')
            type(line, " ", 1);
    } else if (byte == 0x1b) {
        line->state = STATE_ESCAPE;
    } else {
        line_press_control(line, byte);
    }
    return LINE_NONE;
}

/* All that was typed goes, whatever keys came: a search, a line of the history, half a sequence. */
static void drop_line(struct line *line)
{
    bool searching = line->searching;

    line->searching = false;
    line->state = STATE_TEXT;
    line->pending_len = line->tabs = 0;
    line->age = 0;
    line->too_long = false;
    line_erase(line, 0, line->len, false);
    if (searching)
        line_show_all(line);
}

enum line_event line_feed(struct line *line, uint8_t byte)
{
    bool after_return = line->after_return;

    line->after_return = byte == '\r';
    if (byte == LINE_DROP) {
        drop_line(line);
        return LINE_NONE;
    }
    if (byte == '\n' && after_return)
        return LINE_NONE;
    if (line->searching && line_search_feed(line, byte))
        return LINE_NONE;
    if (byte == '\r' || byte == '\n') {
        line->state = STATE_TEXT;
        return end_line(line);
    }
    if (line->state == STATE_ESCAPE) {
        feed_escape(line, byte);
    } else if (line->state == STATE_CSI || line->state == STATE_SS3) {
        feed_sequence(line, byte);
    } else if (byte < 0x20 || byte == 0x7f) {
        return feed_control(line, byte);
    } else {
        line->tabs = 0;
        feed_text(line, byte);
    }
    return LINE_NONE;
}

void line_begin(struct line *line)
{
    line->hidden = false;
    line->len = 0;
    line->cursor = 0;
    line->text[0] = '\0';
    line->left = 0;
    line->shown = 0;
    line->too_long = false;
    line->age = 0;
    line->draft[0] = '\0';
    line->searching = false;
    line->tabs = 0;
    line->state = STATE_TEXT;
    line->pending_len = 0;
    line_put_text(line, line->prompt);
}

void line_hide(struct line *line)
{
    line_put_text(line, "\r\x1b[K");
    line->hidden = true;
}

void line_show(struct line *line)
{
    line->hidden = false;
    line_show_all(line);
}

void line_init(struct line *line, fmt_sink sink, void *context, struct history *history,
               const char *prompt, uint16_t columns)
{
    *line = (struct line){
        .sink = sink,
        .context = context,
        .history = history,
        .prompt = prompt,
        .columns = columns,
    };
}
