/* For people, in 80 columns: an address that is too long for them loses its middle.
 *
 *	Time     Event        Program               Connection               After
 *	02:57:41 FIN received fetch[8292]           to 127.0.0.1:8080        13ms
 *	02:57:41 closed       fetch[8292]           to 127.0.0.1:8080        +82ms
 *
 *	02:57:42 bind fails   login[771]            on 0.0.0.0:0             EADDRINUSE x 37
 *
 * After: an opened one took so long to connect, `+`: so long after the peer's FIN, else since it was opened. `x 37`: so
 * many more like the one above it. */
#include "base/format.h"
#include "watch.h"
#include <time.h>

enum { EVENT_WIDTH = 14, PROGRAM_WIDTH = 21, CONNECTION_WIDTH = 25, END_WIDTH = 20, RATE_WIDTH = 7, ROWS_MOST = 20 };
enum { COLUMNS = 80, LEAK_LEAST = 3, LEAKS_MOST = 5, PORT_BYTES = 7, LEAK_END_WIDTH = 23 };

/* Up to this column, or one blank behind what is longer. */
static void pad_to(struct text *t, size_t line, size_t column)
{
	size_t columns = text_columns(t->bytes + line);

	text_pad(t, ' ', columns < column ? column - columns : 1);
}

/* What was added since `start` is ASCII. Its end has the port, which tells more than the middle of an address. */
static void clip(struct text *t, size_t start, size_t columns)
{
	size_t length = t->length - start, keep = MIN((size_t)PORT_BYTES, columns / 2);

	if (length <= columns || columns < 4)
		return;
	size_t head = columns - keep - 2;
	memmove(t->bytes + start + head + 2, t->bytes + t->length - keep, keep);
	memcpy(t->bytes + start + head, "..", 2);
	t->length = start + columns;
	t->bytes[t->length] = '\0';
}

