;;; SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
;;; SPDX-License-Identifier: LGPL-2.1-or-later
;;;
;;; A backend in Common Lisp, of SBCL: threads, a child, random numbers, time, and a collection of
;;; garbage. Read as a script, or kept as an image of its own.
(require :sb-posix)

(defun must (holds what)
  (unless holds
    (format *error-output* "~a~%" what)
    (sb-ext:exit :code 1 :abort t)))

(defun main ()
  #+sb-thread
  (let ((threads (loop for n below 8
                       collect (let ((n n)) (sb-thread:make-thread (lambda () (* n n)))))))
    (must (= (reduce #'+ (mapcar #'sb-thread:join-thread threads)) 140) "threads"))
  (let ((child (sb-ext:run-program "uname" '("-s") :search t :output :stream)))
    (must (string= (read-line (sb-ext:process-output child)) "Linux") "output of a child")
    (must (zerop (sb-ext:process-exit-code child)) "status of a child"))
  (must (< (random 10 (make-random-state t)) 10) "random numbers")
  (must (plusp (length (machine-instance))) "name of this machine")
  (must (> (get-universal-time) 0) "time")
  (must (compile nil '(lambda (x) (1+ x))) "compiler")
  (sb-ext:gc :full t)
  (format t "{\"type\": \"sample\", \"features\": [\"healthy\"]}~%")
  (finish-output)
  (sb-ext:exit :abort nil))
