# Completion for fish: asks unfin itself. What it has no word for is a file's name.
function __unfin_offers
	set -l words (commandline -opc)
	set -l unfin (string replace -r '^~/' "$HOME/" -- $words[1])
	$unfin complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c unfin -n '__unfin_offers | string length -q' -f -a '(__unfin_offers)'