static void add_clock(struct text *t, uint64_t unix_ms)
{
	time_t seconds = (time_t)(unix_ms / MS_PER_S);
	struct tm tm;

	localtime_r(&seconds, &tm);
	text_printf(t, "%02d:%02d:%02d ", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static const char *event_word(const struct event *e)
{
	static const char *const failed_words[CALL_COUNT] = {
		[CALL_BIND] = "bind fails",     [CALL_CONNECT] = "connect fails", [CALL_LISTEN] = "listen fails",
		[CALL_ACCEPT] = "accept fails", [CALL_SOCKET] = "socket fails",   [CALL_SENDTO] = "send fails",
	};
	static const char *const words[EVENT_KIND_COUNT] = {
		[EVENT_OPENED] = "opened",       [EVENT_ACCEPTED] = "accepted",   [EVENT_FIN_RECEIVED] = "FIN received",
		[EVENT_EOF_TOLD] = "EOF told",   [EVENT_SHUT_DOWN] = "shut down", [EVENT_RESET] = "reset",
		[EVENT_DESTROYED] = "destroyed", [EVENT_ARRIVED] = "arrived",
	};

	if (e->kind == EVENT_FAILED)
		return failed_words[e->call];
	if (e->kind == EVENT_CLOSED)
		return e->fin_came ? "closed" : "closed first";
	return words[e->kind];
}

static void add_process(struct text *t, const struct moment *names, uint32_t process)
{
	if (process == PROCESS_NONE)
		text_add_char(t, '-');
	else
		process_add_name(t, &names->processes.items[process]);
}

/* `to 10.0.0.5:8080`; at a server `:80 from 10.1.2.3:40012`. */
static void add_connection(struct text *t, const struct event *e)
{
	if (!e->peer.port) {
		text_add(t, "on ");
		endpoint_format(t, &e->local);
		return;
	}
	if (e->role == ROLE_SERVER || (e->role == ROLE_UNKNOWN && e->local.port < e->peer.port))
		text_printf(t, ":%u from ", e->local.port);
	else
		text_add(t, "to ");
	endpoint_format(t, &e->peer);
}

static void add_after(struct text *t, uint64_t us)
{
	if (us < 1000)
		text_printf(t, "%lluus", (unsigned long long)us);
	else
		format_short(t, us / 1000);
}

static void add_detail(struct text *t, const struct event *e)
{
	const char *error = e->error ? strerrorname_np(e->error) : NULL;

	if (error)
		text_add(t, error);
	else if (e->after_us != UINT64_MAX && (e->fin_came || e->kind == EVENT_EOF_TOLD))
		text_add_char(t, '+'); /* since the FIN */
	if (!error && e->after_us != UINT64_MAX)
		add_after(t, e->after_us);
	if (e->ended)
		text_add(t, " exit");
	if (e->aborted)
		text_add(t, " RST");
}

void watch_text_head(struct text *t)
{
	size_t line = t->length;

	text_add(t, "Time     Event");
	pad_to(t, line, 9 + EVENT_WIDTH);
	text_add(t, "Program");
	pad_to(t, line, 9 + EVENT_WIDTH + PROGRAM_WIDTH);
	text_add(t, "Connection");
	pad_to(t, line, 9 + EVENT_WIDTH + PROGRAM_WIDTH + CONNECTION_WIDTH);
	text_add(t, "After\n");
}

/* Blanks at the end of a line are nobody's. */
static void end_line(struct text *t)
{
	while (t->length && t->bytes[t->length - 1] == ' ')
		t->length--;
	text_add_char(t, '\n');
}

static void begin_line(struct text *t, const struct event *e)
{
	size_t line = t->length;

	add_clock(t, e->at_unix_ms);
	text_add(t, event_word(e));
	pad_to(t, line, 9 + EVENT_WIDTH);
}

/* What a connection may take, its blank included, so that the detail ends with the line at the latest. */
static size_t room_beside(const char *detail)
{
	size_t others = 9 + EVENT_WIDTH + PROGRAM_WIDTH + strlen(detail);

	return others < COLUMNS ? COLUMNS - others : 0;
}

/* The line begins at `line`; its last two columns are `connection` and `detail`. */
static void finish_line(struct text *t, size_t line, const char *connection, const char *detail)
{
	pad_to(t, line, 9 + EVENT_WIDTH + PROGRAM_WIDTH);
	size_t start = t->length, taken = text_columns(t->bytes + line) + 1 + strlen(detail);
	text_add(t, connection);
	clip(t, start, taken < COLUMNS ? COLUMNS - taken : 0);
	pad_to(t, line, 9 + EVENT_WIDTH + PROGRAM_WIDTH + MIN((size_t)CONNECTION_WIDTH, room_beside(detail)));
	text_add(t, detail);
	end_line(t);
}

void watch_text_event(struct text *t, const struct moment *names, const struct event *e)
{
	TEXT_CLEANUP connection = { 0 }, detail = { 0 };
	size_t line = t->length;

	begin_line(t, e);
	add_process(t, names, e->process);
	add_connection(&connection, e);
	add_detail(&detail, e);
	finish_line(t, line, connection.bytes, detail.bytes ?: "");
}

/* Many of one kind have one end, and perhaps many peers. */
static void add_common_end(struct text *t, const struct event *e)
{
	if (e->peer.port && e->role == ROLE_SERVER)
		text_printf(t, "at :%u", e->local.port);
	else
		add_connection(t, e);
}

void watch_text_repeat(struct text *t, const struct moment *names, const struct repeat *r)
{
	const struct event *e = &r->last;
	TEXT_CLEANUP connection = { 0 }, detail = { 0 };
	size_t line = t->length;

	begin_line(t, e);
	if (r->several && e->process != PROCESS_NONE)
		process_add_comm(t, &names->processes.items[e->process]);
	else
		add_process(t, names, e->process);
	add_common_end(&connection, e);
	if (e->error && strerrorname_np(e->error))
		text_printf(&detail, "%s ", strerrorname_np(e->error));
	text_add(&detail, "x ");
	format_count(&detail, r->count);
	finish_line(t, line, connection.bytes, detail.bytes);
}

static void add_end(struct text *t, const struct turnover *r)
{
	if (!r->end.port) {
		text_add(t, "several");
		return;
	}
	if (r->role == ROLE_SERVER) {
		text_printf(t, "at :%u", r->end.port);
		return;
	}
	text_add(t, r->role == ROLE_UNKNOWN && !(r->opened | r->closed | r->fins) ? "on " : "to ");
	endpoint_format(t, &r->end);
}

/* Three digits are enough: 0.04, 3.2, 48, 1,204. */
static void add_rate(struct text *t, uint64_t count, uint64_t ms)
{
	double rate = ms ? (double)count * 1000 / (double)ms : 0;

	if (!count)
		text_add_char(t, '-');
	else if (rate < 10)
		text_printf(t, "%.*f", rate < 0.1 ? 2 : 1, rate);
	else
		format_count(t, (uint64_t)(rate + 0.5));
}

/* Right aligned, so that digits stand below digits. */
static void add_rate_cell(struct text *t, uint64_t count, uint64_t ms)
{
	TEXT_CLEANUP cell = { 0 };

	add_rate(&cell, count, ms);
	text_pad(t, ' ', cell.length < RATE_WIDTH ? RATE_WIDTH - cell.length : 1);
	text_add(t, cell.bytes);
}

/* Of those that either side has finished. */
static void add_first(struct text *t, const struct turnover *r)
{
	uint64_t all = r->closed_first + r->fins, more = MAX(r->closed_first, r->fins);

	if (!all)
		return;
	text_add(t, r->closed_first > r->fins ? "  self" : "  peer");
	if (more < all)
		text_printf(t, " %llu%%", (unsigned long long)(more * 100 / all));
}

static void add_row(struct text *t, const struct watch_summary *s, const struct turnover *r)
{
	size_t line = t->length;

	if (r->process == PROCESS_NONE)
		text_add(t, "others");
	else
		add_process(t, s->names, r->process);
	pad_to(t, line, PROGRAM_WIDTH);
	size_t end = t->length, taken = text_columns(t->bytes + line);
	add_end(t, r);
	clip(t, end, PROGRAM_WIDTH + END_WIDTH - 1 - MIN(taken, (size_t)PROGRAM_WIDTH + 6));
	pad_to(t, line, PROGRAM_WIDTH + END_WIDTH);
	add_rate_cell(t, r->opened + r->accepted, s->ms);
	add_rate_cell(t, r->closed, s->ms);
	add_rate_cell(t, turnover_left(r), s->ms);
	add_rate_cell(t, r->failed, s->ms);
	add_first(t, r);
	text_add_char(t, '\n');
}

/* What it is all about: within 80 columns on two lines. */
static void add_leak(struct text *t, const struct watch_summary *s, const struct turnover *r)
{
	uint64_t left = turnover_left(r);

	add_process(t, s->names, r->process);
	text_add(t, " leaves connections ");
	size_t end = t->length;
	add_end(t, r);
	clip(t, end, LEAK_END_WIDTH);
	text_add(t, " unfinished:\n  ");
	if (left) {
		format_count(t, left);
		text_add(t, " of ");
		format_count(t, r->fins);
		text_add(t, " in ");
		format_duration(t, s->ms);
	}
	if (s->now && r->left_now) {
		text_add(t, left ? "; " : "");
		format_count(t, r->left_now);
		text_add(t, " now");
	}
	text_add(t, " (the peer has closed, it has not)\n");
}

static bool is_leak(const struct watch_summary *s, const struct turnover *r)
{
	uint64_t left = turnover_left(r);

	if (r->process == PROCESS_NONE)
		return false;
	return (left >= LEAK_LEAST && left * 2 > r->fins) || (s->now && r->left_now >= LEAK_LEAST);
}

void watch_text_leaks(struct text *t, const struct watch_summary *s)
{
	size_t told = 0;

	array_each (s->rows, r) {
		if (!is_leak(s, r) || told++ >= LEAKS_MOST)
			continue;
		add_leak(t, s, r);
	}
	if (told > LEAKS_MOST)
		text_printf(t, "and %zu more\n", told - LEAKS_MOST);
}

static void add_losses(struct text *t, const struct watch_summary *s)
{
	const struct event_books *b = s->books;

	if (b->lost)
		text_printf(t, "%llu of %llu events came faster than they could be told%s\n",
		            (unsigned long long)b->lost, (unsigned long long)b->produced,
		            s->sums_whole ? " one by one: counted here alone" : ": they are not in these sums either");
	if (b->missed)
		text_printf(t, "up to %llu events were not seen: they came while another one was being noted\n",
		            (unsigned long long)b->missed);
	if (b->unread)
		text_printf(t, "%llu lines were not written: nobody read them in time\n",
		            (unsigned long long)b->unread);
	if (b->nameless)
		text_printf(t, "%llu connections have no opener: the table of openers was full\n",
		            (unsigned long long)b->nameless);
	if (b->rowless)
		text_printf(t, "%llu events are counted as others: the table of programs was full\n",
		            (unsigned long long)b->rowless);
	if (b->unfollowed)
		text_printf(t, "%llu processes of the command were not followed: the table of them was full\n",
		            (unsigned long long)b->unfollowed);
}

void watch_text_summary(struct text *t, const struct watch_summary *s)
{
	size_t shown = MIN(s->rows->count, (size_t)ROWS_MOST), line;

	text_add(t, s->whole ? "\nIn all, " : "\nIn the last ");
	format_duration(t, s->ms);
	text_add(t, s->rows->count ? ": rates a second, and who closes first\n"
	                           : ": no connection was opened or closed\n");
	if (s->rows->count) {
		line = t->length;
		text_add(t, "Program");
		pad_to(t, line, PROGRAM_WIDTH);
		text_add(t, "End");
		pad_to(t, line, PROGRAM_WIDTH + END_WIDTH);
		text_add(t, " opened closed   left failed  first\n");
	}
	for (size_t i = 0; i < shown; i++)
		add_row(t, s, &s->rows->items[i]);
	if (s->rows->count > shown)
		text_printf(t, "and %zu more\n", s->rows->count - shown);
	watch_text_leaks(t, s);
	add_losses(t, s);
}
