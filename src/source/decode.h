/* From the kernel programs' records to a moment: joins holders to sockets and the two passes by cookie.
 * Cookies are unique on the whole host, TIME_WAIT included (Linux 5.4 and later: net/core/sock_diag.c). */
#pragma once
#include "bpf/record.h"
#include "doors.h"
#include "model/sequence.h"
#include "model/window.h"

/* What two sets of cookies are compared by, in whatever order they come. */
struct tally {
	uint64_t count, sum, squares;
};

struct decoder {
	struct moment *moment;
	struct doors *doors;
	const struct fleet_key *fleet_key; /* NULL: sequence numbers are dropped */
	struct look look;
	ARRAY(struct tally) held; /* sockets that descriptors showed, by index of the namespace */
	ARRAY(uint64_t) known;    /* cookies of the sockets with a file that the table showed */
	struct tally known_tally;
	ARRAY(uint64_t) tables; /* keys of the descriptor tables told so far */
	struct index table_index;
	ARRAY(uint64_t) requests; /* half-open connections of held listeners, by index of the namespace */
	uint64_t tick_ns, boot_offset_ns;
	uint32_t process;            /* of the RECORD_TASK that came last */
	bool skip_task;              /* its table was told already, by another task */
	uint32_t netns, netns_inode; /* the last namespace, for it is mostly the next one's, too */
};

/* From the kernel's number of a state. */
enum tcp_state decode_state(uint8_t state);
/* `doors` takes the ways into namespaces that the records tell; `fleet_key` may be NULL. */
void decoder_begin(struct decoder *d, struct moment *m, struct doors *doors, const struct fleet_key *fleet_key,
                   bool second);
/* Takes whole records out of `bytes`; returns how many bytes were used. A record of an unknown kind is
 * -EPROTO: programs and tool are of different builds. */
ssize_t decoder_feed(struct decoder *d, const char *bytes, size_t length);
/* Around the pass over one namespace's table: was there a socket with a file that no descriptor showed? */
void decoder_table_begin(struct decoder *d);
bool decoder_table_unseen(const struct decoder *d, uint32_t netns);
uint64_t decoder_requests(const struct decoder *d, uint32_t netns);
void decoder_end(struct decoder *d, bool failed);
