/* A port that the process of one session holds for its client, as sshd does for `ssh -R`: whether that session still
 * lives decides which of the two must go. */
#pragma once
#include "rule/inquiry.h"

enum session { SESSION_NONE, SESSION_ALIVE, SESSION_SILENT, SESSION_DEAD };

/* Of the process `holder`, where `asks` is one of the same program and wants its port: what its session shows goes to
 * the evidence of `f`, with its advice. SESSION_NONE: there is no such session, and nothing is told. */
enum session port_session_tell(struct inquiry *q, struct finding *f, uint32_t holder, uint32_t asks);
