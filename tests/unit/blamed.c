/* Which commit brought a line, at the version that runs. */
#include "unit.h"
#include "blame/history.h"
#include <fcntl.h>
#include <ftw.h>
#include <git2.h>

/* A repository with one file, in two versions, and one more on a branch. */
struct made {
	char folder[64];
	char first[HISTORY_ID], second[HISTORY_ID], release[HISTORY_ID];
};

static void commit(git_repository *r, const char *ref, const char *text, const char *subject, const git_oid *parent,
                   git_oid *ret)
{
	git_oid blob, tree;
	git_treebuilder *builder;
	git_tree *made;
	git_signature *author;
	git_commit *before = NULL;

	assert_int_equal(git_blob_create_from_buffer(&blob, r, text, strlen(text)), 0);
	assert_int_equal(git_treebuilder_new(&builder, r, NULL), 0);
	assert_int_equal(git_treebuilder_insert(NULL, builder, "shop.go", &blob, GIT_FILEMODE_BLOB), 0);
	assert_int_equal(git_treebuilder_write(&tree, builder), 0);
	assert_int_equal(git_tree_lookup(&made, r, &tree), 0);
	assert_int_equal(git_signature_new(&author, "Ann", "ann@example.com", parent ? 2000 : 1000, 0), 0);
	if (parent)
		assert_int_equal(git_commit_lookup(&before, r, parent), 0);
	const git_commit *parents[] = { before };
	assert_int_equal(git_commit_create(ret, r, ref, author, author, NULL, subject, made, parent != NULL, parents),
	                 0);
	git_commit_free(before);
	git_signature_free(author);
	git_tree_free(made);
	git_treebuilder_free(builder);
}

static int make(void **state)
{
	struct made *m = calloc(1, sizeof(*m));
	git_repository *r;
	git_oid first, second, release;

	snprintf(m->folder, sizeof(m->folder), "/tmp/unfin-history.XXXXXX");
	assert_non_null(mkdtemp(m->folder));
	git_libgit2_init();
	assert_int_equal(git_repository_init(&r, m->folder, 0), 0);
	commit(r, "HEAD", "one\ntwo\n", "the first", NULL, &first);
	commit(r, "HEAD", "new\none\ntwo\n", "the second", &first, &second);
	commit(r, "refs/heads/release", "one, mended\ntwo\n", "a release's own", &first, &release);
	git_oid_tostr(m->first, sizeof(m->first), &first);
	git_oid_tostr(m->second, sizeof(m->second), &second);
	git_oid_tostr(m->release, sizeof(m->release), &release);
	git_repository_free(r);
	*state = m;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	return remove(path);
}

static int unmake(void **state)
{
	struct made *m = *state;

	nftw(m->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(m);
	git_libgit2_shutdown();
	return 0;
}

static struct history_answer ask(const struct made *m, const char *revision, const char *bytes, uint32_t line)
{
	struct history_question q = { .repository = m->folder, .path = "shop.go", .line = line, .revision = revision };
	struct history_answer a;

	q.bytes = bytes;
	q.length = bytes ? strlen(bytes) : 0;
	history_ask(&q, &a);
	return a;
}

static void expect_commit(const struct history_answer *a, const char *id, uint32_t behind)
{
	assert_int_equal(a->found, HISTORY_COMMIT);
	assert_string_equal(a->id, id);
	assert_int_equal(a->behind, behind);
}

static void the_revision_that_was_built_is_the_one_that_is_blamed(void **state)
{
	const struct made *m = *state;
	struct history_answer at_head = ask(m, NULL, NULL, 1), at_first = ask(m, m->first, NULL, 1),
	                      both = ask(m, m->first, "new\none\ntwo\n", 1);

	expect_commit(&at_head, m->second, 0);
	expect_commit(&at_first, m->first, 1);
	expect_commit(&both, m->first, 1); /* the file beside the program may be a newer one */
}

static void a_revision_that_is_not_there_is_none(void **state)
{
	const struct made *m = *state;
	struct history_answer unknown = ask(m, "0123456789012345678901234567890123456789", NULL, 1),
	                      broken = ask(m, "main", "one\ntwo\n", 1);

	expect_commit(&unknown, m->second, 0);
	expect_commit(&broken, m->first, 1); /* by its bytes */
}

static void a_version_of_another_branch_is_found(void **state)
{
	const struct made *m = *state;
	struct history_answer mended = ask(m, NULL, "one, mended\ntwo\n", 1),
	                      kept = ask(m, NULL, "one, mended\ntwo\n", 2);

	expect_commit(&mended, m->release, 1);
	expect_commit(&kept, m->first, 1);
}

/* Else it may have been committed elsewhere. */
static void only_a_change_in_the_work_tree_is_not_committed(void **state)
{
	const struct made *m = *state;
	const char *text = "of nobody\none\ntwo\n";
	struct history_answer away = ask(m, NULL, text, 1);
	char path[128];

	snprintf(path, sizeof(path), "%s/shop.go", m->folder);
	cleanup(cleanup_fclose) FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fflush(f);
	struct history_answer here = ask(m, NULL, text, 1), other = ask(m, NULL, text, 2);

	assert_int_equal(away.found, HISTORY_NOTHING);
	assert_string_equal(away.why, "no commit that this repository has holds this version of the file");
	assert_int_equal(here.found, HISTORY_UNCOMMITTED);
	expect_commit(&other, m->first, 1);
}

/* Also where nothing is found, it says why. */
static void what_is_broken_is_said(void **state)
{
	const struct made *m = *state;
	struct history_question q = { .repository = m->folder, .path = "/srv/shop.go", .by_suffix = true, .line = 1 };
	struct history_answer a;
	char path[128];

	snprintf(path, sizeof(path), "%s/.git/index", m->folder);
	cleanup(cleanup_fclose) FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs("no index", f);
	fflush(f);
	history_ask(&q, &a);
	assert_int_equal(a.found, HISTORY_NOTHING);
	assert_true(starts_with(a.why, "the index of the repository cannot be read: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(the_revision_that_was_built_is_the_one_that_is_blamed),
		                            TEST(a_revision_that_is_not_there_is_none),
		                            TEST(a_version_of_another_branch_is_found),
		                            TEST(only_a_change_in_the_work_tree_is_not_committed),
		                            TEST(what_is_broken_is_said) };

	return cmocka_run_group_tests(tests, make, unmake);
}
