#!/usr/bin/racket
#lang racket/base
;; SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
;; SPDX-License-Identifier: LGPL-2.1-or-later
;;
;; A backend in Racket: threads, futures, a child, random numbers, the time.
(require racket/future racket/port racket/system)
(define (must holds what)
  (unless holds
    (eprintf "~a\n" what)
    (exit 1)))
(define results (for/list ([n 8]) (let ([c (make-channel)]) (thread (lambda () (channel-put c (* n n)))) c)))
(must (= (apply + (map channel-get results)) 140) "threads")
(must (= (apply + (for/list ([f (for/list ([n 8]) (future (lambda () (* n n))))]) (touch f))) 140) "futures")
(must (equal? (with-output-to-string (lambda () (system* "/bin/uname" "-s"))) "Linux\n") "output of a child")
(must (> (processor-count) 0) "processors")
(must (< (random) 1) "random numbers")
(must (date*-time-zone-name (seconds->date (current-seconds))) "time zone")
(collect-garbage)
(display "{\"type\": \"sample\", \"features\": [\"healthy\"]}\n")
