#include "history.h"
#include "base/memory.h"
#include <git2.h>

enum { COMMITS_MOST = 50000 };

static void cleanup_repository(git_repository **r)
{
	git_repository_free(*r);
}

static void cleanup_blame(git_blame **b)
{
	git_blame_free(*b);
}

static void cleanup_walk(git_revwalk **w)
{
	git_revwalk_free(*w);
}

static void say(struct history_answer *a, const char *why)
{
	snprintf(a->why, sizeof(a->why), "%s", why);
}

static void say_error(struct history_answer *a, const char *what)
{
	const git_error *e = git_error_last();

	snprintf(a->why, sizeof(a->why), "%s: %s", what, e && e->message ? e->message : "no reason was told");
}

/* So many bytes of both paths are the same at their ends, counted in whole words. */
static size_t suffix_length(const char *a, const char *b)
{
	size_t x = strlen(a), y = strlen(b), same = 0;

	for (size_t i = 1; i <= x && i <= y && a[x - i] == b[y - i]; i++)
		if ((i == x || a[x - i - 1] == '/') && (i == y || b[y - i - 1] == '/'))
			same = i;
	return same;
}

/* The file of the index whose path ends most like that. Two that do so equally are none. */
static const char *find_by_suffix(git_index *index, const char *path, struct history_answer *a)
{
	const char *best = NULL;
	size_t most = 0;
	bool several = false;

	for (size_t i = 0; i < git_index_entrycount(index); i++) {
		const git_index_entry *e = git_index_get_byindex(index, i);
		size_t length = e ? suffix_length(e->path, path) : 0;
		several = (several && length <= most) || (length && length == most);
		if (length <= most)
			continue;
		most = length;
		best = e->path;
	}
	if (!best)
		say(a, "the repository has no file of that name");
	else if (several)
		say(a, "several files of the repository could be this one: name its folder with --repo DIR=PREFIX");
	return several ? NULL : best;
}

/* In the repository; NULL: not found, and said. */
static char *find_path(git_repository *r, const struct history_question *q, struct history_answer *a)
{
	const char *folder = git_repository_workdir(r), *path = q->path;
	git_index *index = NULL;

	if (q->by_suffix) {
		path = git_repository_index(&index, r) ? NULL : find_by_suffix(index, q->path, a);
		if (!index)
			say_error(a, "the index of the repository cannot be read");
	} else if (*path == '/') {
		path = folder && starts_with(path, folder) ? path + strlen(folder) : NULL;
		if (!path)
			say(a, "the file is not in the working tree of that repository");
	}
	char *copy = path ? memory_strdup(path) : NULL;
	git_index_free(index);
	return copy;
}

static bool has_bytes(git_repository *r, const git_oid *commit, const char *path, const git_oid *wanted)
{
	git_commit *c = NULL;
	git_tree *tree = NULL;
	git_tree_entry *entry = NULL;
	bool same = !git_commit_lookup(&c, r, commit) && !git_commit_tree(&tree, c) &&
	            !git_tree_entry_bypath(&entry, tree, path) && git_oid_equal(git_tree_entry_id(entry), wanted);

	git_tree_entry_free(entry);
	git_tree_free(tree);
	git_commit_free(c);
	return same;
}

/* What the program says of itself, if this repository has it. */
static bool find_revision(git_repository *r, const struct history_question *q, const char *path, git_oid *ret)
{
	git_commit *c = NULL;
	git_tree *tree = NULL;
	git_tree_entry *entry = NULL;
	bool found = q->revision && *q->revision && !git_oid_fromstr(ret, q->revision) &&
	             !git_commit_lookup(&c, r, ret) && !git_commit_tree(&tree, c) &&
	             !git_tree_entry_bypath(&entry, tree, path);

	git_tree_entry_free(entry);
	git_tree_free(tree);
	git_commit_free(c);
	return found;
}

/* The newest commit that this walk comes to and whose version of the file is what runs. */
static bool find_bytes(git_repository *r, git_revwalk *walk, const char *path, const git_oid *wanted, unsigned *left,
                       git_oid *ret)
{
	git_oid commit;

	for (; *left && !git_revwalk_next(&commit, walk); --*left) {
		if (!has_bytes(r, &commit, path, wanted))
			continue;
		*ret = commit;
		return true;
	}
	return false;
}

