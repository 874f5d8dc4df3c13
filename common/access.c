// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a file's mode allows to an id.
 */
#include "common/access.h"

AccessClass access_class(const struct stat *st, const AccessId *id)
{
	if (st->st_uid == id->uid)
		return ACCESS_OWNER;
	if (st->st_gid == id->gid)
		return ACCESS_GROUP;
	for (size_t i = 0; i < id->n_groups; i++)
		if (st->st_gid == id->groups[i])
			return ACCESS_GROUP;
	return ACCESS_OTHERS;
}

bool access_allows(const struct stat *st, const AccessId *id, unsigned wanted)
{
	static const unsigned shifts[] = {
		[ACCESS_OWNER] = 6, [ACCESS_GROUP] = 3, [ACCESS_OTHERS] = 0};

	return !(wanted & ~(st->st_mode >> shifts[access_class(st, id)]));
}
