/* A hostile agent, over real connections: hostile PORT TOKENS COUNT SEED.
 *
 * TOKENS is a folder as a hub has it (--tokens): the hosts that it names are the attacker's, but for the one whose
 * id is the largest, which is honest and sends a batch in between. The attacker's batches are whole ones that were
 * changed: in their bytes, in their header, in their rows (with the checksum made right, so that each goes as deep as
 * it can), in who they say sends them, and in the HTTP around them. Told at the end, as JSON: how many were answered
 * with what, how many connections broke off, and how long the honest one waited at most. */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "hub/batch.h"
#include "hub/crc32c.h"
#include "hub/peer.h"
#include <dirent.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <zstd.h>

enum {
	HOSTS = 128,
	STATUSES = 600,
	ANSWER_MS = 5000,
	HONEST_EACH = 100,
	CRC_BYTES = 4,
	KINDS = 8,
	NUMBER_AT = 32,
	NUMBER_BYTES = 12
};

struct host {
	uint64_t id;
	struct text token;
};

struct attack {
	unsigned port;
	struct host hosts[HOSTS];
	size_t count; /* the last is honest */
	uint64_t chance, now_ms, seq;
	int fd;                                        /* -1: none */
	unsigned answered[STATUSES], around[STATUSES]; /* batches that were changed; what is around them */
	unsigned broken, honest;
	uint64_t waited_ns; /* the honest one, at most */
};

static uint64_t chance(struct attack *a, uint64_t most)
{
	a->chance ^= a->chance << 13;
	a->chance ^= a->chance >> 7;
	a->chance ^= a->chance << 17;
	return a->chance % most;
}

