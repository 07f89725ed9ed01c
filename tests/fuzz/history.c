/* Which commit brought a line, in a repository that somebody made for us: any objects, well-formed or not (a hash of
 * what they are is always right, so that they are read), any index, references, configuration and packs.
 *
 * In the input: the line, what is asked, then pieces: a kind, a length of two bytes, so many bytes. In an object \036
 * and \037 with a number stand for the name of that object, as text and as bytes. */
#include "fuzz.h"
#include "blame/history.h"
#include <fcntl.h>
#include <ftw.h>
#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <sys/stat.h>

enum { PIECES_MOST = 24, NAME_MOST = 512 };

/* Of pieces that are no objects: files below .git. */
static const char *const files[] = { "HEAD",
	                             "refs/heads/main",
	                             "index",
	                             "config",
	                             "packed-refs",
	                             "shallow",
	                             "info/attributes",
	                             "objects/info/alternates",
	                             "commondir",
	                             "objects/pack/pack-1111111111111111111111111111111111111111.pack",
	                             "objects/pack/pack-1111111111111111111111111111111111111111.idx" };
static const char *const folders[] = { "",           "/.git",         "/.git/refs",         "/.git/refs/heads",
	                               "/.git/info", "/.git/objects", "/.git/objects/info", "/.git/objects/pack" };

struct repository {
	char folder[128];
	git_odb *objects;
	git_oid names[PIECES_MOST];
	size_t count;
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	return remove(path);
}

static void write_file(const struct repository *r, const char *name, const uint8_t *bytes, size_t length)
{
	char path[NAME_MOST];

	snprintf(path, sizeof(path), "%s/.git/%s", r->folder, name);
	cleanup(cleanup_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		abort();
}

static void write_object(struct repository *r, git_object_t type, const struct text *body)
{
	if (r->count < PIECES_MOST &&
	    !git_odb_write(&r->names[r->count], r->objects, body->bytes ?: "", body->length, type))
		r->count++;
}

static void expand(const struct repository *r, const uint8_t *bytes, size_t length, struct text *to)
{
	char name[GIT_OID_HEXSZ + 1];

	for (size_t i = 0; i < length; i++) {
		const git_oid *id = i + 1 < length && r->count ? &r->names[bytes[i + 1] % r->count] : NULL;
		if (!id || (bytes[i] != 036 && bytes[i] != 037)) {
			text_add_char(to, (char)bytes[i]);
			continue;
		}
		if (bytes[i++] == 036)
			text_add(to, git_oid_tostr(name, sizeof(name), id));
		else
			text_add_bytes(to, (const char *)id->id, GIT_OID_RAWSZ);
	}
}

static void make_piece(struct repository *r, struct fuzz_input *in)
{
	static const git_object_t types[] = { GIT_OBJECT_BLOB, GIT_OBJECT_TREE, GIT_OBJECT_COMMIT, GIT_OBJECT_TAG };
	size_t kind = fuzz_number(in, 1) % (ARRAY_SIZE(types) + ARRAY_SIZE(files));
	size_t wanted = fuzz_number(in, 2), length = MIN(wanted, in->length);
	TEXT_CLEANUP body = { 0 };

	expand(r, in->bytes, length, &body);
	if (kind < ARRAY_SIZE(types))
		write_object(r, types[kind], &body);
	else
		write_file(r, files[kind - ARRAY_SIZE(types)], (const uint8_t *)body.bytes, body.length);
	in->bytes += length;
	in->length -= length;
}

static void make(struct repository *r, struct fuzz_input *in)
{
	char path[NAME_MOST];

	fuzz_path(r->folder, "history");
	nftw(r->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), "%s%s", r->folder, folders[i]);
		if (mkdir(path, 0700))
			abort();
	}
	snprintf(path, sizeof(path), "%s/.git/objects", r->folder);
	git_libgit2_init();
	if (git_odb_open(&r->objects, path))
		abort();
	for (size_t i = 0; i < PIECES_MOST && in->length; i++)
		make_piece(r, in);
	git_odb_free(r->objects);
}

static void expect_text(const char *text, size_t room)
{
	if (!memchr(text, '\0', room))
		abort();
}

static void check(const struct history_answer *a)
{
	expect_text(a->id, sizeof(a->id));
	expect_text(a->author, sizeof(a->author));
	expect_text(a->subject, sizeof(a->subject));
	expect_text(a->change, sizeof(a->change));
	expect_text(a->why, sizeof(a->why));
	if (a->found > HISTORY_UNCOMMITTED || (a->found == HISTORY_NOTHING && !*a->why))
		abort();
	for (size_t i = 0; i < MIN(a->between_count, (uint32_t)HISTORY_BETWEEN); i++) {
		expect_text(a->between[i].author, sizeof(a->between[i].author));
		expect_text(a->between[i].subject, sizeof(a->between[i].subject));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	struct history_question q = { .path = "shop.py", .line = (uint32_t)fuzz_number(&in, 1) };
	uint8_t asked = (uint8_t)fuzz_number(&in, 1);
	struct repository r = { 0 };
	char revision[HISTORY_ID];
	struct history_answer *a = calloc(1, sizeof(*a));

	make(&r, &in);
	q.repository = r.folder;
	q.by_suffix = asked & 1;
	q.change = asked & 2;
	q.bytes = asked & 4 ? "one\ntwo\n" : NULL;
	q.length = q.bytes ? strlen(q.bytes) : 0;
	q.to_s = asked & 8 ? INT64_MAX : 0;
	if (asked & 16 && r.count)
		q.revision = git_oid_tostr(revision, sizeof(revision), &r.names[r.count - 1]);
	history_ask(&q, a);
	check(a);
	free(a);
	return 0;
}
