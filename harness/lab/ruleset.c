// SPDX-License-Identifier: GPL-2.0-or-later
/* ruleset: owns the text of a router's rules, and its way into the kernel. */
#include "lab/ruleset.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <nftables/libnftables.h>
#include <string.h>

static void cleanup_nft(struct nft_ctx **nft)
{
	if (*nft)
		nft_ctx_free(*nft);
}

static void add_masquerade(const struct ruleset *ruleset, struct text *ret)
{
	static const char *const how[] = {
		[MASQUERADE_NONE] = "",
		[MASQUERADE_PRESERVING] = "",
		[MASQUERADE_RANDOM] = " random",
		[MASQUERADE_FULLY_RANDOM] = " fully-random",
	};

	text_add(ret, "\tchain outside {\n"
		      "\t\ttype nat hook postrouting priority srcnat\n"
		      "\t\toifname \"eth0\" meta l4proto tcp masquerade");
	if (ruleset->pool)
		text_add(ret, " to :%u-%u", (unsigned)(ruleset->pool & UINT16_MAX),
			 (unsigned)(ruleset->pool >> 16));
	text_add(ret, "%s\n\t}\n", how[ruleset->masquerade]);
}

/* The first line makes sure that the second has something to delete. What no rule asks for, the
 * kernel does not track; so one always does. */
void ruleset_text(const struct ruleset *ruleset, struct text *ret)
{
	text_add(ret,
		 "table inet afterclose\n"
		 "delete table inet afterclose\n"
		 "table inet afterclose {\n"
		 "\tchain through {\n"
		 "\t\ttype filter hook forward priority filter\n"
		 "\t\tct state invalid %s\n"
		 "\t}\n",
		 ruleset->drop_invalid ? "drop" : "accept");
	if (ruleset->masquerade != MASQUERADE_NONE)
		add_masquerade(ruleset, ret);
	text_add(ret, "}\n");
}

/* The first line of what the library says, on one line. */
static int refused(struct nft_ctx *nft, struct err *err)
{
	const char *said = nft_ctx_get_error_buffer(nft);

	return err_set(err, EOPNOTSUPP, "this kernel does not take the router's ruleset: %.*s",
		       (int)strcspn(said, "\n"), said);
}

int ruleset_run(const char *commands, struct err *err)
{
	_cleanup_(cleanup_nft) struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);

	if (!nft)
		return err_set(err, ENOMEM, "open nftables");
	nft_ctx_buffer_output(nft);
	nft_ctx_buffer_error(nft);
	return nft_run_cmd_from_buffer(nft, commands) ? refused(nft, err) : 0;
}

int ruleset_apply(const struct ruleset *ruleset, struct err *err)
{
	_cleanup_text_ struct text commands = {0};

	ruleset_text(ruleset, &commands);
	return ruleset_run(text_str(&commands), err);
}
