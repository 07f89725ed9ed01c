/* What the kernel programs write, over two looks: every order and value, not only those of today's kernels.
 * Identities are few, so that records meet: one socket in both passes, one table in two tasks. Then the moment is
 * judged. In the input a byte chooses the record, one where the reading is cut; then come the members that are not
 * zero: offset and value of each. A zero hands on raw bytes. */
#include "fuzz.h"
#include "source/decode.h"
#include "view/check.h"

enum { RECORDS_BYTES = 8192, MEMBERS_MOST = 24, LOOK_ENDS = 6 };

static void narrow_socket(struct record_socket *r)
{
	r->cookie &= 15;
	r->netns &= 3;
	r->fd &= 15;
	if (r->flags & RECORD_V6)
		return;
	for (uint8_t *address = r->local; address <= r->peer; address += sizeof(r->local)) {
		memset(address, 0, 10);
		memset(address + 10, 0xff, 2);
	}
}

static void narrow_task(struct record_task *r)
{
	r->tgid &= 7;
	r->netns &= 3;
	r->files &= 0x1c0;
}

/* Appends one record, or raw bytes; returns how many. */
static size_t make_record(struct fuzz_input *in, uint8_t kind, char *ret)
{
	static const size_t sizes[] = {
		[RECORD_TASK] = sizeof(struct record_task),    [RECORD_HELD] = sizeof(struct record_socket),
		[RECORD_TABLE] = sizeof(struct record_socket), [RECORD_KNOWN] = offsetof(struct record_socket, cgroup),
		[RECORD_DOOR] = sizeof(struct record_door),
	};
	union {
		struct record_socket socket;
		struct record_task task;
		struct record_door door;
		char bytes[sizeof(struct record_socket) + sizeof(uint32_t)];
	} r = { 0 };
	size_t length = kind ? sizes[kind] : fuzz_number(in, 1) % sizeof(r);

	for (size_t members = fuzz_number(in, 1) % MEMBERS_MOST; members; members--) {
		size_t at = fuzz_number(in, 1) % sizeof(struct record_socket);
		uint32_t value = (uint32_t)fuzz_number(in, sizeof(value));
		memcpy(r.bytes + at, &value, sizeof(value));
	}
	if (kind)
		r.socket.kind = kind;
	if (kind == RECORD_TASK)
		narrow_task(&r.task);
	else if (kind == RECORD_HELD || kind == RECORD_TABLE || kind == RECORD_KNOWN)
		narrow_socket(&r.socket);
	memcpy(ret, &r, length);
	return length;
}

/* Feeds as bpf_iter_read() does: what is left of one piece comes before the next. */
static bool feed_look(struct fuzz_input *in, struct decoder *d)
{
	char buffer[RECORDS_BYTES];
	size_t kept = 0;

	while (in->length) {
		uint8_t kind = (uint8_t)(fuzz_number(in, 1) % (LOOK_ENDS + 1));
		if (kind == LOOK_ENDS)
			return true;
		size_t cut = fuzz_number(in, 1);
		kept += make_record(in, kind, buffer + kept);
		size_t told = kept - MIN(kept, cut & 1 ? cut : 0);
		ssize_t used = decoder_feed(d, buffer, told);
		if (used < 0)
			return false;
		if ((size_t)used > told)
			abort();
		kept -= (size_t)used;
		memmove(buffer, buffer + used, kept);
		if (kept > RECORDS_BYTES / 2)
			return false;
	}
	return true;
}

static bool look(struct fuzz_input *in, struct moment *m, struct doors *doors, bool second)
{
	struct decoder d;

	decoder_begin(&d, m, doors, NULL, second);
	decoder_table_begin(&d);
	bool whole = feed_look(in, &d);
	decoder_table_unseen(&d, 0);
	decoder_requests(&d, 0);
	decoder_end(&d, !whole);
	moment_derive(m);
	return whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	cleanup(moment_cleanup) struct moment *m = moment_new();
	struct doors doors;
	TEXT_CLEANUP json = { 0 };

	if (doors_open(&doors))
		return 0;
	m->host = m->boot_id = m->kernel = "";
	if (look(&in, m, &doors, false)) {
		m->window.ms = 1000;
		look(&in, m, &doors, true);
	}
	doors_close(&doors);
	cleanup(judgement_cleanup) struct judgement *j = judge(m);
	struct check_ground g = { .moment = m, .judgement = j, .request = &request_default };
	check_json(&json, &g);
	fuzz_expect_json(&json);
	return 0;
}
