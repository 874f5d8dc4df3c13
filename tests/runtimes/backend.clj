;; SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
;; SPDX-License-Identifier: LGPL-2.1-or-later
;;
;; A backend in Clojure: agents and futures, a child.
(require '[clojure.java.shell :as shell])
(assert (= *command-line-args* ["--print-capabilities"]))
(assert (= (reduce + (pmap #(* % %) (range 8))) 140))
(assert (= @(future 42) 42))
(assert (= (:out (shell/sh "uname" "-s")) "Linux\n"))
(println "{\"type\": \"sample\", \"features\": [\"healthy\"]}")
(shutdown-agents)
