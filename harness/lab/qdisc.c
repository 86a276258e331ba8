// SPDX-License-Identifier: GPL-2.0-or-later
/* qdisc: owns what the lab says to sch_netem, and what it is told back. */
#include "lab/qdisc.h"
#include "lab/nlerr.h"
#include "base/mem.h"
#include "netem/dist.h"

#include <errno.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/socket.h>

#define NETEM_ATTR_SEED 14 /* TCA_NETEM_PRNG_SEED: 6.6; newer than the C library's headers */
#define NETEM_ATTR_MAX	NETEM_ATTR_SEED
#define TICK_NS		64    /* of the delays in tc_netem_qopt (PSCHED_SHIFT) */
#define MESSAGE_SIZE	32768 /* two tables of jitter and the rest */

/* A rule as sch_netem holds it and tells it. */
struct kernel_rule {
	struct tc_netem_qopt options;
	int64_t latency_ns, jitter_ns;
	struct tc_netem_corr correlation;
	struct tc_netem_reorder reorder;
	struct tc_netem_corrupt corrupt;
	uint64_t bytes_per_s;
	struct tc_netem_rate rate;
	struct tc_netem_gimodel state;
	struct tc_netem_gemodel gemodel;
	struct tc_netem_slot slot;
	uint64_t seed;
};

static uint32_t ticks(int64_t ns)
{
	return ns / TICK_NS < UINT32_MAX ? ns / TICK_NS : UINT32_MAX;
}

/* The kernel adds the two in 32 bits; where both halves are rounded up, their sum is 0 there. */
static uint32_t rest_at_most(uint32_t fraction, uint32_t other)
{
	return fraction <= UINT32_MAX - other ? fraction : UINT32_MAX - other;
}

static void loss_convert(const struct netem_loss *loss, struct kernel_rule *ret)
{
	uint32_t p[NETEM_CHAIN_MAX];

	for (size_t i = 0; i < NETEM_CHAIN_MAX; i++)
		p[i] = netem_fraction(loss->chain_percent[i]);
	switch (loss->model) {
	case NETEM_LOSS_RANDOM:
		ret->options.loss = netem_fraction(loss->random.percent);
		ret->correlation.loss_corr = netem_fraction(loss->random.correlation_percent);
		break;
	case NETEM_LOSS_STATE:
		ret->state = (struct tc_netem_gimodel){.p13 = rest_at_most(p[0], p[4]),
						       .p31 = rest_at_most(p[1], p[2]),
						       .p32 = p[2],
						       .p23 = p[3],
						       .p14 = p[4]};
		break;
	case NETEM_LOSS_GEMODEL: /* the kernel asks for h, where a rule says 1-h */
		ret->gemodel = (struct tc_netem_gemodel){
			.p = p[0], .r = p[1], .h = UINT32_MAX - p[2], .k1 = p[3]};
		break;
	}
}

static void rate_convert(const struct netem_rate *rate, struct kernel_rule *ret)
{
	ret->bytes_per_s = rate->bytes_per_s;
	ret->rate = (struct tc_netem_rate){
		.rate = rate->bytes_per_s < UINT32_MAX ? rate->bytes_per_s : UINT32_MAX,
		.packet_overhead = rate->packet_overhead_bytes,
		.cell_size = rate->cell_size_bytes,
		.cell_overhead = rate->cell_overhead_bytes,
	};
}

static void slot_convert(const struct netem_slot *slot, struct kernel_rule *ret)
{
	ret->slot = (struct tc_netem_slot){
		.min_delay = slot->min_delay_ns,
		.max_delay = slot->max_delay_ns,
		.max_packets = slot->packets_max,
		.max_bytes = slot->bytes_max,
		.dist_delay = slot->delay_ns,
		.dist_jitter = slot->jitter_ns,
	};
}

static void rule_convert(const struct netem_rule *rule, struct kernel_rule *ret)
{
	*ret = (struct kernel_rule){
		.options = {.latency = ticks(rule->delay_ns),
			    .jitter = ticks(rule->jitter_ns),
			    .limit =
				    rule->limit_packets ? rule->limit_packets : NETEM_LIMIT_DEFAULT,
			    .gap = rule->gap_frames,
			    .duplicate = netem_fraction(rule->duplicate.percent)},
		.latency_ns = rule->delay_ns,
		.jitter_ns = rule->jitter_ns,
		.correlation = {.delay_corr = netem_fraction(rule->delay_correlation_percent),
				.dup_corr = netem_fraction(rule->duplicate.correlation_percent)},
		.reorder = {netem_fraction(rule->reorder.percent),
			    netem_fraction(rule->reorder.correlation_percent)},
		.corrupt = {netem_fraction(rule->corrupt.percent),
			    netem_fraction(rule->corrupt.correlation_percent)},
		.seed = rule->seed,
	};
	if (ret->reorder.probability && !ret->options.gap)
		ret->options.gap = 1;
	loss_convert(&rule->loss, ret);
	if (rule->rate.bytes_per_s)
		rate_convert(&rule->rate, ret);
	slot_convert(&rule->slot, ret);
}

