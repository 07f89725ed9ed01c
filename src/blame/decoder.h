/* Frozen captures of one process into stacks: the one way in to this room.
 *
 * What is read here was written by others (ELF, DWARF, the memory of a traced process). It runs in a child that holds
 * nothing but these bytes and read-only descriptors; its caller sees to that. */
#pragma once
#include "bpf/bridge.h"
#include "bpf/capture.h"
#include "bpf/node.h"
#include "memory.h"
#include "model/image.h"
#include "model/site.h"

struct decoder;

/* The image and the memory stay the caller's and where they are; descriptors may be taken out of the image. */
struct decoder *decoder_new(struct image *image, const struct memory *memory);
void decoder_free(struct decoder *d);

/* `asked`: who asked for it, where the kernel knows that; or NULL. */
void decoder_read(struct decoder *d, const struct record_capture *capture, const struct record_bridge *asked,
                  struct stack *ret);

/* What made the connection or listener `capture` in JavaScript, of a Node process. */
void decoder_read_calls(struct decoder *d, const struct record_javascript *calls, const struct record_capture *capture,
                        struct stack *ret);

/* Where this process's interpreter keeps its frames, for the kernel program. 0, or -ENOTSUP: it has no interpreter that
 * is known here. */
int decoder_walk(struct decoder *d, struct record_walk *ret);

/* Where this Go program tells who asks for connections, for the kernel program. 0 or -ENOENT: it has no such place. */
int decoder_bridge(struct decoder *d, struct record_bridge_program *ret);

/* Where Node makes and connects handles, for the kernel program; `ret_file`: the file that has libuv. 0; -ENOENT: it is
 * no Node; -ENOTSUP: no version that is known here. */
int decoder_node(struct decoder *d, struct record_node_program *ret, const struct image_file **ret_file);

/* The native files of this process that have no lines, and may have them in a file of their own. 0 or -ENOENT: none. */
int decoder_wants(struct decoder *d, struct image_debugs *ret);
