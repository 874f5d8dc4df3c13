{ SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors }
{ SPDX-License-Identifier: LGPL-2.1-or-later

  A backend in Free Pascal: threads, a child, the name of this machine, the time. }
program backend;
{$mode objfpc}{$H+}
uses cthreads, Classes, SysUtils, Process, Unix;

type
  TWorker = class(TThread)
    procedure Execute; override;
  end;

procedure TWorker.Execute;
begin
  Sleep(1);
end;

procedure Must(Holds: Boolean; const What: string);
begin
  if Holds then exit;
  WriteLn(StdErr, What);
  Halt(1);
end;

var
  Workers: array[1..8] of TWorker;
  Said: string;
  I: Integer;
begin
  for I := 1 to 8 do Workers[I] := TWorker.Create(False);
  for I := 1 to 8 do begin Workers[I].WaitFor; Workers[I].Free; end;
  Must(RunCommand('uname', ['-s'], Said) and (Trim(Said) = 'Linux'), 'output of a child');
  Randomize;
  Must(Random < 1, 'random numbers');
  Must((GetHostName <> '') and (Now > 36525) and (GetProcessID > 0), 'machine');
  WriteLn('{"type": "sample", "features": ["healthy"]}');
end.