/* What HEAD has comes first; then what other branches have, and tags. */
static bool find_version(git_repository *r, const struct history_question *q, const char *path, unsigned *left,
                         git_oid *ret)
{
	static const char *const others[] = { "heads", "tags", "remotes" };
	cleanup(cleanup_walk) git_revwalk *walk = NULL;
	git_oid wanted;

	if (!q->bytes || git_odb_hash(&wanted, q->bytes, q->length, GIT_OBJECT_BLOB) || git_revwalk_new(&walk, r))
		return false;
	git_revwalk_sorting(walk, GIT_SORT_TIME);
	if (!git_revwalk_push_head(walk) && find_bytes(r, walk, path, &wanted, left, ret))
		return true;
	git_revwalk_reset(walk);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		(void)git_revwalk_push_glob(walk, others[i]);
	(void)git_revwalk_hide_head(walk);
	return find_bytes(r, walk, path, &wanted, left, ret);
}

/* What runs is the file of the working tree, as it is now. */
static bool is_work_tree(git_repository *r, const struct history_question *q, const char *path)
{
	const char *folder = git_repository_workdir(r);
	git_oid runs, here;
	char name[4096];

	return q->bytes && folder && snprintf(name, sizeof(name), "%s%s", folder, path) < (int)sizeof(name) &&
	       !git_odb_hash(&runs, q->bytes, q->length, GIT_OBJECT_BLOB) &&
	       !git_odb_hashfile(&here, name, GIT_OBJECT_BLOB) && git_oid_equal(&runs, &here);
}

/* No commit was found that has this line: only where the file was changed here it is known that none ever had. */
static void say_uncommitted(git_repository *r, const struct history_question *q, const char *path, bool all,
                            struct history_answer *a)
{
	if (is_work_tree(r, q, path))
		a->found = HISTORY_UNCOMMITTED;
	else if (all)
		say(a, "no commit that this repository has holds this version of the file");
	else
		snprintf(a->why, sizeof(a->why), "none of %d commits, the newest, holds this version of the file",
		         COMMITS_MOST);
}

static void fill_commit(git_repository *r, const git_oid *id, struct history_answer *a)
{
	git_commit *c = NULL;
	git_oid head;
	size_t ahead = 0, behind = 0;

	if (git_commit_lookup(&c, r, id)) {
		say_error(a, "the commit of this line cannot be read");
		return;
	}
	const git_signature *author = git_commit_author(c);
	a->found = HISTORY_COMMIT;
	git_oid_tostr(a->id, sizeof(a->id), id);
	snprintf(a->author, sizeof(a->author), "%s", author ? author->name : "");
	snprintf(a->subject, sizeof(a->subject), "%s", git_commit_summary(c) ?: "");
	a->unix_s = author ? author->when.time : git_commit_time(c);
	a->offset_min = author ? author->when.offset : 0;
	if (!git_reference_name_to_id(&head, r, "HEAD") && !git_graph_ahead_behind(&ahead, &behind, r, &head, id))
		a->behind = (uint32_t)ahead;
	git_commit_free(c);
}

/* Each line with the commit that brought it; what no commit has gets none. */
static int blame_line(git_repository *r, const struct history_question *q, const char *path, unsigned *left,
                      git_blame **ret)
{
	git_blame_options options = GIT_BLAME_OPTIONS_INIT;
	git_oid version;
	bool committed = find_revision(r, q, path, &version) || find_version(r, q, path, left, &version);

	if (committed || !q->bytes)
		options.min_line = options.max_line = q->line;
	if (committed)
		options.newest_commit = version;
	git_blame *file = NULL;
	int err = git_blame_file(&file, r, path, &options);
	if (err || committed || !q->bytes) {
		*ret = file;
		return err;
	}
	err = git_blame_buffer(ret, file, q->bytes, q->length);
	git_blame_free(file);
	return err;
}

/* NUL bytes would end the text. */
static int add_line(const git_diff_delta *delta, const git_diff_hunk *hunk, const git_diff_line *line, void *answer)
{
	bool marked = line->origin == ' ' || line->origin == '+' || line->origin == '-';
	struct history_answer *a = answer;
	size_t used = strlen(a->change), length = line->content_len + marked;

	if (used + length >= sizeof(a->change)) {
		a->change_cut = true;
		return GIT_EUSER;
	}
	if (marked)
		a->change[used++] = line->origin;
	for (size_t i = 0; i < line->content_len; i++)
		a->change[used++] = line->content[i] ?: ' ';
	a->change[used] = '\0';
	return 0;
}

