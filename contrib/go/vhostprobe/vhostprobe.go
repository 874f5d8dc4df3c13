// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Package vhostprobe asks vhost-probe, never by a shell, which vhost-user backend to use:
//
//	path, err := vhostprobe.Find(ctx, vhostprobe.Request{Type: "gpu", Need: []string{"virgl"}})
package vhostprobe

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// What errors.Is finds in an error. Where vhost-probe could not be run, it finds what os/exec
// reports, such as exec.ErrNotFound; where the context has ended, the error of the context.
var (
	ErrNoMatch   = errors.New("no backend matches")            // exit status 1
	ErrFailed    = errors.New("the work could not be done")    // 2, also a malformed request
	ErrNotCached = errors.New("a backend is not in the cache") // 3, with --cache=only
	ErrForeign   = errors.New("prints no document of schema 1")

	kinds = map[int]error{0: nil, 1: ErrNoMatch, 2: ErrFailed, 3: ErrNotCached}
)

// Candidate is a manifest that is not of another type, and why it was not chosen. The verdict is a
// stable name. All three may hold any character: escape them before you show them.
type Candidate struct{ Name, Verdict, Reason string }

// Error is why no backend was chosen, in vhost-probe's own words, which a terminal can show.
type Error struct {
	Candidates []Candidate
	text       string
	kind       error
}

func (e *Error) Error() string { return e.kind.Error() + ": " + e.text }
func (e *Error) Unwrap() error { return e.kind }

// Request is what is wanted. Type is mandatory.
type Request struct {
	Type    string       // of the backend
	Need    []string     // the features that it must have
	Options []string     // of vhost-probe select: "--cache=only", "--timeout=2" per backend
	Program string       // if it is not vhost-probe in $PATH
	Remark  func(string) // is called with what vhost-probe remarks on success
}

// Find returns the path of the first backend that fits the request. When ctx ends, vhost-probe is
// killed together with all that it runs.
func Find(ctx context.Context, request Request) (string, error) {
	program := request.Program
	if program == "" {
		program = "vhost-probe"
	}
	words := append([]string{"select", "--json", "--type=" + request.Type}, request.Options...)
	for _, feature := range request.Need {
		words = append(words, "--need="+feature)
	}
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, program, words...)
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	kind, ended := kinds[command.ProcessState.ExitCode()]
	if !ended && ctx.Err() != nil {
		return "", fmt.Errorf("%s: %w", program, ctx.Err())
	} else if !ended {
		return "", fmt.Errorf("%s: %w", program, err)
	}
	var result struct {
		Schema     int
		Selected   string
		Candidates []Candidate
	}
	isForeign := json.Unmarshal(stdout.Bytes(), &result) != nil || result.Schema != 1 ||
		kind == nil && result.Selected == ""
	if isForeign && (kind == nil || stdout.Len() > 0) { // a malformed request has no document
		return "", fmt.Errorf("%s: %w", program, ErrForeign)
	}
	text := strings.TrimSpace(strings.ToValidUTF8(stderr.String(), "\uFFFD"))
	if kind == nil {
		if text != "" && request.Remark != nil {
			request.Remark(text)
		}
		return result.Selected, nil
	}
	failure := &Error{text: text, kind: kind}
	for _, one := range result.Candidates {
		if one.Verdict != "other-type" {
			failure.Candidates = append(failure.Candidates, one)
		}
	}
	return "", failure
}
