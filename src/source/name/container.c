#include "container.h"
#include "base/file.h"
#include "base/foreign.h"
#include "model/process.h"
#include <errno.h>
#include <jansson.h>
#include <unistd.h>

enum { JSON_BYTES = 1024 * 1024, PATH_BYTES = 1024, ID_LENGTH = 64 };

struct search {
	int place; /* the runtime's own directory, of the host or in a user's home */
	uid_t owner;
	const char *id;
	struct arena *arena;
	struct container *found;
	int err; /* the first one that is more than "no such file" */
};

static void keep_error(struct search *s, int err)
{
	if (err && err != -ENOENT && err != -ENOTDIR && !s->err)
		s->err = err;
}

static void cleanup_json(json_t **j)
{
	json_decref(*j);
}

/* NULL if there is none, or it is not what it should be. */
static json_t *container_load(struct search *s, const char *path)
{
	TEXT_CLEANUP text = { 0 };
	int err = foreign_read(s->place, path, s->owner, JSON_BYTES, &text);
	json_t *tree = err ? NULL : json_loadb(text.bytes, text.length, 0, NULL);

	keep_error(s, err ? err : tree ? 0 : -EBADMSG);
	return tree;
}

/* The first of these members that is a text; `names` ends with NULL. */
static const char *member(const json_t *object, const char *const *names)
{
	for (; *names; names++) {
		const char *value = json_string_value(json_object_get(object, *names));
		if (value && *value)
			return value;
	}
	return NULL;
}

/* Either may be NULL or empty. A name may be the number itself, and a number may stand behind a name. */
static void take_image(struct search *s, const char *name, const char *id)
{
	static const char kind[] = "sha256:";
	TEXT_CLEANUP t = { 0 };

	const char *digits = id ? strstr(id, kind) : NULL;

	id = digits ? digits + strlen(kind) : id ?: "";
	if (name && *name && !starts_with(name, kind))
		text_add(&t, name);
	if (*id)
		text_printf(&t, t.length ? " (%.*s)" : "%.*s", CONTAINER_ID_SHOWN, id);
	if (t.length)
		s->found->image = arena_strdup(s->arena, t.bytes);
}

/* Labels of docker, annotations of containerd, cri-o and nerdctl: kubelet's words, and each one's own. */
static void take_labels(struct search *s, const json_t *labels)
{
	static const char *const names[] = { "io.kubernetes.cri.container-name", "io.kubernetes.container.name",
		                             "nerdctl/name", NULL };
	static const char *const pods[] = { "io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name", NULL };
	static const char *const spaces[] = { "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace",
		                              NULL };
	const char *name = member(labels, names), *pod = member(labels, pods), *space = member(labels, spaces);

	if (name)
		s->found->name = arena_strdup(s->arena, name);
	if (pod)
		s->found->pod = arena_printf(s->arena, "%s%s%s", space ? space : "", space ? "/" : "", pod);
}

static void take_docker(struct search *s, const char *path)
{
	cleanup(cleanup_json) json_t *config = container_load(s, path);
	const char *name = json_string_value(json_object_get(config, "Name"));
	const json_t *asked = json_object_get(config, "Config");

	if (name)
		s->found->name = arena_strdup(s->arena, name + (*name == '/'));
	take_image(s, json_string_value(json_object_get(asked, "Image")),
	           json_string_value(json_object_get(config, "Image")));
	take_labels(s, json_object_get(asked, "Labels"));
}

static void take_oci(struct search *s, const char *path)
{
	cleanup(cleanup_json) json_t *config = container_load(s, path);

	static const char *const images[] = { "io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName", NULL };
	static const char *const numbers[] = { "io.kubernetes.cri-o.ImageRef", NULL };
	const json_t *annotations = json_object_get(config, "annotations");

	take_image(s, member(annotations, images), member(annotations, numbers));
	take_labels(s, annotations);
}

/* What podman and cri-o note of a container is a document in a text. */
static void take_storage_image(struct search *s, const json_t *row)
{
	const char *noted = json_string_value(json_object_get(row, "metadata"));
	cleanup(cleanup_json) json_t *metadata = noted ? json_loads(noted, 0, NULL) : NULL;

	take_image(s, json_string_value(json_object_get(metadata, "image-name")),
	           json_string_value(json_object_get(row, "image")));
}

