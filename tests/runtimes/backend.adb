--  SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
--  SPDX-License-Identifier: LGPL-2.1-or-later
--
--  A backend in Ada: tasks, a delay, the calendar, random numbers, the environment.
with Ada.Calendar;
with Ada.Command_Line;
with Ada.Environment_Variables;
with Ada.Numerics.Float_Random;
with Ada.Text_IO;

procedure Backend is
   task type Worker is
      entry Take (N : out Integer);
   end Worker;

   task body Worker is
   begin
      delay 0.001;
      accept Take (N : out Integer) do
         N := 42;
      end Take;
   end Worker;

   Workers   : array (1 .. 8) of Worker;
   Generator : Ada.Numerics.Float_Random.Generator;
   N         : Integer;
   use type Ada.Calendar.Year_Number;
begin
   for W of Workers loop
      W.Take (N);
      if N /= 42 then
         raise Program_Error;
      end if;
   end loop;
   Ada.Numerics.Float_Random.Reset (Generator);
   if Ada.Numerics.Float_Random.Random (Generator) > 1.0
     or else Ada.Calendar.Year (Ada.Calendar.Clock) < 2000
     or else not Ada.Environment_Variables.Exists ("PATH")
     or else Ada.Command_Line.Argument_Count /= 1
   then
      raise Program_Error;
   end if;
   Ada.Text_IO.Put_Line ("{""type"": ""sample"", ""features"": [""healthy""]}");
end Backend;
