/* Who reads a fleet for the page, and answers its questions: a process of its own, which does what `unfin fleet` does,
 * and like it gives up every right before it looks into what it has read. The page's own process, to which strangers
 * talk, never has a file of a fleet, nor a way to a store.
 *
 * A message to it is a line with the question, one with how many rows are wanted at most, and its word, if there is
 * one; without a question it is asked for the page as plain text. A message from it is a line with a status of HTTP and
 * how many rows there are, then a document, or what is wrong. */
#pragma once
#include "cmd/attendant.h"
#include "cmd/command.h"

/* A question to the process alone: to read all of it again. Its answer is the reading's status of this program. */
#define FLEET_READER_AGAIN "again"

/* STATUS_OK, or another after that process has said what is wrong. */
int fleet_reader_start(struct attendant *a, const struct invocation *in);
/* Waits until it has read everything. STATUS_OK; else it was told. */
int fleet_reader_wait(const struct attendant *a);
