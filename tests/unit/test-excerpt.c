// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which line of a program's words is quoted: real programs' output, and what is to be
 * read of it. And what is left of text that was meant for a terminal.
 */
#include "probe/excerpt.h"

#include <string.h>

#include "common/shorten.h"
#include "probe/terminal.h"

typedef struct {
	const char *what;
	const char *err;
	const char *line;
} Case;

/* Programs that know no --print-capabilities. */
static const Case unknown[] = {
	{"getopt_long",
		"Starting\n"
		"virtiofsd: unrecognized option '--print-capabilities'\n"
		"Try 'virtiofsd --help' for more information.\n",
		"virtiofsd: unrecognized option '--print-capabilities'"},
	{"musl", "x: unrecognized option: print-capabilities\n",
		"x: unrecognized option: print-capabilities"},
	{"getopt", "./x: invalid option -- '-'\nusage: x [-s PATH]\n",
		"./x: invalid option -- '-'"},
	{"BSD's getopt", "x: illegal option -- -\n", "x: illegal option -- -"},
	{"dash", "x: 0: Illegal option --\n", "x: 0: Illegal option --"},
	{"bash",
		"bash: --print-capabilities: invalid option\n"
		"Usage:\tbash [GNU long option] [option] ...\n",
		"bash: --print-capabilities: invalid option"},
	{"argparse",
		"usage: x [-h] --socket-path PATH\n"
		"x: error: unrecognized arguments: --print-capabilities\n",
		"x: error: unrecognized arguments: --print-capabilities"},
	{"optparse",
		"Usage: x.py [options]\n\nx.py: error: no such option: "
		"--print-capabilities\n",
		"x.py: error: no such option: --print-capabilities"},
	{"Python's getopt",
		"Traceback (most recent call last):\n"
		"  File \"/usr/bin/x\", line 3, in <module>\n"
		"    getopt.getopt(sys.argv[1:], 'h')\n"
		"getopt.GetoptError: option --print-capabilities not recognized\n",
		"getopt.GetoptError: option --print-capabilities not recognized"},
	{"click",
		"Usage: x [OPTIONS]\nTry 'x --help' for help.\n\nError: No such option: "
		"--print-capabilities\n",
		"Error: No such option: --print-capabilities"},
	{"clap 2",
		"error: Found argument '--print-capabilities' which wasn't expected, or "
		"isn't valid in this context\n\nUSAGE:\n    x --socket-path <PATH>\n",
		"error: Found argument '--print-capabilities' which wasn't expected, or "
		"isn't valid in this context"},
	{"clap 4",
		"error: unexpected argument '--print-capabilities' found\n\n"
		"  tip: to pass '--print-capabilities' as a value, use '-- "
		"--print-capabilities'\n\nUsage: x [OPTIONS]\n",
		"error: unexpected argument '--print-capabilities' found"},
	{"Go's flag",
		"flag provided but not defined: -print-capabilities\nUsage of ./x:\n"
		"  -socket-path string\n    \tpath (default \"/run/error\")\n",
		"flag provided but not defined: -print-capabilities"},
	{"pflag", "Error: unknown flag: --print-capabilities\nUsage:\n  x [flags]\n",
		"Error: unknown flag: --print-capabilities"},
	{"GOption", "option parsing failed: Unknown option --print-capabilities\n",
		"option parsing failed: Unknown option --print-capabilities"},
	{"Boost", "unrecognised option '--print-capabilities'\n",
		"unrecognised option '--print-capabilities'"},
	{"gflags", "ERROR: unknown command line flag 'print-capabilities'\n",
		"ERROR: unknown command line flag 'print-capabilities'"},
	{"Getopt::Long", "Unknown option: print-capabilities\nUsage: x\n",
		"Unknown option: print-capabilities"},
	{"OptionParser",
		"x.rb:5:in `<main>': invalid option: --print-capabilities "
		"(OptionParser::InvalidOption)\n",
		"x.rb:5:in `<main>': invalid option: --print-capabilities "
		"(OptionParser::InvalidOption)"},
	{"Node", "node: bad option: --print-capabilities\n",
		"node: bad option: --print-capabilities"},
	{"a JVM",
		"Unrecognized option: --print-capabilities\nError: Could not create the "
		"Java Virtual Machine.\n",
		"Unrecognized option: --print-capabilities"},
	{"picocli", "Unknown option: '--print-capabilities'\nUsage: x [-s=PATH]\n",
		"Unknown option: '--print-capabilities'"},
	{"argh", "Unrecognized argument: --print-capabilities\n",
		"Unrecognized argument: --print-capabilities"},
	{"CLI11", "The following argument was not expected: --print-capabilities\n",
		"The following argument was not expected: --print-capabilities"},
	{"cxxopts", "error parsing options: Option 'print-capabilities' does not exist\n",
		"error parsing options: Option 'print-capabilities' does not exist"},
	{"bpaf", "`--print-capabilities` is not expected in this context\n",
		"`--print-capabilities` is not expected in this context"},
	{"optparse-applicative",
		"Invalid option `--print-capabilities'\n\nUsage: x --socket-path PATH\n",
		"Invalid option `--print-capabilities'"},
	{"GCC", "gcc: error: unrecognized command-line option '--print-capabilities'\n",
		"gcc: error: unrecognized command-line option '--print-capabilities'"},
	{"QEMU", "qemu-system-x86_64: --print-capabilities: invalid option\n",
		"qemu-system-x86_64: --print-capabilities: invalid option"},
	{"a coreutil without options", "x: extra operand '--print-capabilities'\n",
		"x: extra operand '--print-capabilities'"},
	{"iproute2", "Option \"-print-capabilities\" is unknown, try \"ip -help\".\n",
		"Option \"-print-capabilities\" is unknown, try \"ip -help\"."},
	{"less", "There is no print-capabilities option (\"less --help\" for help)\n",
		"There is no print-capabilities option (\"less --help\" for help)"},
	{"APT",
		"E: Command line option --print-capabilities is not understood in "
		"combination with the other options\n",
		"E: Command line option --print-capabilities is not understood in "
		"combination with the other options"},
	{"after noise",
		"error: XDG_RUNTIME_DIR is not set\n"
		"x: unknown argument --print-capabilities\n",
		"x: unknown argument --print-capabilities"},
};

