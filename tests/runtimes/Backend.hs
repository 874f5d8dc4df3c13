-- SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
-- SPDX-License-Identifier: LGPL-2.1-or-later

-- | A backend in Haskell, whose runtime reserves a TiB of addresses: threads on several
-- processors, a child, time, and a collection of garbage.
module Main (main) where

import Control.Concurrent
import Control.Monad
import Data.Time.LocalTime (getZonedTime)
import System.Environment (getArgs, getExecutablePath)
import GHC.Conc (getNumProcessors)
import System.Exit (ExitCode (..))
import System.Mem (performGC)
import System.Process (readProcessWithExitCode)
import System.Timeout (timeout)

must :: Bool -> String -> IO ()
must holds what = unless holds (ioError (userError what))

main :: IO ()
main = do
  args <- getArgs
  must (args == ["--print-capabilities"]) "arguments"
  results <- forM [1 .. 16 :: Int] $ \n -> do
    result <- newEmptyMVar
    _ <- forkOS (putMVar result $! sum [1 .. n * 1000])
    pure result
  sums <- mapM takeMVar results
  must (minimum sums == 500500) "threads"
  (status, output, _) <- readProcessWithExitCode "uname" ["-s"] ""
  must (status == ExitSuccess && output == "Linux\n") "output of a child"
  late <- timeout 1000 (threadDelay 1000000)
  must (late == Nothing) "timer"
  processors <- getNumProcessors
  must (processors > 0) "processors"
  _ <- getZonedTime
  path <- getExecutablePath
  must (not (null path)) "path"
  performGC
  putStrLn "{\"type\": \"sample\", \"features\": [\"healthy\"]}"
