#!/usr/bin/clisp -q
;;; SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
;;; SPDX-License-Identifier: LGPL-2.1-or-later
;;;
;;; A backend in Common Lisp, of CLISP: children, random numbers.
(assert (string= (read-line (ext:run-program "uname" :arguments '("-s") :output :stream)) "Linux"))
(assert (null (ext:shell "true")))
(assert (< (random 10 (make-random-state t)) 10))
(assert (plusp (length (machine-instance))))
(format t "{\"type\": \"sample\", \"features\": [\"healthy\"]}~%")
(ext:quit 0)