/* Of programs that fail otherwise. */
static const Case others[] = {
	{"nothing", "", NULL},
	{"blanks", " \n\t\n", NULL},
	{"one line", "no device\n", "no device"},
	{"no end of line", "no device", "no device"},
	{"usage alone", "Usage: x --socket-path=PATH\n  --fd=N\n",
		"Usage: x --socket-path=PATH"},
	{"usage that knows the option",
		"usage: x [-h] [--print-capabilities] --socket-path PATH\n"
		"x: error: the following arguments are required: --socket-path\n",
		"x: error: the following arguments are required: --socket-path"},
	{"usage of several lines",
		"usage: x [-h] --socket-path PATH\n         [--print-capabilities]\n"
		"x: error: argument --fd: invalid int value: 'x'\n",
		"x: error: argument --fd: invalid int value: 'x'"},
	{"another option, of a wrapper",
		"error: unexpected argument '--daemonize' found\n",
		"error: unexpected argument '--daemonize' found"},
	{"another short option", "x: invalid option -- 'z'\n",
		"x: invalid option -- 'z'"},
	{"clap's continuation",
		"error: the following required arguments were not provided:\n"
		"  --socket-path <PATH>\n  --shared-dir <DIR>\n\n"
		"Usage: x --socket-path <PATH>\n",
		"error: the following required arguments were not provided: "
		"--socket-path <PATH> --shared-dir <DIR>"},
	{"about our option, but known",
		"error: cannot open the log\nx: --print-capabilities needs --type\n",
		"x: --print-capabilities needs --type"},
	{"the command line repeated",
		"Running ['/usr/bin/x', '--print-capabilities']\n"
		"fatal: cannot open /dev/vhost-x\n",
		"fatal: cannot open /dev/vhost-x"},
	{"sh -x",
		"+ exec /usr/lib/x --print-capabilities\n/usr/bin/x: 3: exec: "
		"/usr/lib/x: not found\n",
		"/usr/bin/x: 3: exec: /usr/lib/x: not found"},
	{"a Python traceback",
		"Traceback (most recent call last):\n"
		"  File \"/usr/bin/x\", line 1, in <module>\n"
		"    from gi.repository import error\n"
		"ModuleNotFoundError: No module named 'gi'\n",
		"ModuleNotFoundError: No module named 'gi'"},
	{"a chain of tracebacks",
		"Traceback (most recent call last):\n  File \"x\", line 1, in f\n"
		"KeyError: 'HOME'\n\n"
		"During handling of the above exception, another exception occurred:\n\n"
		"Traceback (most recent call last):\n  File \"x\", line 3, in <module>\n"
		"RuntimeError: no home\n",
		"RuntimeError: no home"},
	{"a traceback in a log",
		"ERROR:root:it failed\nTraceback (most recent call last):\n"
		"  File \"x\", line 3, in <module>\nPermissionError: [Errno 13] denied\n"
		"error: leaving\n",
		"PermissionError: [Errno 13] denied"},
	{"Python without one",
		"  File \"x.py\", line 1\n    print \"a\"\n    ^^^^^^^^^\n"
		"SyntaxError: Missing parentheses in call to 'print'\n",
		"SyntaxError: Missing parentheses in call to 'print'"},
	{"a Rust panic",
		"\nthread 'main' panicked at src/main.rs:42:10:\n"
		"called `Result::unwrap()` on an `Err` value: Os { code: 2 }\n"
		"note: run with `RUST_BACKTRACE=1` environment variable to display a "
		"backtrace\n",
		"thread 'main' panicked at src/main.rs:42:10: called `Result::unwrap()` "
		"on an `Err` value: Os { code: 2 }"},
	{"an old Rust panic",
		"thread 'main' panicked at 'no device', src/main.rs:2:5\n"
		"note: run with `RUST_BACKTRACE=1` to display an error\n",
		"thread 'main' panicked at 'no device', src/main.rs:2:5"},
	{"a Go panic",
		"panic: open /dev/x: no such file or directory\n\n"
		"goroutine 1 [running]:\nmain.main()\n\t/src/error.go:4 +0x1d\n"
		"exit status 2\n",
		"panic: open /dev/x: no such file or directory"},
	{"Go's log.Fatal",
		"2026/01/01 10:00:00 starting\n2026/01/01 10:00:00 listen unix: bind: "
		"permission denied\n",
		"2026/01/01 10:00:00 listen unix: bind: permission denied"},
	{"a Java exception",
		"Picked up JAVA_TOOL_OPTIONS: -Derror=1\n"
		"Exception in thread \"main\" java.lang.IllegalStateException: no bus\n"
		"\tat x.Errors.raise(Errors.java:3)\n\tat x.Main.main(Main.java:9)\n",
		"Exception in thread \"main\" java.lang.IllegalStateException: no bus"},
	{"its cause",
		"Exception in thread \"main\" java.lang.ExceptionInInitializerError\n"
		"\tat x.Main.main(Main.java:9)\n"
		"Caused by: java.io.FileNotFoundException: /etc/x (No such file)\n"
		"\t... 1 more\n",
		"Caused by: java.io.FileNotFoundException: /etc/x (No such file)"},
	{"Node",
		"/usr/lib/x.js:3\nthrow new Error('no device');\n^\n\n"
		"Error: no device\n    at Object.<anonymous> (/usr/lib/error.js:3:7)\n\n"
		"Node.js v20.1.0\n",
		"Error: no device"},
	{"Node itself",
		"node:internal/errors:541\n      throw error;\n      ^\n\n"
		"SystemError [ERR_SYSTEM_ERROR]: A system error occurred: x returned y\n"
		"    at Object.x (node:os:223:16)\n"
		"    at node:internal/main/run_main_module:28:49 {\n"
		"  code: 'ERR_SYSTEM_ERROR',\n}\n\nNode.js v20.20.2\n",
		"SystemError [ERR_SYSTEM_ERROR]: A system error occurred: x returned y"},
	{"C++",
		"terminate called after throwing an instance of 'std::runtime_error'\n"
		"  what():  no device\n",
		"what():  no device"},
	{".NET",
		"Unhandled exception. System.IO.IOException: no device\n   at Main() in "
		"error.cs:line 3\n",
		"Unhandled exception. System.IO.IOException: no device"},
	{"Perl",
		"Can't locate JSON.pm in @INC (you may need to install the JSON module) "
		"at x line 1.\nBEGIN failed--compilation aborted at x line 1.\n",
		"Can't locate JSON.pm in @INC (you may need to install the JSON module) "
		"at x line 1."},
	{"Ruby",
		"x.rb:1:in `require': cannot load such file -- foo (LoadError)\n"
		"\tfrom x.rb:1:in `<main>'\n",
		"x.rb:1:in `require': cannot load such file -- foo (LoadError)"},
	{"ld.so",
		"x: error while loading shared libraries: libEGL.so.1: cannot open "
		"shared object file: No such file or directory\n",
		"x: error while loading shared libraries: libEGL.so.1: cannot open "
		"shared object file: No such file or directory"},
	{"ld.so, a version",
		"/usr/lib/x: /lib/libc.so.6: version `GLIBC_2.38' not found (required by "
		"/usr/lib/x)\n",
		"/usr/lib/x: /lib/libc.so.6: version `GLIBC_2.38' not found (required by "
		"/usr/lib/x)"},
	{"musl's loader",
		"Error loading shared library libepoxy.so.0: No such file or directory "
		"(needed by x)\nError relocating x: epoxy_gl: symbol not found\n",
		"Error loading shared library libepoxy.so.0: No such file or directory "
		"(needed by x)"},
	{"a shell", "hello\n./x: line 3: foo: not found\n",
		"./x: line 3: foo: not found"},
	{"an assertion of GLib",
		"**\nERROR:../main.c:12:main: assertion failed (a == b): (1 == 2)\n"
		"Bail out! ERROR:../main.c:12:main: assertion failed\n",
		"ERROR:../main.c:12:main: assertion failed (a == b): (1 == 2)"},
	{"a sanitizer",
		"=================================================================\n"
		"==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n",
		"==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x1"},
	{"noise of libraries",
		"\n(x:12): Gtk-WARNING **: 10:00:00.000: cannot open display: \n"
		"libEGL warning: failed to open /dev/dri/renderD128: denied\n"
		"MESA: error: ZINK: failed to choose pdev\n"
		"MESA-LOADER: failed to open swrast\n"
		"Fontconfig error: Cannot load default config file\n"
		"ALSA lib conf.c:1: error: cannot find card\n"
		"[INFO] listening for errors\n2026-01-01 DEBUG no error so far\n"
		"time=1 level=info msg=\"fatal is not fatal\"\n"
		"perl: warning: Setting locale failed.\nno gpu here\n",
		"no gpu here"},
	{"nothing but noise", "libEGL warning: DRI2: failed to authenticate\n",
		"libEGL warning: DRI2: failed to authenticate"},
	{"a log with levels",
		"[2026-01-01T00:00:00Z INFO  x] starting without error\n"
		"[2026-01-01T00:00:00Z WARN  x] no configuration\n"
		"[2026-01-01T00:00:00Z ERROR x] Device is busy\n",
		"[2026-01-01T00:00:00Z ERROR x] Device is busy"},
	{"the first of several", "error: cannot open /dev/x\nerror: giving up\n",
		"error: cannot open /dev/x"},
	{"an error behind a failure", "could not load the theme\nerror: no device\n",
		"error: no device"},
	{"a failure behind talk", "hello\nlibrary 1.2\nPermission denied\nbye\n",
		"Permission denied"},
	{"a colon with nothing behind it", "error:\n", "error:"},
	{"a colon before a blank line", "Options:\n\nerror while parsing:\n  line 3\n",
		"error while parsing: line 3"},
	{"colours", "\x1b[1m\x1b[38;5;9merror\x1b[0m: \x1b[Kno device\x1b[m\n",
		"error: no device"},
	{"a title and a link",
		"\x1b]0;title\a\x1b]8;;http://a\x1b\\error\x1b]8;;\x1b\\: no device\n",
		"error: no device"},
	{"progress", "loading 10%\rloading 100%\rerror: no device\r\n",
		"error: no device"},
	{"where text was left out", "[... 100 bytes left out ...]\n", NULL},
	{"a colon before what was left out",
		"error:\n[... 100 bytes left out ...]\nno device\n", "error:"},
	/* Levels. */
	{"a warning with the word",
		"WARN  [main] 12:00 error count 0\n"
		"2026-01-01T00:00 ERROR could not open /srv/x/conf: No such file\n",
		"2026-01-01T00:00 ERROR could not open /srv/x/conf: No such file"},
	{"one letter",
		"[12:00] I: error handler installed\n"
		"[12:00] W: fatal signals are ignored\n"
		"[12:00] E: could not open firmware\n",
		"[12:00] E: could not open firmware"},
	{"the word beside a failure",
		"registering error handlers\ngpu: cannot open firmware fw.bin\n",
		"gpu: cannot open firmware fw.bin"},
	{"ignored", "gpu: cannot open theme (ignored)\ngpu: firmware: bad checksum\n",
		"gpu: firmware: bad checksum"},
	{"Google's",
		"W0102 10:00:00.1 7 a.cc:3] failed once\nE0102 10:00:00.2 7 a.cc:9] "
		"gone\n",
		"E0102 10:00:00.2 7 a.cc:9] gone"},
	{"an X server's",
		"(II) Module fbdev: failed to need anything\n(WW) no such font\n"
		"(EE) no screens\n",
		"(EE) no screens"},
	{"logfmt",
		"level=warning msg=\"cannot read theme\"\n"
		"time=2 level=error msg=\"firmware too old\"\n",
		"time=2 level=error msg=\"firmware too old\""},
	{"logs in JSON",
		"{\"level\": \"info\", \"msg\": \"cannot go wrong\"}\n"
		"{\"level\": \"error\", \"msg\": \"firmware too old\"}\n",
		"{\"level\": \"error\", \"msg\": \"firmware too old\"}"},
	{"in brackets, in small letters",
		"2026/01/01 [notice] 1#1: cannot happen\n"
		"2026/01/01 [warn] 1#1: cannot matter\n"
		"2026/01/01 [emerg] 1#1: bind() to /run/x\n",
		"2026/01/01 [emerg] 1#1: bind() to /run/x"},
	{"Python's logging",
		"WARNING:root:could not find a theme\nDEBUG:root:fatal\n"
		"CRITICAL:root:giving up\n",
		"CRITICAL:root:giving up"},
	{"Java's", "Jan 01, 2026 x.Main main\nINFO: cannot fail\nSEVERE: no bus\n",
		"SEVERE: no bus"},
	{"GCC's form", "a.c:1:1: warning: missing return\na.c:2:1: error: expected\n",
		"a.c:2:1: error: expected"},
	{"notices", "NOTICE: error reporting is on\nx: no gpu\n", "x: no gpu"},
	{"no level, but a name", "starting\ncannot read device info: denied\n",
		"cannot read device info: denied"},
	{"no level, but a path", "starting\nC: cannot read E:\\x\nleaving\n",
		"C: cannot read E:\\x"},
	{"of two levels the first counts", "ERROR no INFO from the card\nINFO no ERROR\n",
		"ERROR no INFO from the card"},
	{"what cannot be used, and something else is",
		"failed to load a.so, falling back to b.so\n"
		"skipping missing c.so\nb.so: checksum mismatch\n",
		"b.so: checksum mismatch"},
	{"no errors", "0 errors, no errors found\nchecksum differs\n",
		"checksum differs"},
	{"a panic handler", "panic handler set\nsetup: no bus\n", "setup: no bus"},
	{"an error of a call", "theme not found\nread error: Input/output error\n",
		"read error: Input/output error"},
	{"not ASCII", "\xe8\xa8\xad\xe5\x82\x99\xe3\x81\x8c\xe3\x81\xaa\xe3\x81\x84\n",
		"\xe8\xa8\xad\xe5\x82\x99\xe3\x81\x8c\xe3\x81\xaa\xe3\x81\x84"},
};

