// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A backend in Go: goroutines on several threads, a child, the file names and numbers that
// the runtime and the standard library ask for, and a collection of garbage. Built with cgo,
// names of users come from the C library.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)

	var group sync.WaitGroup
	for i := 0; i < 16; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			runtime.LockOSThread()
			_ = make([]byte, 1<<20)
			time.Sleep(time.Millisecond)
		}()
	}
	group.Wait()
	runtime.GC()

	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	output, err := exec.CommandContext(ctx, "uname", "-s").Output()
	must(err)
	if strings.TrimSpace(string(output)) != "Linux" {
		must(fmt.Errorf("uname said %q", output))
	}

	// A pipe is waited for by epoll.
	reader, writer, err := os.Pipe()
	must(err)
	go func() {
		time.Sleep(time.Millisecond)
		writer.Write([]byte("x"))
		writer.Close()
	}()
	_, err = reader.Read(make([]byte, 1))
	must(err)

	_, err = rand.Read(make([]byte, 16))
	must(err)
	_, err = os.Hostname()
	must(err)
	self, err := os.Executable()
	must(err)
	_, err = os.ReadDir(filepath.Dir(self))
	must(err)
	// An id without a name is no fault.
	if _, err = user.LookupId("0"); err != nil {
		must(err)
	}
	if runtime.NumCPU() < 1 || time.Now().Location() == nil {
		must(fmt.Errorf("processors or time zone"))
	}
	var limit syscall.Rlimit
	must(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	must(json.NewEncoder(os.Stdout).Encode(
		map[string]interface{}{"type": "sample", "features": []string{"healthy"}}))
}
