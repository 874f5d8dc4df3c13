#!/usr/bin/perl
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in Perl: children, pipes, a pair of sockets, threads, locks on its own file.
use strict;
use warnings;
use threads;
use Config;
use Cwd;
use Fcntl qw(:flock);
use IPC::Open3;
use POSIX ();
use Socket;
use Sys::Hostname;
use Time::HiRes;

POSIX::setlocale(&POSIX::LC_ALL, '');
$SIG{ALRM} = sub { die "too late\n" };
alarm 4;
`uname -s` eq "Linux\n" or die "output of a child: $!";
system('true') == 0 or die "status of a child: $?";
my $pid = open3(my $in, my $out, undef, 'cat');
print $in 'x';
close $in;
<$out> eq 'x' or die 'pipes';
waitpid($pid, 0);
$pid = fork // die "fork: $!";
POSIX::_exit(7) if $pid == 0;
waitpid($pid, 0) == $pid && $? >> 8 == 7 or die 'status of a child';
socketpair(my $one, my $other, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!";
syswrite $one, 'x';
sysread($other, my $byte, 1) == 1 or die 'pair of sockets';
threads->create(sub { 42 })->join == 42 or die 'thread';
flock(DATA, LOCK_EX) or die "flock: $!";
hostname() ne '' && getcwd() ne '' or die 'names';
getpwuid(0) or die 'users';
(POSIX::uname())[0] eq 'Linux' && localtime or die 'machine';
Time::HiRes::usleep(1000);
print qq({"type": "sample", "features": ["healthy"]}\n);
__DATA__
of its own
