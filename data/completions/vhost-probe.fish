# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completes vhost-probe's command line in fish. It asks the vhost-probe in PATH what fits, never a
# program that the line names by its path.

function __vhost_probe_complete
    set -l last (commandline -ct)
    set -l lead (string match -r -- '^-[^=]*=' "$last")
    set -l path (string replace -- "$lead" '' "$last")

    for line in (command vhost-probe complete -- (commandline -opc)[2..-1] "$last" 2>/dev/null)
        switch $line
            case :file
                for name in (__fish_complete_path "$path")
                    echo -- "$lead$name"
                end
            case :directory
                for name in (__fish_complete_directories "$path")
                    echo -- "$lead$name"
                end
            case '*'
                echo -- $line
        end
    end
end

complete -c vhost-probe -f -a '(__vhost_probe_complete)'
