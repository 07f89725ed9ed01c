/* The life of a connection, drawn, with "you are here" at a state. */
#pragma once
#include "base/text.h"
#include "model/state.h"

/* About 75 columns wide, indented by `indent`. `color`: the mark and its state stand out. */
void handshake_add(struct text *t, enum tcp_state here, unsigned indent, bool color);
