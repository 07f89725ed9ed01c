/* What a sleeping thread waits for, from the system call it is in (/proc/PID/task/TID/syscall). */
#pragma once
#include "model/activity.h"

/* `dir`: the thread's directory; `state`: the letter of /proc/PID/stat. `ret_syscall`: -1 if it is in none. */
enum thread_wait thread_wait_of(int dir, uint32_t pid, char state, int *ret_syscall);
/* The same for the text of that file. */
enum thread_wait thread_wait_parse(const char *text, uint32_t pid, char state, int *ret_syscall);
/* Its name; NULL for -1 and for those that are not told apart here. */
const char *thread_wait_syscall(int number);
