/* Where the threads of a process are, without stopping it: the registers of those that wait, and samples of one that
 * runs. Nothing is decoded here. */
#pragma once
#include "base/array.h"
#include "bpf/capture.h"
#include "model/moment.h"

struct threads;

enum { THREADS_MOST = 1024 };

typedef ARRAY(struct record_thread) thread_list;
typedef ARRAY(struct record_capture *) sample_list;

/* 0, or -errno and why this host does not let us (texts in `arena`). */
int threads_open(struct arena *arena, struct threads **ret, struct gap *ret_why);
void threads_close(struct threads *t); /* NULL is fine */
void threads_cleanup(struct threads **t);

/* All of this process, THREADS_MOST at most; the caller frees the list. 0 or -errno. */
int threads_read(struct threads *t, uint32_t pid, thread_list *ret);

/* Of samples of this process the frames of its interpreter are taken, not the stack. 0 or -errno. */
int threads_walk(struct threads *t, uint32_t pid, const struct record_walk *w);

/* Interrupts the thread up to `most` times within `time_ms`, a moment each: its registers and stack then. One that
 * sleeps is not met. The samples are the caller's: threads_free_samples(). 0 or -errno. */
int threads_sample(struct threads *t, uint32_t tid, size_t most, uint64_t time_ms, sample_list *ret);
void threads_free_samples(sample_list *samples);