/* Every part but the options and the loss models is an attribute of this size. */
static const struct part {
	int type;
	size_t offset, size;
	const char *name; /* and since which kernel */
} parts[] = {
#define PART(type, member, name)                                                                   \
	{                                                                                          \
		type, offsetof(struct kernel_rule, member),                                        \
			sizeof(((struct kernel_rule *)NULL)->member), name                         \
	}
	PART(TCA_NETEM_LATENCY64, latency_ns, "delays of single nanoseconds (since 4.15)"),
	PART(TCA_NETEM_JITTER64, jitter_ns, "jitter of single nanoseconds (since 4.15)"),
	PART(TCA_NETEM_CORR, correlation, "correlation"),
	PART(TCA_NETEM_REORDER, reorder, "reorder"),
	PART(TCA_NETEM_CORRUPT, corrupt, "corrupt"),
	PART(TCA_NETEM_RATE64, bytes_per_s, "rates of 64 bits"),
	PART(TCA_NETEM_RATE, rate, "rate"),
	PART(TCA_NETEM_SLOT, slot, "slot (since 4.16)"),
	PART(NETEM_ATTR_SEED, seed, "seed (since 6.6)"),
#undef PART
};

static bool part_is_zero(const struct kernel_rule *rule, const struct part *part)
{
	const char *bytes = (const char *)rule + part->offset;

	for (size_t i = 0; i < part->size; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static struct nl_msg *message_new(int type, int flags, int ifindex)
{
	const struct tcmsg tc = {
		.tcm_family = AF_UNSPEC, .tcm_ifindex = ifindex, .tcm_parent = TC_H_ROOT};
	struct nl_msg *msg = nlmsg_alloc_size(MESSAGE_SIZE);

	if (!msg || !nlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, type, 0, flags) ||
	    nlmsg_append(msg, (void *)&tc, sizeof(tc), NLMSG_ALIGNTO))
		abort();
	return msg;
}

static void put(struct nl_msg *msg, int type, const void *bytes, size_t size)
{
	if (nla_put(msg, type, (int)size, bytes))
		abort();
}

static void put_table(struct nl_msg *msg, int type, enum netem_distribution distribution)
{
	int16_t values[DIST_SIZE];

	for (uint32_t i = 0; i < DIST_SIZE; i++)
		values[i] = (int16_t)dist_value(distribution, i);
	put(msg, type, values, sizeof(values));
}

static void put_loss(struct nl_msg *msg, const struct netem_rule *rule,
		     const struct kernel_rule *kernel)
{
	struct nlattr *nest;

	if (rule->loss.model == NETEM_LOSS_RANDOM)
		return;
	nest = nla_nest_start(msg, TCA_NETEM_LOSS);
	if (!nest)
		abort();
	if (rule->loss.model == NETEM_LOSS_STATE)
		put(msg, NETEM_LOSS_GI, &kernel->state, sizeof(kernel->state));
	else
		put(msg, NETEM_LOSS_GE, &kernel->gemodel, sizeof(kernel->gemodel));
	nla_nest_end(msg, nest);
}

/* A table stays until another one takes its place. */
static void put_tables(struct nl_msg *msg, const struct netem_rule *before,
		       const struct netem_rule *rule)
{
	if (rule->distribution != NETEM_UNIFORM ||
	    (before && before->distribution != NETEM_UNIFORM && rule->jitter_ns))
		put_table(msg, TCA_NETEM_DELAY_DIST, rule->distribution);
	if (rule->slot.distribution != NETEM_UNIFORM)
		put_table(msg, TCA_NETEM_SLOT_DIST, rule->slot.distribution);
}

/* before NULL: the link has no netem. Else what the new rule does not have is said too, but for a
 * seed, which 0 is not. */
static struct nl_msg *set_message(int ifindex, const struct netem_rule *before,
				  const struct netem_rule *rule, const struct kernel_rule *kernel)
{
	int flags = NLM_F_REQUEST | NLM_F_CREATE | (before ? NLM_F_REPLACE : NLM_F_EXCL);
	struct nl_msg *msg = message_new(RTM_NEWQDISC, flags, ifindex);
	struct nlattr *nest;

	put(msg, TCA_KIND, "netem", sizeof("netem"));
	nest = nla_nest_start(msg, TCA_OPTIONS);
	if (!nest ||
	    nlmsg_append(msg, (void *)&kernel->options, sizeof(kernel->options), NLMSG_ALIGNTO))
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!part_is_zero(kernel, &parts[i]) ||
		    (before && parts[i].type != NETEM_ATTR_SEED))
			put(msg, parts[i].type, (const char *)kernel + parts[i].offset,
			    parts[i].size);
	}
	put_loss(msg, rule, kernel);
	put_tables(msg, before, rule);
	nla_nest_end(msg, nest);
	return msg;
}

