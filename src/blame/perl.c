#include "interpreter.h"
#include "own.h"

/* From the headers of the version (lib/perl5/CORE: intrpvar.h, cop.h, cv.h, gv.h, hv.h), built with ithreads. The
 * interpreter is copied from its curcop on, and each context of its stack of calls: struct context. */
enum {
	KNOWN_MINOR = 36, /* 5.36.0, Debian 12; lines proved with it */
	INTERPRETER_COP = 0xd0,
	INTERPRETER_STACK_INFO = 0xe0,
	LEAD_COP = 0, /* the statement that runs */
	LEAD_STACK = 0xd8 - INTERPRETER_COP,
	LEAD_MAIN_STACK = 0xe8 - INTERPRETER_COP,
	INFO_CONTEXTS = 8,
	INFO_INDEX = 0x20,
	CONTEXT_BYTES = 0x68,
	CONTEXT_COP = 0x10, /* the statement that called */
	CONTEXT_SUB = 0x48,
	CONTEXT_TYPE = 15, /* mask of its first byte */
	CONTEXT_IS_SUB = 9,
	CONTEXT_IS_FORMAT = 10,
	CONTEXT_IS_EVAL = 11,
	COP_LINE = 0x24,
	COP_FILE = 0x30,
	SV_FLAGS = 12,
	SV_HAS_NAME = 0x2000000, /* of a stash: SVf_OOK, there is a struct xpvhv_aux */
	SUB_STASH = 32,
	SUB_NAME = 56, /* a GV, or the name itself */
	SUB_FLAGS = 92,
	SUB_NAMED = 0x8000,
	GLOB_NAME = 32,
	GLOB_STASH = 40,
	STASH_AUX = 32, /* its name, or a list of names; and how many, if it is one */
	STASH_NAME_COUNT = STASH_AUX + 28,
	HEK_LENGTH = 4,
	HEK_TEXT = 8,
};

/* glibc describes its own thread for debuggers: size in bits, count, offset of a member. */
static int glibc_member(const struct interpreter_place *place, const char *symbol, uint32_t *ret_offset)
{
	enum { OFFSET_MOST = 1 << 16 };
	uint64_t at;
	uint32_t words[3];

	if (symbols_find_of_libc(place->symbols, symbol, &at) || memory_read(place->memory, at, words, sizeof(words)) ||
	    words[2] > OFFSET_MOST)
		return -ENOENT;
	*ret_offset = words[2];
	return 0;
}

/* The interpreter of a thread is kept under a key of its own (pthread_getspecific). */
static int find_slot(const struct interpreter_place *place, uint32_t key, struct record_walk *ret)
{
	enum { BLOCK = 32, KEYS_MOST = 1024, PAIR = 16, PAIR_DATA = 8 };
	uint32_t blocks, pairs;

	if (key >= KEYS_MOST || glibc_member(place, "_thread_db_pthread_specific", &blocks) ||
	    glibc_member(place, "_thread_db_pthread_key_data_level2_data", &pairs))
		return -ENOENT;
	ret->path[0] = blocks + key / BLOCK * (uint32_t)sizeof(uint64_t);
	ret->path[1] = pairs + key % BLOCK * PAIR + PAIR_DATA;
	return 0;
}

static int find(const struct interpreter_place *place, struct interpreter *ret)
{
	uint64_t version_at, key_at;
	uint32_t key;
	uint8_t version;

	if (symbols_find(place->symbols, "PL_version", &version_at) ||
	    memory_read(place->memory, version_at, &version, sizeof(version)))
		return interpreter_refuse(ret, "this Perl does not tell its version: PL_version is needed");
	ret->perl.minor = version;
	snprintf(ret->version, sizeof(ret->version), "5.%u", version);
	if (version != KNOWN_MINOR)
		return interpreter_refuse(ret, "this version of Perl is not known here: its offsets would be needed");
	if (symbols_find(place->symbols, "PL_thr_key", &key_at) ||
	    memory_read(place->memory, key_at, &key, sizeof(key)))
		return interpreter_refuse(ret, "a Perl that is built without ithreads: its frames are not read yet");
	ret->walk = (struct record_walk){
		.flags = WALK_FROM_THREAD | WALK_LEAD | WALK_ARRAY | WALK_INDEXED,
		.steps = 4,
		.path = { 0, 0, INTERPRETER_STACK_INFO, INFO_CONTEXTS },
		.lead_after = 2,
		.lead_at = INTERPRETER_COP,
		.index_at = INFO_INDEX,
		.stride = CONTEXT_BYTES,
	};
	if (find_slot(place, key, &ret->walk))
		return interpreter_refuse(
		        ret, "Perl on a C library that does not tell where threads keep their keys (glibc does)");
	return 0;
}

