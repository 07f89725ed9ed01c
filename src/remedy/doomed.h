/* One socket that is to go, with what must still be true of it at that moment: the state, the data and the holders that
 * it was seen with just before. Whatever has moved since saves it. */
#pragma once
#include "bpf/record.h"
#include "model/moment.h"

struct doomed {
	const struct socket *socket; /* as it was seen last; the moment's */
	uint64_t netns_cookie;       /* of its namespace; 0: this kernel does not tell */
	uint32_t references;         /* descriptors that were seen; 0: none */
	bool references_known;       /* all there are were seen */
	uint32_t pid, fd;            /* the first holder's; pid 0: none */
	uint64_t start_boot_ns;      /* of that process */
	enum record_answer answer;
	int error; /* errno, where it failed */
};

/* Fills all but the answer. */
void doomed_fill(struct doomed *d, const struct moment *m, const struct socket *s, uint64_t netns_cookie);
/* What `now` says against it, or ANSWER_FITS: nothing does. */
enum record_answer doomed_judge(const struct doomed *d, const struct socket *now);