/* Against its first parent; the first commit of all has changed everything. */
static void fill_change(git_repository *r, const git_oid *id, const char *path, struct history_answer *a)
{
	git_diff_options options = GIT_DIFF_OPTIONS_INIT;
	git_tree *tree = NULL, *before = NULL;
	git_commit *c = NULL, *parent = NULL;
	char *paths[] = { (char *)path };
	git_diff *diff = NULL;

	options.pathspec = (git_strarray){ paths, 1 };
	options.flags |= GIT_DIFF_DISABLE_PATHSPEC_MATCH;
	if (!git_commit_lookup(&c, r, id) && !git_commit_tree(&tree, c) &&
	    (!git_commit_parentcount(c) || (!git_commit_parent(&parent, c, 0) && !git_commit_tree(&before, parent))) &&
	    !git_diff_tree_to_tree(&diff, r, before, tree, &options))
		(void)git_diff_print(diff, GIT_DIFF_FORMAT_PATCH, add_line, a);
	git_diff_free(diff);
	git_tree_free(before);
	git_tree_free(tree);
	git_commit_free(parent);
	git_commit_free(c);
}

static void ask_repository(git_repository *r, const struct history_question *q, const char *path,
                           struct history_answer *a)
{
	cleanup(cleanup_blame) git_blame *blame = NULL;
	unsigned left = COMMITS_MOST;

	if (blame_line(r, q, path, &left, &blame)) {
		say_error(a, "git knows no history of this file");
		return;
	}
	const git_blame_hunk *hunk = git_blame_get_hunk_byline(blame, q->line);
	if (!hunk)
		say(a, "that version of the file has no such line");
	else if (git_oid_is_zero(&hunk->final_commit_id))
		say_uncommitted(r, q, path, left > 0, a);
	else
		fill_commit(r, &hunk->final_commit_id, a);
	if (q->change && a->found == HISTORY_COMMIT)
		fill_change(r, &hunk->final_commit_id, hunk->orig_path ?: path, a);
}

static void add_between(git_commit *c, struct history_answer *a)
{
	const git_signature *author = git_commit_author(c);
	struct history_between *to = a->between + a->between_count;

	if (a->between_count++ >= HISTORY_BETWEEN)
		return;
	git_oid_tostr(to->id, sizeof(to->id), git_commit_id(c));
	snprintf(to->author, sizeof(to->author), "%s", author ? author->name : "");
	snprintf(to->subject, sizeof(to->subject), "%s", git_commit_summary(c) ?: "");
	to->unix_s = git_commit_time(c);
}

/* The object of that path in the tree of a commit; zero: it is not there. */
static git_oid object_at(git_commit *c, const char *path)
{
	git_tree *tree = NULL;
	git_tree_entry *entry = NULL;
	git_oid id = { 0 };

	if (c && !git_commit_tree(&tree, c) && !git_tree_entry_bypath(&entry, tree, path))
		id = *git_tree_entry_id(entry);
	git_tree_entry_free(entry);
	git_tree_free(tree);
	return id;
}

/* Against each of its parents: a merge that has it from one of them brought nothing. */
static bool changes_path(git_commit *c, const char *path)
{
	git_oid is = object_at(c, path), was = { 0 };
	unsigned parents = git_commit_parentcount(c);
	bool changed = parents || !git_oid_is_zero(&is);

	for (unsigned i = 0; i < parents && changed; i++) {
		git_commit *parent = NULL;
		was = git_commit_parent(&parent, c, i) ? is : object_at(parent, path);
		changed = !git_oid_equal(&is, &was);
		git_commit_free(parent);
	}
	return changed;
}

/* Of what HEAD has, by the times of the commits. */
static void fill_between(git_repository *r, const struct history_question *q, const char *path,
                         struct history_answer *a)
{
	cleanup(cleanup_walk) git_revwalk *walk = NULL;
	unsigned left = COMMITS_MOST;
	git_oid id;

	if (!q->to_s || git_revwalk_new(&walk, r))
		return;
	git_revwalk_sorting(walk, GIT_SORT_TIME);
	if (git_revwalk_push_head(walk))
		return;
	for (bool older = false; !older && left-- && !git_revwalk_next(&id, walk);) {
		git_commit *c = NULL;
		if (git_commit_lookup(&c, r, &id))
			return;
		older = git_commit_time(c) <= q->from_s;
		if (!older && git_commit_time(c) <= q->to_s && changes_path(c, path))
			add_between(c, a);
		git_commit_free(c);
	}
}

/* No file of any user's or the system's configuration, and whoever owns the repository. */
static void keep_apart(void)
{
	static const int levels[] = { GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
		                      GIT_CONFIG_LEVEL_GLOBAL };

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
}

void history_ask(const struct history_question *q, struct history_answer *ret)
{
	cleanup(cleanup_repository) git_repository *r = NULL;

	*ret = (struct history_answer){ 0 };
	git_libgit2_init();
	keep_apart();
	if (git_repository_open_ext(&r, q->repository, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL)) {
		say_error(ret, "the repository cannot be read");
	} else {
		cleanup(cleanup_free) char *path = find_path(r, q, ret);
		if (path) {
			ask_repository(r, q, path, ret);
			fill_between(r, q, path, ret);
		}
	}
}