static void read_key(const struct memory *m, uint64_t hek, char *to, size_t room)
{
	uint8_t head[HEK_TEXT];

	*to = '\0';
	if (hek && !memory_read(m, hek, head, sizeof(head)) && (int32_t)half_at(head, HEK_LENGTH) > 0)
		memory_bytes(m, hek + HEK_TEXT, half_at(head, HEK_LENGTH), to, room);
}

/* The package that a stash is. */
static void read_package(const struct memory *m, uint64_t stash, char *to, size_t room)
{
	uint64_t body = memory_u64(m, stash), name;
	uint32_t flags = 0, names = 0;

	*to = '\0';
	if (!body || memory_read(m, stash + SV_FLAGS, &flags, sizeof(flags)) || !(flags & SV_HAS_NAME) ||
	    memory_read(m, body + STASH_NAME_COUNT, &names, sizeof(names)))
		return;
	name = memory_u64(m, body + STASH_AUX);
	read_key(m, names ? memory_u64(m, name) : name, to, room);
}

static void read_sub(const struct memory *m, uint64_t sub, struct frame *f)
{
	uint64_t body = memory_u64(m, sub), name = memory_u64(m, body + SUB_NAME);
	char package[STACK_FUNCTION] = "", key[STACK_FUNCTION] = "";
	uint32_t flags = 0;

	if (!body || memory_read(m, body + SUB_FLAGS, &flags, sizeof(flags)))
		return;
	if (flags & SUB_NAMED) {
		read_package(m, memory_u64(m, body + SUB_STASH), package, sizeof(package));
		read_key(m, name, key, sizeof(key));
	} else {
		uint64_t glob = memory_u64(m, name);
		read_package(m, glob ? memory_u64(m, glob + GLOB_STASH) : 0, package, sizeof(package));
		read_key(m, glob ? memory_u64(m, glob + GLOB_NAME) : 0, key, sizeof(key));
	}
	if (*key)
		snprintf(f->function, sizeof(f->function), "%.60s%s%.64s", package, *package ? "::" : "", key);
}

/* A statement; false: it has no file. */
static bool read_statement(const struct memory *m, uint64_t cop, struct frame *ret)
{
	*ret = (struct frame){ 0 };
	if (!cop || memory_read(m, cop + COP_LINE, &ret->line, sizeof(ret->line)))
		return false;
	memory_text(m, memory_u64(m, cop + COP_FILE), ret->file, sizeof(ret->file));
	return *ret->file != '\0';
}

/* What runs beside any sub: a file, or a text that is evaluated. */
static void name_file(struct frame *f, const char *name)
{
	snprintf(f->function, sizeof(f->function), "%s", name);
}

/* A context ends the frame that ran in it, and has the statement that its caller stood at. An eval {} is no frame: its
 * statements are its sub's. One of a file or a text is, for it has statements of another file. */
static bool ends_frame(const struct memory *m, const struct record_node *node, struct frame *f, uint64_t caller)
{
	unsigned type = node->bytes[0] & CONTEXT_TYPE;
	struct frame before;

	if (type == CONTEXT_IS_SUB || type == CONTEXT_IS_FORMAT) {
		read_sub(m, word_at(node->bytes, CONTEXT_SUB), f);
		return true;
	}
	if (type != CONTEXT_IS_EVAL || !read_statement(m, caller, &before) || streq(before.file, f->file))
		return false;
	name_file(f, "(eval)");
	return true;
}

/* What is on another stack than the main one (a signal's handler, a sort, an overloaded operator) was called from where
 * that does not tell. */
static size_t read_all(const struct interpreter *in, const struct memory *m, const struct record_capture *c,
                       struct frame *ret, size_t most)
{
	const uint8_t *lead = c->lead.bytes;
	bool whole = word_at(lead, LEAD_STACK) == word_at(lead, LEAD_MAIN_STACK) && !(c->flags & CAPTURE_CUT);
	uint64_t cop = word_at(lead, LEAD_COP);
	size_t count = 0;

	if (!(c->flags & CAPTURE_LED) || !most || !read_statement(m, cop, &ret[0]))
		return 0;
	for (size_t i = 0; i < interpreter_nodes(c) && count + 1 < most; i++) {
		uint64_t caller = word_at(c->body.nodes[i].bytes, CONTEXT_COP);
		if (!ends_frame(m, &c->body.nodes[i], &ret[count], caller))
			continue;
		count++;
		if (!read_statement(m, caller, &ret[count]))
			return count;
	}
	if (!whole)
		return count;
	name_file(&ret[count], "<main>");
	return count + 1;
}

const struct interpreter_kind interpreter_perl = {
	.name = "perl", .known = "5.36 with ithreads", .find = find, .read = read_all, .judge = own_judge_perl
};
