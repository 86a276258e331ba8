// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * counter: owns the names of the kernel's TCP counters and the reading of their files.
 *
 * Two files are pairs of lines, "Group: name name ..." and "Group: value value ...", and IPv6's has
 * a line for each, "name value". A descriptor of a file under /proc/net belongs to the namespace in
 * which it was opened, for good.
 */
#include "lab/counter.h"
#include "base/mem.h"
#include "base/nearest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FILE_SIZE_MAX (32 * 1024)

/* Tcp (without its group) and TcpExt of 4.9 to 6.18: net/ipv4/proc.c, snmp4_tcp_list and
 * snmp4_net_list; and those of a router (conntrack.c); in the order of strcmp(). */
// clang-format off
static const char *const known_names[] = {
	"ActiveOpens", "ArpFilter", "AttemptFails", "BeyondWindow", "BusyPollRxPackets",
	"CtClashResolve", "CtDrop", "CtEarlyDrop", "CtInsertFailed", "CtInvalid", "CurrEstab",
	"DelayedACKLocked", "DelayedACKLost", "DelayedACKs", "EmbryonicRsts",
	"EstabResets", "IPReversePathFilter", "InCsumErrors", "InErrs", "InSegs", "Ip6InHdrErrors",
	"ListenDrops", "ListenOverflows", "LockDroppedIcmps", "MaxConn", "OfoPruned", "OutOfWindowIcmps",
	"OutRsts", "OutSegs", "PAWSActive", "PAWSEstab", "PAWSOldAck", "PAWSPassive",
	"PAWSTimewait", "PFMemallocDrop", "PassiveOpens", "PruneCalled", "RcvPruned",
	"RetransSegs", "RtoAlgorithm", "RtoMax", "RtoMin", "SyncookiesFailed", "SyncookiesRecv",
	"SyncookiesSent", "TCPACKSkippedChallenge", "TCPACKSkippedFinWait2", "TCPACKSkippedPAWS",
	"TCPACKSkippedSeq", "TCPACKSkippedSynRecv", "TCPACKSkippedTimeWait", "TCPAOBad",
	"TCPAODroppedIcmps", "TCPAOGood", "TCPAOKeyNotFound", "TCPAORequired", "TCPAbortFailed",
	"TCPAbortOnClose", "TCPAbortOnData", "TCPAbortOnLinger", "TCPAbortOnMemory",
	"TCPAbortOnTimeout", "TCPAckCompressed", "TCPAutoCorking", "TCPBacklogCoalesce",
	"TCPBacklogDrop", "TCPChallengeACK", "TCPDSACKIgnoredDubious", "TCPDSACKIgnoredNoUndo",
	"TCPDSACKIgnoredOld", "TCPDSACKOfoRecv", "TCPDSACKOfoSent", "TCPDSACKOldSent",
	"TCPDSACKRecv", "TCPDSACKRecvSegs", "TCPDSACKUndo", "TCPDeferAcceptDrop", "TCPDelivered",
	"TCPDeliveredCE", "TCPDirectCopyFromBacklog", "TCPDirectCopyFromPrequeue",
	"TCPFACKReorder", "TCPFastOpenActive", "TCPFastOpenActiveFail", "TCPFastOpenBlackhole",
	"TCPFastOpenCookieReqd", "TCPFastOpenListenOverflow", "TCPFastOpenPassive",
	"TCPFastOpenPassiveAltKey", "TCPFastOpenPassiveFail", "TCPFastOpenRecv", "TCPFastRetrans",
	"TCPForwardRetrans", "TCPFromZeroWindowAdv", "TCPFullUndo", "TCPHPAcks", "TCPHPHits",
	"TCPHPHitsToUser", "TCPHystartDelayCwnd", "TCPHystartDelayDetect", "TCPHystartTrainCwnd",
	"TCPHystartTrainDetect", "TCPKeepAlive", "TCPLossFailures", "TCPLossProbeRecovery",
	"TCPLossProbes", "TCPLossUndo", "TCPLostRetransmit", "TCPMD5Failure", "TCPMD5NotFound",
	"TCPMD5Unexpected", "TCPMTUPFail", "TCPMTUPSuccess", "TCPMemoryPressures",
	"TCPMemoryPressuresChrono", "TCPMigrateReqFailure", "TCPMigrateReqSuccess",
	"TCPMinTTLDrop", "TCPOFODrop", "TCPOFOMerge", "TCPOFOQueue", "TCPOrigDataSent",
	"TCPPLBRehash", "TCPPartialUndo", "TCPPrequeueDropped", "TCPPrequeued", "TCPPureAcks",
	"TCPRcvCoalesce", "TCPRcvCollapsed", "TCPRcvQDrop", "TCPRenoFailures", "TCPRenoRecovery",
	"TCPRenoRecoveryFail", "TCPRenoReorder", "TCPReqQFullDoCookies", "TCPReqQFullDrop",
	"TCPRetransFail", "TCPSACKDiscard", "TCPSACKReneging", "TCPSACKReorder",
	"TCPSYNChallenge", "TCPSackFailures", "TCPSackMerged", "TCPSackRecovery",
	"TCPSackRecoveryFail", "TCPSackShiftFallback", "TCPSackShifted", "TCPSchedulerFailed",
	"TCPSlowStartRetrans", "TCPSpuriousRTOs", "TCPSpuriousRtxHostQueues", "TCPSynRetrans",
	"TCPTSReorder", "TCPTimeWaitOverflow", "TCPTimeouts", "TCPToZeroWindowAdv",
	"TCPWantZeroWindowAdv", "TCPWinProbe", "TCPWqueueTooBig", "TCPZeroWindowDrop",
	"TSEcrRejected", "TW", "TWKilled", "TWRecycled", "TcpDuplicateDataRehash",
	"TcpTimeoutRehash",
};
// clang-format on

