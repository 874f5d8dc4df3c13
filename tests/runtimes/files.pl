#!/usr/bin/perl
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Perl with files of its own.
use strict;
use warnings;
use File::Temp;

my $file = File::Temp->new;
print $file 'here';
my $dir = File::Temp->newdir;
open(my $state, '>', "$dir/state") or die "state: $!";
open(my $unnamed, '+>', undef) or die "without a name: $!";
print qq({"type": "sample", "features": ["healthy"]}\n);