/* podman's list of all containers: [{"id": …, "names": [ … ]}]. */
static void take_storage(struct search *s, const char *path)
{
	cleanup(cleanup_json) json_t *list = container_load(s, path);
	size_t i;
	json_t *row;

	json_array_foreach(list, i, row)
	{
		const char *id = json_string_value(json_object_get(row, "id"));
		const char *name = json_string_value(json_array_get(json_object_get(row, "names"), 0));
		if (!id || !name || !streq(id, s->id))
			continue;
		s->found->name = arena_strdup(s->arena, name);
		take_storage_image(s, row);
	}
}

/* Where each runtime keeps them; %s is the container's id. Below / and, rootless, below a home. What stands before
 * `file` is the administrator's to place elsewhere, by a link; nothing in it is. */
static const struct place {
	bool home;
	const char *dir, *file;
	void (*take)(struct search *s, const char *path);
} places[] = {
	{ false, "var/lib/docker", "containers/%s/config.v2.json", take_docker },
	{ false, "var/snap/docker/common/var-lib-docker", "containers/%s/config.v2.json", take_docker },
	{ false, "run/containers/storage", "overlay-containers/%s/userdata/config.json", take_oci },
	{ false, "var/lib/containers/storage", "overlay-containers/%s/userdata/config.json", take_oci },
	{ false, "var/lib/containers/storage", "overlay-containers/containers.json", take_storage },
	{ false, "var/lib/containers/storage", "vfs-containers/containers.json", take_storage },
	{ true, ".", ".local/share/docker/containers/%s/config.v2.json", take_docker },
	{ true, ".", ".local/share/containers/storage/overlay-containers/containers.json", take_storage },
	{ true, ".", ".local/share/containers/storage/vfs-containers/containers.json", take_storage },
};

static void search_place(struct search *s, const struct place *p)
{
	const char *hole = strstr(p->file, "%s");
	char path[PATH_BYTES];

	if (hole)
		snprintf(path, sizeof(path), "%.*s%s%s", (int)(hole - p->file), p->file, s->id, hole + 2);
	p->take(s, hole ? path : p->file);
}

static void search_places(struct search *s, int root, bool home)
{
	for (const struct place *p = places; p < places + ARRAY_SIZE(places) && !s->found->name; p++) {
		if (p->home != home)
			continue;
		cleanup(cleanup_close) int place = foreign_open_place(root, p->dir, s->owner);
		s->place = place;
		if (place < 0)
			keep_error(s, place);
		else
			search_place(s, p);
	}
}

