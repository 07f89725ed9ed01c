/* What goes out over HTTP, by libcurl: protocols, limits and trust are the same for all that do it. */
#pragma once
#include <curl/curl.h>
#include <stdbool.h>

/* Before any thread, and before rights are given up: what it loads, it loads here. False: it cannot be used. */
bool http_library(void);

/* `ca`: a file with the only authority that is believed; NULL: the system's. curl_easy_cleanup() ends it. */
CURL *http_new(const char *ca, unsigned connect_s, unsigned exchange_s);
/* Why an exchange failed. `says`: the library's own words (CURLOPT_ERRORBUFFER), or "". */
const char *http_why(CURL *curl, CURLcode code, const char *says);