static void check(const Case *cases, size_t n, bool is_unknown)
{
	for (size_t i = 0; i < n; i++) {
		g_auto(Excerpt) excerpt = {0};

		g_test_message("%s", cases[i].what);
		excerpt_choose(cases[i].err, "", &excerpt);
		g_assert_cmpstr(excerpt.line, ==, cases[i].line);
		g_assert_cmpint(excerpt.unknown_option, ==, is_unknown);
	}
}

static void test_unknown(void)
{
	check(unknown, G_N_ELEMENTS(unknown), true);
}

static void test_others(void)
{
	check(others, G_N_ELEMENTS(others), false);
}

static void test_stdout(void)
{
	static const struct {
		const char *err, *out, *line;
	} cases[] = {
		{"", "", NULL},
		{"", "no device\n", "no device"},
		{"\n", "usage: x\nerror: no device\n", "error: no device"},
		{"libEGL warning: failed\n", "error: no device\n", "error: no device"},
		{"libEGL warning: failed\n", "[INFO] started\n",
			"libEGL warning: failed"},
		{"no device\n", "error: other\n", "no device"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Excerpt) excerpt = {0};

		excerpt_choose(cases[i].err, cases[i].out, &excerpt);
		g_assert_cmpstr(excerpt.line, ==, cases[i].line);
		g_assert_false(excerpt.unknown_option);
	}
	g_auto(Excerpt) excerpt = {0};

	excerpt_choose("", "x 1.0\nx: unknown option --print-capabilities\n", &excerpt);
	g_assert_cmpstr(excerpt.line, ==, "x: unknown option --print-capabilities");
	g_assert_true(excerpt.unknown_option);
}