static int compare_names(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

bool counter_known(const char *name)
{
	return bsearch(name, known_names, ARRAY_SIZE(known_names), sizeof(known_names[0]),
		       compare_names);
}

const char *counter_nearest(const char *name)
{
	return nearest_of(name, known_names, ARRAY_SIZE(known_names));
}

static int file_open(const char *path, int *ret, struct err *err)
{
	*ret = open(path, O_RDONLY | O_CLOEXEC);
	return *ret < 0 ? err_sys(err, "open %s", path) : 0;
}

int counter_open(struct counter_files *ret, struct err *err)
{
	struct counter_files files = COUNTER_FILES_NONE;
	int rc = file_open("/proc/thread-self/net/snmp", &files.snmp, err);

	if (!rc)
		rc = file_open("/proc/thread-self/net/netstat", &files.netstat, err);
	if (!rc) /* a kernel without IPv6 has none */
		files.snmp6 = open("/proc/thread-self/net/snmp6", O_RDONLY | O_CLOEXEC);
	if (rc)
		counter_close(&files);
	*ret = files;
	return rc;
}

void counter_close(struct counter_files *files)
{
	if (files->snmp >= 0)
		close(files->snmp);
	if (files->netstat >= 0)
		close(files->netstat);
	if (files->snmp6 >= 0)
		close(files->snmp6);
	*files = COUNTER_FILES_NONE;
}

/* Such a file is one record, and one read gets it whole (seq_read_iter). */
static int file_read(int fd, char *buf, size_t size, struct err *err)
{
	ssize_t n;

	do
		n = pread(fd, buf, size - 1, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, "read the counters of a host");
	if ((size_t)n == size - 1)
		return err_set(err, E2BIG, "the counters of a host take over %zu bytes", size);
	buf[n] = '\0';
	return 0;
}

/* The line that begins with "GROUP: ", from `from` on; what follows the blank, or NULL. */
static char *group_line(char *from, const char *group)
{
	size_t len = strlen(group);

	for (char *line = from; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, group, len) && line[len] == ':')
			return line + len + 1;
	}
	return NULL;
}

static void add_counter(struct counter_set *set, const char *name, const char *value)
{
	struct counter *counter;

	if (set->n == COUNTER_MAX)
		return;
	counter = &set->of[set->n++];
	snprintf(counter->name, sizeof(counter->name), "%s", name);
	counter->value = strtoll(value, NULL, 10);
}

static int parse_group(char *text, const char *group, struct counter_set *set, struct err *err)
{
	char *names = group_line(text, group);
	char *values = names ? group_line(names, group) : NULL;
	char *name, *value, *save_name = NULL, *save_value = NULL;

	if (!values)
		return err_set(err, EPROTO, "/proc/net has no counters of the group %s", group);
	*strchrnul(names, '\n') = '\0';
	*strchrnul(values, '\n') = '\0';
	name = strtok_r(names, " ", &save_name);
	value = strtok_r(values, " ", &save_value);
	while (name && value) {
		add_counter(set, name, value);
		name = strtok_r(NULL, " ", &save_name);
		value = strtok_r(NULL, " ", &save_value);
	}
	return 0;
}

/* Of IPv6's own only what a scenario may ask for: the others move by what is no TCP, too. */
static int read_ipv6(int fd, char *buf, size_t size, struct counter_set *set, struct err *err)
{
	static const char name[] = "Ip6InHdrErrors";
	const char *line;
	int rc = file_read(fd, buf, size, err);

	if (rc)
		return rc;
	line = strstr(buf, name);
	if (line)
		add_counter(set, name, line + sizeof(name) - 1);
	return 0;
}

int counter_read(const struct counter_files *files, struct counter_set *ret, struct err *err)
{
	char buf[FILE_SIZE_MAX];
	int rc;

	ret->n = 0;
	rc = file_read(files->snmp, buf, sizeof(buf), err);
	if (!rc)
		rc = parse_group(buf, "Tcp", ret, err);
	if (!rc)
		rc = file_read(files->netstat, buf, sizeof(buf), err);
	if (!rc)
		rc = parse_group(buf, "TcpExt", ret, err);
	if (!rc && files->snmp6 >= 0)
		rc = read_ipv6(files->snmp6, buf, sizeof(buf), ret, err);
	return rc;
}

bool counter_is_setting(const char *name)
{
	static const char *const settings[] = {"RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn"};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (!strcmp(settings[i], name))
			return true;
	}
	return false;
}
