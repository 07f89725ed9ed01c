# Completion for fish: asks unfin itself.
complete -c unfin -a '(unfin complete -- (commandline -opc)[2..-1] (commandline -ct))'
