/* Where kernel programs hang, a row each. Whether a row can be had is tried and not guessed from a version; what is not
 * attached says why, and what nobody tells without it. A row may be turned off by name (--without-hook, for tests), and
 * everything else must still do its work. */
#pragma once
#include "bpf/since.h"
#include "model/moment.h"

enum hook_kind {
	HOOK_TRACEPOINT, /* tp_btf: wherever BPF traces at all */
	HOOK_NAMED,      /* raw_tp: one that not every kernel has, which must not keep the others from being loaded */
	HOOK_RETURN,     /* fexit: where the kernel has trampolines; nothing else pays for it */
	HOOK_CALLS,      /* exits of system calls: each call of the machine then takes the slow way out */
};

struct hook {
	const char *id;   /* "state": one word, as doctor and --without-hook have it */
	const char *at;   /* the tracepoint or function of the kernel */
	const char *lost; /* what nobody tells without it */
	enum hook_kind kind;
};

/* For tests: rows that are not to be attached, by name, and how large tables are. */
struct hook_options {
	const char *const *off;
	size_t off_count;
	uint32_t table_rows; /* 0: the usual */
};

/* What became of a row. Its program's descriptor is the skeleton's, the link its owner's. */
struct hook_state {
	const struct hook *hook;
	int program;
	int link;  /* -1: it is not attached */
	int error; /* then why: errno, or one of these */
};

enum {
	HOOK_OFF = -1,
	HOOK_UNPROVEN = -2, /* it could be attached, and a trial did not run it */
};

bool hook_is_off(const struct hook *hook, const struct hook_options *options);
/* Attaches what can be attached, unless it is among those that are off, or was refused before. */
void hook_attach(struct hook_state *s, const struct hook *hook, int program, const struct hook_options *options);
void hook_detach(struct hook_state *s);
const char *hook_error_text(const struct hook_state *s); /* why it is not attached */
const char *hook_kind_name(enum hook_kind kind);         /* "tracepoint", "exits of system calls" */
/* How often the kernel left this program out, for it would have interrupted itself. Since 5.12; 0 before. */
uint64_t hook_misses(int program);

/* Why programs of this set could not be loaded or attached, after `err`: the kernel is too old to show `missing`, or
 * has refused. `what` is not seen then. */
struct gap hooks_refused(enum program_set set, int err, const char *what, const char *missing, struct arena *arena);

/* What programs like this one have cost on this host so far, whoever has attached them, as long as the kernel counts it
 * (sysctl kernel.bpf_stats_enabled); runs 0: it does not. */
struct hook_cost {
	uint64_t runs, ns;
};
struct hook_cost hook_cost_of(int program);
