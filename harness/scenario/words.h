/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words: lists of words as the tables of steps and facts write them. */
#ifndef AFTERCLOSE_SCENARIO_WORDS_H
#define AFTERCLOSE_SCENARIO_WORDS_H

#define WORDS(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define STATES                                                                                     \
	WORDS("closed", "established", "syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2",         \
	      "time-wait", "close-wait", "last-ack", "listen", "closing")

/* By enum icmp_what. */
#define ICMP_WHATS                                                                                 \
	WORDS("net", "host", "port", "protocol", "prohibited", "time-exceeded",                    \
	      "parameter-problem", "too-big", "redirect", "source-quench")
#define IP_OPTION_WORDS WORDS("none", "record-route", "source-route", "strict-source-route")
#define IP_OPTIONS_SEEN WORDS("none", "record-route", "source-route", "both")
#define IP_OPTIONS_ALL	WORDS("none", "record-route", "source-route", "both", "some")
#define DEVICES		WORDS("none", "eth0", "lo")

/* By DESTINATION_*. */
#define ADDRESSES "named", "unspecified", "broadcast", "multicast", "link-local"

/* By a set of enum extension. */
#define EXTENSION_WORDS WORDS("none", "hop-by-hop", "destination", "both")

#define RECEIVES_WORDS	WORDS("none", "all", "pktinfo", "hop-limit", "traffic-class", "flow-label")

#define OPTION_WORDS                                                                               \
	WORDS("none", "sack", "scale-13", "scale-14", "scale-15", "scale-255", "fast-open",        \
	      "fast-open-cookie", "fast-open-long", "experimental-fast-open", "experimental",      \
	      "unknown", "silly", "cut")

#endif