static int by_id(const void *a, const void *b)
{
	const struct host *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void read_hosts(struct attack *a, const char *folder)
{
	DIR *d = opendir(folder);
	uint64_t id;

	for (struct dirent *e; d && (e = readdir(d)) && a->count < HOSTS;) {
		struct host *h = &a->hosts[a->count];
		if (host_id_parse(e->d_name, strlen(e->d_name), &id))
			continue;
		h->id = id;
		file_read_at(dirfd(d), e->d_name, TOKEN_BYTES_MOST, &h->token);
		h->token.length = strcspn(h->token.bytes, "\n");
		h->token.bytes[h->token.length] = '\0';
		a->count++;
	}
	closedir(d);
	qsort(a->hosts, a->count, sizeof(*a->hosts), by_id);
}

/* A row of each class, as whole as those of an honest host. */
static void fill(struct attack *a, struct row_set *rows)
{
	uint64_t at_ms = a->now_ms + a->seq;

	*(struct host_row *)row_push(rows, ROW_HOST) = (struct host_row){ .seen_ms = at_ms, .name = "web-1" };
	*(struct endpoint_row *)row_push(rows, ROW_ENDPOINT) =
	        (struct endpoint_row){ .seen_ms = at_ms, .scope = 1, .port = 80, .service = "nginx" };
	*(struct rollup_row *)row_push(rows, ROW_ROLLUP) =
	        (struct rollup_row){ .minute = (uint32_t)(at_ms / 60000), .service = "nginx", .close_wait = 3 };
	*(struct event_row *)row_push(rows, ROW_EVENT) =
	        (struct event_row){ .at_ms = at_ms, .kind = "connect", .error = "EADDRNOTAVAIL" };
	*(struct finding_row *)row_push(rows, ROW_FINDING) = (struct finding_row){ .opened_ms = at_ms,
		                                                                   .updated_ms = at_ms,
		                                                                   .key = "k",
		                                                                   .id = "never-closed",
		                                                                   .severity = "warning",
		                                                                   .body = "{}" };
	for (unsigned n = 0; n < 3; n++)
		*(struct suspect_row *)row_push(rows, ROW_SUSPECT) = (struct suspect_row){
			.at_ms = at_ms, .flow_id = a->seq * 8 + n, .cookie = a->seq * 8 + n, .state = 8, .comm = "nginx"
		};
	*(struct look_row *)row_push(rows, ROW_LOOK) = (struct look_row){ .at_ms = at_ms, .sockets = 3, .complete = 1 };
}

static void whole_batch(struct attack *a, uint64_t host_id, struct text *ret)
{
	struct batch_header h = { .host_id = host_id, .boot_id = { 1 }, .epoch = 1, .seq = ++a->seq };
	struct row_set rows = { 0 };

	fill(a, &rows);
	if (batch_seal(&h, &rows, ret))
		abort();
	row_set_free(&rows);
}

static void make_right(struct text *batch)
{
	batch->length -= CRC_BYTES;
	uint32_t crc = crc32c(batch->bytes, batch->length);
	text_add_bytes(batch, (const char *)&crc, sizeof(crc));
}

/* A byte becomes another one, a run of bytes becomes the same, or what follows is cut off. */
static void change_bytes(struct attack *a, char *bytes, size_t length)
{
	for (uint64_t n = 1 + chance(a, 4); n; n--) {
		size_t at = chance(a, length), run = chance(a, 4) ? 1 : chance(a, 16);
		memset(bytes + at, chance(a, 3) ? (int)chance(a, 256) : 0xff, MIN(run, length - at));
	}
}

/* Its rows, unpacked, changed and packed again. */
static void change_rows(struct attack *a, struct text *batch)
{
	uint32_t told;
	char plain[64 * 1024];

	memcpy(&told, batch->bytes + BATCH_HEADER_BYTES - sizeof(told), sizeof(told));
	if (ZSTD_decompress(plain, sizeof(plain), batch->bytes + BATCH_HEADER_BYTES,
	                    batch->length - BATCH_HEADER_BYTES - CRC_BYTES) != told)
		abort();
	change_bytes(a, plain, told);
	told -= chance(a, 8) ? 0 : (uint32_t)chance(a, 40);
	memcpy(batch->bytes + BATCH_HEADER_BYTES - sizeof(told), &told, sizeof(told));
	batch->length = BATCH_HEADER_BYTES;
	size_t bound = ZSTD_compressBound(told);
	text_reserve(batch, bound + CRC_BYTES);
	batch->length += ZSTD_compress(batch->bytes + batch->length, bound, plain, told, 1);
	text_add_bytes(batch, "crc!", CRC_BYTES);
	make_right(batch);
}

/* Its number seldom: after one that is far ahead, whatever comes is refused for its number alone. */
static void change_header(struct attack *a, char *bytes)
{
	char number[NUMBER_BYTES];
	bool also = !chance(a, 50);

	memcpy(number, bytes + NUMBER_AT, sizeof(number));
	change_bytes(a, bytes, BATCH_HEADER_BYTES);
	if (!also)
		memcpy(bytes + NUMBER_AT, number, sizeof(number));
}

enum change {
	CHANGE_ROWS,
	CHANGE_HEADER,
	CHANGE_PACKED,
	CHANGE_SUM,
	CHANGE_HOST,
	CHANGE_LENGTH,
	CHANGE_TOKEN,
	CHANGE_HTTP
};

static void change_batch(struct attack *a, enum change change, struct text *batch)
{
	switch (change) {
	case CHANGE_HEADER:
		change_header(a, batch->bytes);
		make_right(batch);
		return;
	case CHANGE_PACKED:
		change_bytes(a, batch->bytes + BATCH_HEADER_BYTES, batch->length - BATCH_HEADER_BYTES);
		make_right(batch);
		return;
	case CHANGE_SUM:
		change_bytes(a, batch->bytes, batch->length);
		return;
	case CHANGE_HOST: /* the honest one's */
		memcpy(batch->bytes + 8, &a->hosts[a->count - 1].id, 8);
		make_right(batch);
		return;
	case CHANGE_LENGTH:
		batch->length = chance(a, batch->length);
		return;
	case CHANGE_ROWS:
		change_rows(a, batch);
		return;
	default: /* around it */
		return;
	}
}

static void add_request(struct attack *a, const struct host *h, enum change change, const struct text *batch,
                        struct text *ret)
{
	uint64_t told = batch->length;

	if (change == CHANGE_HTTP && !chance(a, 3))
		told = chance(a, 4) ? chance(a, 2 * told) : UINT64_MAX - chance(a, 2);
	text_printf(ret, "POST /v1/batch HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer %016" PRIx64 ".%s\r\n",
	            change == CHANGE_TOKEN ? a->hosts[a->count - 1].id : h->id, h->token.bytes);
	text_printf(ret, "Content-Length: %" PRIu64 "\r\n\r\n", told);
	if (change == CHANGE_HTTP && told == batch->length)
		change_bytes(a, ret->bytes, ret->length);
	text_add_bytes(ret, batch->bytes, batch->length);
}

static void reach(struct attack *a)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		                  .sin_port = htons((uint16_t)a->port),
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	if (a->fd >= 0)
		return;
	a->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (a->fd < 0 || connect(a->fd, (struct sockaddr *)&to, sizeof(to))) {
		perror("hostile: the hub does not take connections");
		exit(1);
	}
	setsockopt(a->fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
}

static void leave(struct attack *a)
{
	close(a->fd);
	a->fd = -1;
}

/* The status of its answer; 0: none came, and the connection is left. An answer is whole once its body is here: it says
 * how long that is. */
static unsigned exchange(struct attack *a, const struct text *request, uint64_t wait_ms)
{
	char answer[16 * 1024];
	size_t had = 0;

	reach(a);
	if (send(a->fd, request->bytes, request->length, MSG_NOSIGNAL) != (ssize_t)request->length)
		had = sizeof(answer);
	while (had < sizeof(answer) - 1) {
		struct pollfd p = { a->fd, POLLIN, 0 };
		ssize_t n = poll(&p, 1, (int)wait_ms) > 0 ? recv(a->fd, answer + had, sizeof(answer) - 1 - had, 0) : 0;
		if (n <= 0)
			break;
		had += (size_t)n;
		answer[had] = '\0';
		char *body = strstr(answer, "\r\n\r\n"), *length = strcasestr(answer, "\r\nContent-Length: ");
		if (!body || !length || had < (size_t)(body + 4 - answer) + strtoul(length + 18, NULL, 10))
			continue;
		if (strcasestr(answer, "\r\nConnection: close"))
			leave(a);
		return (unsigned)strtoul(answer + strlen("HTTP/1.1 "), NULL, 10);
	}
	leave(a);
	return 0;
}

static void attack_once(struct attack *a)
{
	enum change change = chance(a, 3) ? CHANGE_ROWS : (enum change)chance(a, KINDS);
	const struct host *h = &a->hosts[chance(a, a->count - 1)];
	TEXT_CLEANUP batch = { 0 }, request = { 0 };

	whole_batch(a, h->id, &batch);
	change_batch(a, change, &batch);
	add_request(a, h, change, &batch, &request);
	unsigned status = exchange(a, &request, change == CHANGE_HTTP ? 20 : ANSWER_MS);
	if (change == CHANGE_HTTP && a->fd >= 0) /* what is left of it is no part of the next */
		leave(a);
	if (status >= 100 && status < STATUSES)
		(change == CHANGE_HTTP ? a->around : a->answered)[status]++;
	else
		a->broken++;
}

static void be_honest(struct attack *a)
{
	const struct host *h = &a->hosts[a->count - 1];
	TEXT_CLEANUP batch = { 0 }, request = { 0 };
	uint64_t begin_ns = clock_monotonic_ns();

	whole_batch(a, h->id, &batch);
	add_request(a, h, CHANGE_ROWS, &batch, &request);
	if (exchange(a, &request, ANSWER_MS) == 200)
		a->honest++;
	a->waited_ns = MAX(a->waited_ns, clock_monotonic_ns() - begin_ns);
}

static void tell_statuses(struct json *j, const char *name, const unsigned *counts)
{
	json_object_begin(j, name);
	for (unsigned s = 0; s < STATUSES; s++) {
		char status[8];
		snprintf(status, sizeof(status), "%u", s);
		if (counts[s])
			json_u64(j, status, counts[s]);
	}
	json_object_end(j);
}

static void tell(const struct attack *a)
{
	TEXT_CLEANUP out = { 0 };
	struct json j = JSON(&out, true);

	json_object_begin(&j, NULL);
	tell_statuses(&j, "answered", a->answered);
	tell_statuses(&j, "around", a->around);
	json_u64(&j, "broken", a->broken);
	json_u64(&j, "honest", a->honest);
	json_double(&j, "honest_waited_ms", (double)a->waited_ns / NS_PER_MS);
	json_object_end(&j);
	puts(out.bytes);
}

int main(int argc, char **argv)
{
	static struct attack a = { .fd = -1 };

	if (argc != 5)
		return 2;
	a.port = (unsigned)strtoul(argv[1], NULL, 10);
	a.chance = strtoull(argv[4], NULL, 10) | 1;
	a.now_ms = clock_unix_ms();
	read_hosts(&a, argv[2]);
	if (a.count < 2)
		return 2;
	for (unsigned long n = 0, count = strtoul(argv[3], NULL, 10); n < count; n++) {
		attack_once(&a);
		if (n % HONEST_EACH == 0)
			be_honest(&a);
	}
	tell(&a);
	return 0;
}
