/* How long what may take, where several causes must agree. Each has its reason here; what one cause alone goes by
 * stands in its own file. */
#pragma once

enum {
	CLOSE_MS = 1000,      /* a healthy close may take that long on a busy host */
	LONG_WORK_MS = 60000, /* after the peer has hung up few handlers go on for so long: proxies give up at 60 s */
	NO_WORK_MS = 10 * 60000, /* older than any request's handler, whatever the program */
	CLOSE_TIMES = 3, /* older than so many times the oldest close that was seen is not work (contract, section 2) */
	WATCHED_MS = 5000, /* nothing moved for so long: one that is slow, but works, would have */
	STILL_TIMES = 3,   /* or it has lain still for so many windows */
	SAME_MS = 10,      /* two stamps of one segment, on a busy host */
};
