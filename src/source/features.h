/* The table of what the sources can use: how each is probed, what is lost without it, what mends it. Absence
 * turns a way of looking off, never the tool. */
#pragma once
#include "base/arena.h"
#include "model/feature.h"

/* Tries everything for real; takes some tens of milliseconds. Texts live in the arena. */
void features_probe(struct arena *arena, features *ret);