/* The root qdisc of a link as the kernel describes it. */
struct answer {
	bool netem;
	struct kernel_rule rule;
	struct qdisc_counts counts;
};

static void read_into(void *into, size_t size, const struct nlattr *attr)
{
	size_t len = nla_len(attr);

	memcpy(into, nla_data(attr), len < size ? len : size);
}

static void read_loss(const struct nlattr *loss, struct kernel_rule *rule)
{
	struct nlattr *models[NETEM_LOSS_MAX + 1];

	if (!loss || nla_parse_nested(models, NETEM_LOSS_MAX, (struct nlattr *)loss, NULL))
		return;
	if (models[NETEM_LOSS_GI])
		read_into(&rule->state, sizeof(rule->state), models[NETEM_LOSS_GI]);
	if (models[NETEM_LOSS_GE])
		read_into(&rule->gemodel, sizeof(rule->gemodel), models[NETEM_LOSS_GE]);
}

static void read_options(struct nlattr *options, struct kernel_rule *rule)
{
	const int head = NLA_ALIGN(sizeof(rule->options));
	struct nlattr *attrs[NETEM_ATTR_MAX + 1];

	read_into(&rule->options, sizeof(rule->options), options);
	if (nla_len(options) < head ||
	    nla_parse(attrs, NETEM_ATTR_MAX, (struct nlattr *)((char *)nla_data(options) + head),
		      nla_len(options) - head, NULL))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (attrs[parts[i].type])
			read_into((char *)rule + parts[i].offset, parts[i].size,
				  attrs[parts[i].type]);
	}
	if (!attrs[TCA_NETEM_RATE64])
		rule->bytes_per_s = rule->rate.rate;
	if (!attrs[TCA_NETEM_LATENCY64])
		rule->latency_ns = (int64_t)rule->options.latency * TICK_NS;
	if (!attrs[TCA_NETEM_JITTER64])
		rule->jitter_ns = (int64_t)rule->options.jitter * TICK_NS;
	read_loss(attrs[TCA_NETEM_LOSS], rule);
}

static void read_counts(struct nlattr *stats, struct qdisc_counts *counts)
{
	struct nlattr *attrs[TCA_STATS_MAX + 1];
	struct gnet_stats_basic basic = {0};
	struct gnet_stats_queue queue = {0};

	if (nla_parse_nested(attrs, TCA_STATS_MAX, stats, NULL))
		return;
	if (attrs[TCA_STATS_BASIC])
		read_into(&basic, sizeof(basic), attrs[TCA_STATS_BASIC]);
	if (attrs[TCA_STATS_QUEUE])
		read_into(&queue, sizeof(queue), attrs[TCA_STATS_QUEUE]);
	*counts = (struct qdisc_counts){basic.packets, queue.qlen, queue.drops};
}

static int answer_read(struct nl_msg *msg, void *into)
{
	struct nlmsghdr *header = nlmsg_hdr(msg);
	struct nlattr *attrs[TCA_MAX + 1];
	struct answer *answer = into;

	if (header->nlmsg_type != RTM_NEWQDISC ||
	    nlmsg_parse(header, sizeof(struct tcmsg), attrs, TCA_MAX, NULL))
		return NL_SKIP;
	answer->netem = attrs[TCA_KIND] && !nla_strcmp(attrs[TCA_KIND], "netem");
	if (answer->netem && attrs[TCA_OPTIONS])
		read_options(attrs[TCA_OPTIONS], &answer->rule);
	if (attrs[TCA_STATS2])
		read_counts(attrs[TCA_STATS2], &answer->counts);
	return NL_OK;
}

