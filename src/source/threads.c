#include "threads.h"
#include "base/clock.h"
#include "bpf/pid_namespace.h"
#include "bpf_host.h"
#include "bpf_iter.h"
#include "threads.load.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

enum { BUFFER_BYTES = 64 << 10, SAMPLE_EVERY_NS = 7000000 };

struct threads {
	struct threads_bpf *programs;
	struct ring_buffer *ring;
	sample_list *samples; /* where what the ring brings goes; NULL: nowhere */
	size_t most;
};

static ssize_t feed(void *context, const char *bytes, size_t length)
{
	thread_list *list = context;
	struct record_thread r;
	size_t at = 0;

	for (; length - at >= sizeof(r); at += sizeof(r)) {
		memcpy(&r, bytes + at, sizeof(r));
		if (list->count < THREADS_MOST)
			*array_push(list) = r;
	}
	return (ssize_t)at;
}

static int take_sample(void *context, void *data, size_t size)
{
	struct threads *t = context;
	const struct record_capture *r = data;
	size_t head = offsetof(struct record_capture, body);

	if (size < head || r->body_bytes > size - head || !t->samples || t->samples->count >= t->most)
		return 0;
	struct record_capture *copy = memory_zeroed(head + r->body_bytes);
	memcpy(copy, r, head + r->body_bytes);
	*array_push(t->samples) = copy;
	return 0;
}

static int load(struct threads *t)
{
	t->programs = threads_bpf__open();
	int err = t->programs ? pid_namespace_find(&t->programs->rodata->pid_namespace) : -ENOMEM;

	if (!err)
		err = threads_bpf__load(t->programs);
	if (!err)
		err = threads_bpf__attach(t->programs);
	if (!err) {
		t->ring = ring_buffer__new(t->programs->maps.samples.map_fd, take_sample, t, NULL);
		err = t->ring ? 0 : -errno;
	}
	return err;
}

int threads_open(struct arena *arena, struct threads **ret, struct gap *ret_why)
{
	cleanup(threads_cleanup) struct threads *t = memory_zeroed(sizeof(*t));
	int err = load(t);

	if (err)
		*ret_why = bpf_host_why(err, arena);
	else
		*ret = take_ptr(t);
	return err;
}

int threads_read(struct threads *t, uint32_t pid, thread_list *ret)
{
	cleanup(cleanup_free) char *buffer = memory_resize(NULL, BUFFER_BYTES, 1);

	t->programs->bss->wanted_tgid = pid;
	return bpf_iter_read(t->programs->links.dump_threads_fd, buffer, BUFFER_BYTES, feed, ret);
}

int threads_walk(struct threads *t, uint32_t pid, const struct record_walk *w)
{
	return bpf_map_update_elem(t->programs->maps.walks.map_fd, &pid, w, BPF_ANY) ? -errno : 0;
}

/* A timer that runs while the thread does. */
static int timer_open(uint32_t tid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = SAMPLE_EVERY_NS,
		.disabled = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attr, (pid_t)tid, -1, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

int threads_sample(struct threads *t, uint32_t tid, size_t most, uint64_t time_ms, sample_list *ret)
{
	uint64_t now_ns = clock_monotonic_ns(), end_ns = now_ns + time_ms * NS_PER_MS;
	cleanup(cleanup_close) int timer = timer_open(tid);
	int err = timer < 0 ? timer : 0;

	if (!err && (ioctl(timer, PERF_EVENT_IOC_SET_BPF, t->programs->progs.sample_thread.prog_fd) ||
	             ioctl(timer, PERF_EVENT_IOC_ENABLE, 0)))
		err = -errno;
	t->samples = ret;
	t->most = most;
	for (; !err && ret->count < most && now_ns < end_ns; now_ns = clock_monotonic_ns()) {
		int taken = ring_buffer__poll(t->ring, (int)((end_ns - now_ns) / NS_PER_MS) + 1);
		err = taken < 0 && taken != -EINTR ? taken : 0;
	}
	if (!err)
		ioctl(timer, PERF_EVENT_IOC_DISABLE, 0);
	ring_buffer__consume(t->ring); /* what comes late is nobody's, and not the next thread's either */
	t->samples = NULL;
	return err;
}

void threads_free_samples(sample_list *samples)
{
	array_each (samples, s)
		free(*s);
	array_free(samples);
}

void threads_close(struct threads *t)
{
	if (!t)
		return;
	ring_buffer__free(t->ring);
	threads_bpf__destroy(t->programs);
	free(t);
}

void threads_cleanup(struct threads **t)
{
	threads_close(*t);
}