/* containerd has one directory for each of its own namespaces (k8s.io, moby, default, …). */
static void search_containerd(struct search *s, int root, const char *tasks)
{
	cleanup(cleanup_close) int place = foreign_open_place(root, tasks, s->owner);
	cleanup(cleanup_closedir) DIR *spaces = place < 0 ? NULL : foreign_open_dir(place, ".");
	char path[PATH_BYTES];
	int err = 0;

	s->place = place;
	for (const char *space;
	     spaces && !s->found->name && !s->found->pod && (space = file_next_name(spaces, &err));) {
		if (*space == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/config.json", space, s->id);
		take_oci(s, path);
	}
	keep_error(s, err);
}

/* kubelet names a log POD_NAMESPACE_CONTAINER-ID.log, whatever the runtime. */
static void take_log_name(struct search *s, const char *name)
{
	const char *pod_end = strchr(name, '_'), *space_end = pod_end ? strchr(pod_end + 1, '_') : NULL;
	const char *id = strstr(name, s->id);

	if (!space_end || !id || id <= space_end + 1 || id[-1] != '-' || !streq(id + strlen(s->id), ".log"))
		return;
	s->found->name = arena_strndup(s->arena, space_end + 1, (size_t)(id - 1 - space_end - 1));
	s->found->pod = arena_printf(s->arena, "%.*s/%.*s", (int)(space_end - pod_end - 1), pod_end + 1,
	                             (int)(pod_end - name), name);
}

static void search_logs(struct search *s, int root)
{
	cleanup(cleanup_close) int place = foreign_open_place(root, "var/log/containers", s->owner);
	cleanup(cleanup_closedir) DIR *logs = place < 0 ? NULL : foreign_open_dir(place, ".");

	int err = 0;

	for (const char *log; logs && !s->found->name && (log = file_next_name(logs, &err));)
		take_log_name(s, log);
	keep_error(s, err);
}

static void search_host(struct search *s, int root)
{
	search_containerd(s, root, "run/containerd/io.containerd.runtime.v2.task");
	search_containerd(s, root, "run/k3s/containerd/io.containerd.runtime.v2.task");
	search_containerd(s, root, "var/snap/microk8s/common/run/containerd/io.containerd.runtime.v2.task");
	search_places(s, root, false);
	if (!s->found->name)
		search_logs(s, root);
}

static void search_home(struct search *s, int root, const char *home)
{
	cleanup(cleanup_close) int dir = *home == '/' && home[1] ? foreign_open_place(root, home, s->owner) : -ENOENT;

	if (dir < 0)
		keep_error(s, dir);
	else
		search_places(s, dir, true);
}

int container_describe(const struct container_place *where, const char *id, struct arena *arena,
                       struct container *found)
{
	struct search s = { .owner = where->owner, .id = id, .arena = arena, .found = found };

	if (strlen(id) != ID_LENGTH)
		return 0;
	if (where->home)
		search_home(&s, where->root, where->home);
	else
		search_host(&s, where->root);
	return found->name ? 0 : s.err;
}

/* docker: ROOT/containers/ID/hostname, with config.v2.json. podman: ROOT/overlay-containers/ID/userdata/hostname, with
 * config.json, and above the id the list of all. */
int container_describe_beside(const struct container_place *where, const char *id, const char *path,
                              struct arena *arena, struct container *found)
{
	static const struct place files[] = {
		{ false, NULL, "%s/config.v2.json", take_docker },
		{ false, NULL, "%s/userdata/config.json", take_oci },
		{ false, NULL, "containers.json", take_storage },
	};
	struct search s = { .owner = where->owner, .id = id, .arena = arena, .found = found };
	const char *at = strstr(path, id);
	char above[PATH_BYTES];

	if (!at)
		return 0;
	snprintf(above, sizeof(above), "%.*s", (int)(at - path), path);
	cleanup(cleanup_close) int place = foreign_open_place(where->root, above, where->owner);
	s.place = place;
	keep_error(&s, MIN(place, 0));
	for (size_t i = 0; place >= 0 && i < ARRAY_SIZE(files) && !found->name; i++)
		search_place(&s, &files[i]);
	return found->name ? 0 : s.err;
}

/* The text up to the next underscore, which is passed; NULL: there is none. */
static const char *take_word(const char **at, struct arena *arena)
{
	const char *end = strchr(*at, '_'), *begin = *at;

	if (!end)
		return NULL;
	*at = end + 1;
	return arena_strndup(arena, begin, (size_t)(end - begin));
}

void container_take_name(const char *name, struct arena *arena, struct container *found)
{
	const char *at = starts_with(name, "k8s_") ? name + strlen("k8s_") : NULL;
	const char *inner = at ? take_word(&at, arena) : NULL, *pod = inner ? take_word(&at, arena) : NULL;
	const char *space = pod ? take_word(&at, arena) : NULL;

	found->name = space ? inner : arena_strdup(arena, name);
	if (space)
		found->pod = arena_printf(arena, "%s/%s", space, pod);
}

bool container_of_task(int root, struct cgroup *c, struct arena *arena)
{
	const char *id = c->path ? strrchr(c->path, '/') : NULL;
	const char *space = id ? memrchr(c->path, '/', (size_t)(id - c->path)) : NULL;
	char path[PATH_BYTES];

	if (!space || !id[1] || id == space + 1 || strstr(space, "/.."))
		return false;
	snprintf(path, sizeof(path), "run/containerd/io.containerd.runtime.v2.task%s/config.json", space);
	if (faccessat(root, path, F_OK, 0))
		return false;
	c->container = arena_strdup(arena, id + 1);
	c->named = true;
	c->unit = NULL;
	return true;
}
