// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * filter: owns what a pcap filter in a scenario may say. libpcap looks unknown words up as names of
 * hosts, networks, ports and protocols, outside any lab; so a word must be a keyword of ours or a
 * number in one of few shapes before libpcap sees it.
 */
#include "scenario/arg.h"
#include "base/mem.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#define FILTER_LEN_MAX 200
#define WORD_LEN_MAX   64

static const char *const keywords[] = {
	"and",	    "or",      "not",	  "tcp",     "ip",	"ip6",	    "ether",   "src",
	"dst",	    "host",    "net",	  "port",    "proto",	"len",	    "less",    "greater",
	"tcpflags", "tcp-syn", "tcp-ack", "tcp-fin", "tcp-rst", "tcp-push", "tcp-urg",
};

static bool is_keyword(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		if (!strcmp(word, keywords[i]))
			return true;
	}
	return false;
}

/* "15", "0x0f", and "13:2" as in tcp[13:2]. */
static bool is_plain_number(const char *word)
{
	size_t digits = strspn(word, "0123456789");

	if (word[0] == '0' && word[1] == 'x')
		return word[2] && !word[2 + strspn(word + 2, "0123456789abcdefABCDEF")];
	if (!digits)
		return false;
	if (word[digits] != ':')
		return !word[digits];
	word += digits + 1;
	return *word && !word[strspn(word, "0123456789")];
}

static bool is_mac(const char *word)
{
	for (int i = 0; i < 6; i++, word += 3) {
		if (!isxdigit((unsigned char)word[0]) || !isxdigit((unsigned char)word[1]) ||
		    word[2] != (i < 5 ? ':' : '\0'))
			return false;
	}
	return true;
}

/* An address in full, and perhaps /PREFIX. */
static bool is_address(const char *word)
{
	char copy[WORD_LEN_MAX];
	uint8_t bytes[16];
	char *slash;

	strcpy(copy, word);
	slash = strchr(copy, '/');
	if (slash) {
		*slash++ = '\0';
		if (!*slash || slash[strspn(slash, "0123456789")])
			return false;
	}
	return inet_pton(AF_INET, copy, bytes) == 1 || inet_pton(AF_INET6, copy, bytes) == 1;
}

static int word_check(const char *word, struct err *err)
{
	_cleanup_text_ struct text allowed = {0};

	if (is_keyword(word) || is_plain_number(word) || is_mac(word) || is_address(word))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		text_add(&allowed, "%s%s", i ? " " : "", keywords[i]);
	return err_set(err, EINVAL,
		       "`%s` in a filter: names are not looked up; allowed: numbers, whole "
		       "addresses, and %s",
		       word, text_str(&allowed));
}

/* How long is the word at s? A - belongs to it only where a keyword has one (tcp-syn). */
static size_t word_length(const char *s)
{
	size_t len = 0;

	while (isalnum((unsigned char)s[len]) || (s[len] && strchr("_.:/", s[len])))
		len++;
	if (len == 3 && s[3] == '-' && !strncmp(s, "tcp", 3)) {
		len++;
		while (isalpha((unsigned char)s[len]))
			len++;
	}
	return len;
}

static int words_check(const char *filter, struct err *err)
{
	while (*filter) {
		size_t len = word_length(filter);
		char word[WORD_LEN_MAX];
		int ret;

		if (!len) {
			if (!strchr(" ()[]=!<>&|+-*", *filter))
				return err_set(err, EINVAL,
					       "a filter may hold words, numbers, blanks and "
					       "()[]=!<>&|+-* only");
			filter++;
			continue;
		}
		if (len >= sizeof(word))
			return err_set(err, EINVAL, "a word of a filter is longer than %d",
				       WORD_LEN_MAX - 1);
		memcpy(word, filter, len);
		word[len] = '\0';
		ret = word_check(word, err);
		if (ret)
			return ret;
		filter += len;
	}
	return 0;
}

static void pcap_cleanup(pcap_t **pcap)
{
	if (*pcap)
		pcap_close(*pcap);
}

int filter_check(const char *filter, struct err *err)
{
	_cleanup_(pcap_cleanup) pcap_t *pcap = NULL;
	struct bpf_program program;
	int ret;

	if (!*filter || strlen(filter) > FILTER_LEN_MAX)
		return err_set(err, EINVAL, "a filter has 1 to %d characters", FILTER_LEN_MAX);
	ret = words_check(filter, err);
	if (ret)
		return ret;
	pcap = pcap_open_dead(DLT_EN10MB, 65535);
	if (!pcap)
		return err_set(err, ENOMEM, "no memory for a filter");
	if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN))
		return err_set(err, EINVAL, "not a pcap filter: %.200s", pcap_geterr(pcap));
	pcap_freecode(&program);
	return 0;
}