/* Without NLM_F_ECHO the answer goes to those who listen to changes, and not to who asked. */
static int ask(struct nl_sock *route, int ifindex, struct answer *ret, struct err *err)
{
	struct nl_msg *msg = message_new(RTM_GETQDISC, NLM_F_REQUEST | NLM_F_ECHO, ifindex);
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int rc;

	*ret = (struct answer){0};
	if (!cb)
		abort();
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, answer_read, ret);
	rc = nl_send_auto(route, msg);
	nlmsg_free(msg);
	if (rc >= 0)
		rc = nl_recvmsgs(route, cb);
	if (!rc)
		rc = nl_wait_for_ack(route);
	nl_cb_put(cb);
	return rc < 0 ? nlerr_set(err, rc, "ask for the qdisc of link %d", ifindex) : 0;
}

int qdisc_count(struct nl_sock *route, int ifindex, struct qdisc_counts *ret, struct err *err)
{
	struct answer answer;
	int rc = ask(route, ifindex, &answer, err);

	*ret = answer.counts;
	return rc;
}

static int lacks(const char *what, struct err *err)
{
	return err_set(err, EOPNOTSUPP, "this kernel's netem has no %s", what);
}

/* A seed that was not asked for is the kernel's own. */
static int compare(const struct kernel_rule *asked, struct kernel_rule *got, struct err *err)
{
	if (!asked->seed)
		got->seed = 0;
	if (memcmp(&asked->options, &got->options, sizeof(asked->options)) != 0)
		return lacks("such delay, loss or duplicate", err);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct part *part = &parts[i];

		if (memcmp((const char *)asked + part->offset, (const char *)got + part->offset,
			   part->size) != 0)
			return lacks(part->name, err);
	}
	if (memcmp(&asked->state, &got->state, sizeof(asked->state)) != 0)
		return lacks("loss state", err);
	if (memcmp(&asked->gemodel, &got->gemodel, sizeof(asked->gemodel)) != 0)
		return lacks("loss gemodel", err);
	return 0;
}

static int netem_put(struct nl_sock *route, int ifindex, const struct netem_rule *before,
		     const struct netem_rule *rule, struct err *err)
{
	struct kernel_rule kernel;
	struct answer answer;
	int rc;

	rule_convert(rule, &kernel);
	rc = nl_send_sync(route, set_message(ifindex, before, rule, &kernel));
	if (rc == -NLE_OBJ_NOTFOUND || rc == -NLE_OPNOTSUPP)
		return err_set(err, EOPNOTSUPP,
			       "this kernel has no sch_netem (CONFIG_NET_SCH_NETEM); load it: "
			       "modprobe sch_netem, or run with --netem wire");
	if (rc)
		return nlerr_set(err, rc, "set netem on link %d", ifindex);
	rc = ask(route, ifindex, &answer, err);
	return rc ? rc : compare(&kernel, &answer.rule, err);
}

int qdisc_set_netem(struct nl_sock *route, int ifindex, const struct netem_rule *rule,
		    struct err *err)
{
	return netem_put(route, ifindex, NULL, rule, err);
}

/* A table of jitter gives way to a uniform one, in which draws do not correlate as they do without;
 * a slot between two bounds goes by no table. */
static bool table_is_in_the_way(const struct netem_rule *before, const struct netem_rule *rule)
{
	bool jitter = before->distribution != NETEM_UNIFORM &&
		      rule->distribution == NETEM_UNIFORM && rule->jitter_ns;
	bool slot = before->slot.distribution != NETEM_UNIFORM &&
		    rule->slot.distribution == NETEM_UNIFORM && rule->slot.max_delay_ns;

	return (jitter && rule->delay_correlation_percent > 0) || slot;
}

int qdisc_change_netem(struct nl_sock *route, int ifindex, const struct netem_rule *before,
		       const struct netem_rule *rule, struct err *err)
{
	if (table_is_in_the_way(before, rule))
		return err_set(err, EOPNOTSUPP,
			       "the kernel's netem keeps a distribution until it has another one; "
			       "run with --netem wire");
	return netem_put(route, ifindex, before, rule, err);
}

int qdisc_clear(struct nl_sock *route, int ifindex, struct err *err)
{
	int rc = nl_send_sync(route, message_new(RTM_DELQDISC, NLM_F_REQUEST, ifindex));

	if (rc && rc != -NLE_OBJ_NOTFOUND)
		return nlerr_set(err, rc, "take the qdisc off link %d", ifindex);
	return 0;
}
