#include "http.h"
#include <gnutls/gnutls.h>

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

/* The library says of each that verification failed, and names the file of our memory that the authorities are in. */
static const char *certificate_why(CURL *curl)
{
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &status);
	if (status & GNUTLS_CERT_EXPIRED)
		return "its certificate has expired, by this host's clock";
	if (status & GNUTLS_CERT_NOT_ACTIVATED)
		return "its certificate is not valid yet, by this host's clock";
	return status ? "its certificate is not signed by an authority that this host trusts" : NULL;
}

const char *http_why(CURL *curl, CURLcode code, const char *says)
{
	const char *why = code == CURLE_PEER_FAILED_VERIFICATION ? certificate_why(curl) : NULL;

	return why ?: says[0] ? says : curl_easy_strerror(code);
}
