#!/usr/bin/ecl --shell
;;; SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
;;; SPDX-License-Identifier: LGPL-2.1-or-later
;;;
;;; A backend in Common Lisp, of ECL: threads, a child, random numbers.
(let ((threads (loop for n below 8
                     collect (let ((n n)) (mp:process-run-function "worker" (lambda () (* n n)))))))
  (assert (= (reduce #'+ (mapcar #'mp:process-join threads)) 140)))
(assert (string= (read-line (ext:run-program "uname" '("-s") :output :stream)) "Linux"))
(assert (< (random 10 (make-random-state t)) 10))
(assert (plusp (get-universal-time)))
(format t "{\"type\": \"sample\", \"features\": [\"healthy\"]}~%")
(ext:quit 0)
