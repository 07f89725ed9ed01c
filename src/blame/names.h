/* Names of functions as their programmers wrote them. */
#pragma once
#include "base/util.h"

/* C++ and Rust (both of its schemes) demangled, without the hash that rustc adds; others as they are. Cut to fit. */
void name_demangle(const char *name, char *to, size_t room);
bool name_is_mangled(const char *name);
