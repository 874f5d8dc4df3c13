// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A caller of the kit in Go: see tests/cli/kits.bats. SIGINT cancels the call.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"time"

	"vhostprobe"
)

var kinds = []struct {
	err  error
	name string
}{
	{vhostprobe.ErrNoMatch, "no-match"},
	{vhostprobe.ErrFailed, "failed"},
	{vhostprobe.ErrNotCached, "not-cached"},
	{vhostprobe.ErrForeign, "foreign"},
	{context.Canceled, "canceled"},
	{context.DeadlineExceeded, "deadline"},
	{exec.ErrNotFound, "missing"},
	{fs.ErrNotExist, "missing"},
	{fs.ErrPermission, "missing"},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if seconds := os.Getenv("DEADLINE"); seconds != "" {
		deadline, err := time.ParseDuration(seconds + "s")
		if err != nil {
			panic(err)
		}
		ctx, stop = context.WithTimeout(ctx, deadline)
		defer stop()
	}
	request := vhostprobe.Request{
		Type:    os.Args[1],
		Program: os.Getenv("VHOST_PROBE"),
		Remark:  func(text string) { fmt.Fprintln(os.Stderr, text) },
	}
	for i, word := range os.Args[2:] {
		if word == "--" {
			request.Options = os.Args[i+3:]
			break
		}
		request.Need = append(request.Need, word)
	}
	path, err := vhostprobe.Find(ctx, request)
	if err == nil {
		fmt.Println(path)
		return
	}
	name := "other"
	for _, kind := range kinds {
		if errors.Is(err, kind.err) {
			name = kind.name
			break
		}
	}
	fmt.Println(name)
	if failure := (*vhostprobe.Error)(nil); errors.As(err, &failure) {
		for _, one := range failure.Candidates {
			fmt.Printf("%s\t%s\t%q\n", one.Name, one.Verdict, one.Reason)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
