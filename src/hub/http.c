#include "http.h"

bool http_library(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

CURL *http_new(const char *ca, unsigned connect_s, unsigned exchange_s)
{
	CURL *curl = curl_easy_init();

	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)connect_s);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)exchange_s);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "unfin/" UNFIN_VERSION);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca) { /* that authority alone: Debian's library would read the system's folder of them besides */
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	return curl;
}
