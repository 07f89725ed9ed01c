#include "container.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>

enum { JSON_BYTES = 16 * 1024 * 1024, PATH_BYTES = 1024, ID_LENGTH = 64 };

struct search {
	int dir; /* of the host's root, or of a user's home */
	const char *id;
	struct arena *arena;
	struct container *found;
};

static void cleanup_json(json_t **j)
{
	json_decref(*j);
}

static json_t *load(int dir, const char *path)
{
	TEXT_CLEANUP text = { 0 };

	if (file_read_at(dir, path, JSON_BYTES, &text))
		return NULL;
	return json_loadb(text.bytes, text.length, 0, NULL);
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
	cleanup(cleanup_json) json_t *config = load(s->dir, path);
	const char *name = json_string_value(json_object_get(config, "Name"));

	if (name)
		s->found->name = arena_strdup(s->arena, name + (*name == '/'));
	take_labels(s, json_object_get(json_object_get(config, "Config"), "Labels"));
}

static void take_oci(struct search *s, const char *path)
{
	cleanup(cleanup_json) json_t *config = load(s->dir, path);

	take_labels(s, json_object_get(config, "annotations"));
}

/* podman's list of all containers: [{"id": …, "names": [ … ]}]. */
static void take_storage(struct search *s, const char *path)
{
	cleanup(cleanup_json) json_t *list = load(s->dir, path);
	size_t i;
	json_t *row;

	json_array_foreach(list, i, row)
	{
		const char *id = json_string_value(json_object_get(row, "id"));
		const char *name = json_string_value(json_array_get(json_object_get(row, "names"), 0));
		if (id && name && streq(id, s->id))
			s->found->name = arena_strdup(s->arena, name);
	}
}

/* Where each runtime keeps them; %s is the container's id. Below / and, rootless, below a home. */
static const struct {
	const char *path;
	void (*take)(struct search *s, const char *path);
} places[] = {
	{ "var/lib/docker/containers/%s/config.v2.json", take_docker },
	{ "var/snap/docker/common/var-lib-docker/containers/%s/config.v2.json", take_docker },
	{ ".local/share/docker/containers/%s/config.v2.json", take_docker },
	{ "run/containers/storage/overlay-containers/%s/userdata/config.json", take_oci },
	{ "var/lib/containers/storage/overlay-containers/containers.json", take_storage },
	{ "var/lib/containers/storage/vfs-containers/containers.json", take_storage },
	{ ".local/share/containers/storage/overlay-containers/containers.json", take_storage },
	{ ".local/share/containers/storage/vfs-containers/containers.json", take_storage },
};

static void search_places(struct search *s)
{
	char path[PATH_BYTES];

	for (size_t i = 0; i < ARRAY_SIZE(places) && !s->found->name; i++) {
		const char *hole = strstr(places[i].path, "%s");
		if (hole)
			snprintf(path, sizeof(path), "%.*s%s%s", (int)(hole - places[i].path), places[i].path, s->id,
			         hole + 2);
		places[i].take(s, hole ? path : places[i].path);
	}
}

/* containerd has one directory for each of its own namespaces (k8s.io, moby, default, …). */
static void search_containerd(struct search *s, const char *tasks)
{
	cleanup(cleanup_closedir) DIR *spaces = file_open_dir(s->dir, tasks);
	char path[PATH_BYTES];

	for (struct dirent *e; spaces && !s->found->name && !s->found->pod && (e = readdir(spaces));) {
		if (*e->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s/config.json", tasks, e->d_name, s->id);
		take_oci(s, path);
	}
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

static void search_logs(struct search *s)
{
	cleanup(cleanup_closedir) DIR *logs = file_open_dir(s->dir, "var/log/containers");

	for (struct dirent *e; logs && !s->found->name && (e = readdir(logs));)
		take_log_name(s, e->d_name);
}

static void search_home(struct search *s, const char *home)
{
	cleanup(cleanup_close) int dir = -1;

	if (!home || *home != '/' || !home[1])
		return;
	dir = openat(s->dir, home + 1, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return;
	struct search below = *s;
	below.dir = dir;
	search_places(&below);
}

void container_describe(int root, const char *home, const struct cgroup *c, struct arena *arena, struct container *ret)
{
	struct search s = { .dir = root, .id = c->container, .arena = arena, .found = ret };

	*ret = (struct container){ .id = c->container, .name = c->named ? c->container : NULL };
	if (c->named || strlen(c->container) != ID_LENGTH)
		return;
	search_containerd(&s, "run/containerd/io.containerd.runtime.v2.task");
	search_containerd(&s, "run/k3s/containerd/io.containerd.runtime.v2.task");
	search_containerd(&s, "var/snap/microk8s/common/run/containerd/io.containerd.runtime.v2.task");
	search_places(&s);
	if (!ret->name)
		search_logs(&s);
	if (!ret->name)
		search_home(&s, home);
	if (!ret->pod)
		ret->pod = c->pod_uid;
}
