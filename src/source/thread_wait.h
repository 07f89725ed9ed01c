/* What a sleeping thread waits for, from the system call it is in (/proc/PID/task/TID/syscall). */
#pragma once
#include "model/activity.h"

struct thread_call {
	int number; /* -1: it is in none */
	unsigned long arguments[5];
};

/* `dir`: the thread's directory; `state`: the letter of /proc/PID/stat. */
enum thread_wait thread_wait_of(int dir, uint32_t pid, char state, struct thread_call *ret_call);
/* The same for the text of that file. */
enum thread_wait thread_wait_parse(const char *text, uint32_t pid, char state, struct thread_call *ret_call);
/* Its name; NULL for -1 and for those that are not told apart here. */
const char *thread_wait_syscall(int number);
