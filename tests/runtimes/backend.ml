(* SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors *)
(* SPDX-License-Identifier: LGPL-2.1-or-later

   A backend in OCaml: threads, a child, a pair of sockets, the names of this machine. *)
let must holds what = if not holds then failwith what

let () =
  let threads = List.init 8 (fun n -> Thread.create (fun () -> ignore (Bytes.create (n lsl 20))) ()) in
  List.iter Thread.join threads;
  let child = Unix.open_process_in "uname -s" in
  must (input_line child = "Linux") "output of a child";
  must (Unix.close_process_in child = Unix.WEXITED 0) "status of a child";
  let one, other = Unix.socketpair Unix.PF_UNIX Unix.SOCK_STREAM 0 in
  must (Unix.write_substring one "x" 0 1 = 1) "pair of sockets";
  must (Unix.read other (Bytes.create 1) 0 1 = 1) "pair of sockets";
  Random.self_init ();
  must (Unix.gethostname () <> "" && Sys.executable_name <> "") "names";
  must ((Unix.getpwuid 0).Unix.pw_uid = 0) "users";
  must ((Unix.localtime (Unix.time ())).Unix.tm_year > 100) "time";
  Gc.full_major ();
  print_endline "{\"type\": \"sample\", \"features\": [\"healthy\"]}"
