/* Connections that a program has accepted and whose requests it has not read, because its threads wait for others. They
 * were not forgotten: nobody has come to them yet. */
#pragma once
#include "rule/suspects.h"
#include "rule/ground/waits.h"

/* True: so it is with these sockets. */
bool served_not(struct inquiry *q, const struct suspects *g);