static void test_long_line(void)
{
	g_autofree char *long_line = g_strnfill(199, 'a');
	g_autofree char *text = g_strconcat(long_line, "\u20ac\u20ac\n", NULL);
	g_autofree char *wanted = g_strconcat(long_line, "...", NULL);
	g_auto(Excerpt) excerpt = {0};

	excerpt_choose(text, "", &excerpt);
	g_assert_cmpstr(excerpt.line, ==, wanted);
}

/* Whatever is written: one line, of bounded length, and UTF-8. */
static void test_any(void)
{
	static const char *const pieces[] = {"\n", "\r", "\b", "\t", " ", "\x1b", "\x1b[",
		"\x1b]", "\a", "\x9b", "\xc2", "\xe2\x82", "\u20ac", "0", ":", "-",
		"error", "Traceback (most recent call last):\n",
		"Caused by: ", "Error:", "--print-capabilities", "unknown option",
		"option --", "[... 1 bytes left out ...]", "usage", "/", "'"};

	for (int round = 0; round < 20000; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_auto(Excerpt) excerpt = {0};
		g_autofree char *valid = NULL, *place = NULL;
		const char *line;

		for (int n = g_test_rand_int_range(0, 40); n > 0; n--)
			g_string_append(text,
				pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
		valid = g_utf8_make_valid(text->str, (gssize)text->len);
		excerpt_choose(valid, valid, &excerpt);
		line = excerpt.line ? excerpt.line : "x";
		g_assert_true(g_utf8_validate(line, -1, NULL));
		g_assert_true(*line && !strpbrk(line, "\n\r\x1b"));
		g_assert_cmpuint(strlen(line), <=, 203);
		place = excerpt_at(valid, 0);
		g_assert_true(!place || !strchr(place, '\n'));
	}
}

static void test_place(void)
{
	static const struct {
		const char *text;
		size_t offset;
		const char *line;
	} cases[] = {
		{"one\n  two words\nthree", 6, "two words"},
		{"one", 0, "one"},
		{"one\n", 4, NULL},
		{"one\n\ntwo", 4, NULL},
		{"", 0, NULL},
		{"\x1b[31mone\x1b[m", 2, "one"},
		{"0123456789012345678901234567890123456789x0123456789", 41,
			"...123456789012345678901234567890123456789x0123456789"},
		{"x01234567890123456789012345678901234567890123456789012345678901", 0,
			"x01234567890123456789012345678901234567890123456789012345678.."
			"."},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *line = excerpt_at(cases[i].text, cases[i].offset);

		g_assert_cmpstr(line, ==, cases[i].line);
	}
}

static void test_strip(void)
{
	static const struct {
		const char *text, *plain;
	} cases[] = {
		{"", ""},
		{"plain \u20ac\n", "plain \u20ac\n"},
		{"a\x1b[31;1mb\x1b[0mc", "abc"},
		{"a\xc2\x9b"
		 "31mb",
			"ab"},
		{"a\x1b[?25lb\x1b[2Jc\x1b[1;1Hd", "abcd"},
		{"a\x1b]2;title\ab\x1b]2;title\x1b\\c", "abc"},
		{"a\x1bPq\x1b\\b\x1b_x\x1b\\c", "abc"},
		{"a\x1b(Bb\x1b=c\x1b"
		 "7d",
			"abcd"},
		/* What does not end hides no other line. */
		{"a\x1b]2;title\nb", "a\nb"},
		{"a\x1b[31\nb", "a\nb"},
		{"a\x1b", "a"},
		{"a\x1b[", "a"},
		{"a\x1b]", "a"},
		/* Lines that are written over. */
		{"10%\r20%\rdone\n", "done\n"},
		{"first\n10%\rdone", "first\ndone"},
		{"windows\r\nlines\r\r\n", "windows\nlines\n"},
		{"ends\r", "ends"},
		{"\rstarts", "starts"},
		{"a\b\bbc", "bc"},
		{"a\n\bb", "a\nb"},
		{"\u20ac\bx", "x"},
		{"be\al", "bel"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *plain = terminal_strip(cases[i].text);

		g_assert_cmpstr(plain, ==, cases[i].plain);
	}
}

/* ---- what is too long to be kept ---- */

static void test_shorten(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *whole = NULL, *shortened = NULL, *again = NULL, *euros = NULL;
	const char *mark;

	for (int i = 0; i < 1000; i++)
		g_string_append_printf(text, "line %d\n", i);
	whole = shorten_text(text->str, text->len, text->len);
	g_assert_cmpstr(whole, ==, text->str);
	shortened = shorten_text(text->str, text->len, 256);
	g_assert_cmpuint(strlen(shortened), <=, 256);
	g_assert_true(g_str_has_prefix(shortened, "line 0\nline 1\n"));
	g_assert_true(g_str_has_suffix(shortened, "\nline 998\nline 999\n"));
	mark = strstr(shortened, "[... ");
	g_assert_true(mark && mark[-1] == '\n');
	g_assert_true(g_str_has_prefix(strchr(mark, '\n') + 1, "line 9"));
	/* What was kept is all that is not counted. */
	g_assert_cmpuint(g_ascii_strtoull(mark + strlen("[... "), NULL, 10) +
				 strlen(shortened) -
				 (size_t)(strchr(mark, '\n') + 1 - mark),
		==, text->len + 1);
	again = shorten_text(shortened, strlen(shortened), 256);
	g_assert_cmpstr(again, ==, shortened);
	/* No character is cut, and what is no character is replaced. */
	for (int i = 0; i < 3; i++) {
		g_string_assign(text, "abc");
		g_string_truncate(text, i);
		for (int j = 0; j < 1000; j++)
			g_string_append(text, "\u20ac");
		g_free(euros);
		euros = shorten_text(text->str, text->len, 256);
		g_assert_null(strstr(euros, "\ufffd"));
		g_assert_true(g_utf8_validate(euros, -1, NULL));
	}
	g_free(again);
	again = shorten_text("a\0b\xff", 4, 256);
	g_assert_cmpstr(again, ==, "a\ufffdb\ufffd");
}

static void test_mark(void)
{
	g_assert_true(shorten_is_mark("[... 12 bytes left out ...]"));
	g_assert_false(shorten_is_mark("[... 12 bytes left out ...] x"));
	g_assert_false(shorten_is_mark("error"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/excerpt/unknown-option", test_unknown);
	g_test_add_func("/excerpt/other-words", test_others);
	g_test_add_func("/excerpt/stdout", test_stdout);
	g_test_add_func("/excerpt/long-line", test_long_line);
	g_test_add_func("/excerpt/any", test_any);
	g_test_add_func("/excerpt/place", test_place);
	g_test_add_func("/excerpt/terminal", test_strip);
	g_test_add_func("/shorten/text", test_shorten);
	g_test_add_func("/shorten/mark", test_mark);
	return g_test_run();
}
