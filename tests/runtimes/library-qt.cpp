// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend with Qt: settings, a child, a thread of its pool, the main loop.
 */
#include <QCoreApplication>
#include <QProcess>
#include <QSettings>
#include <QThreadPool>
#include <QTimer>
#include <cstdio>

int main(int argc, char **argv)
{
	QCoreApplication application(argc, argv);
	QProcess child;

	QSettings("example", "backend").value("nothing");
	child.start("echo", QStringList("a child"));
	if (!child.waitForFinished()) {
		fprintf(stderr, "%s\n", qPrintable(child.errorString()));
		return 1;
	}
	QThreadPool::globalInstance()->start([] {});
	QTimer::singleShot(10, &application, &QCoreApplication::quit);
	if (application.exec() != 0)
		return 1;
	puts("{\"type\": \"sample\", \"features\": [\"healthy\"]}");
	return 0;
}
