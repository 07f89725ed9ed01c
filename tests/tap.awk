# Reads what one test program said (TAP, as cmocka, bats and the gates write it) and counts it. Shows
# failures with all their lines and skips with their reason; passes are silent. A program that died, or
# that said nothing, is a failure. In: -v from=NAME -v status=N -v totals=FILE.

function begin(line) {
	failing = 0
	seen++
	last = line
}

/^1\.\.[0-9]+/ { plan = substr($1, 4) + 0; planned = 1; next }

/^(not )?ok( .*)?# *[Ss][Kk][Ii][Pp]/ {
	begin($0)
	skipped++
	sub(/^(not )?ok [0-9]* *(- )?/, "")
	sub(/ *# *[Ss][Kk][Ii][Pp] */, ": ")
	sub(/^: /, "")
	print "  skip " from ": " $0
	next
}

/^ok( |$)/ { begin($0); passed++; next }

/^not ok( |$)/ {
	begin($0)
	failing = 1
	failed++
	sub(/^not ok [0-9]* *(- )?/, "")
	print "  FAIL " from ": " $0
	next
}

failing { print "    " $0; next }
{ other = other "    " $0 "\n" }

END {
	if (planned && seen < plan) {
		failed += plan - seen
		print "  FAIL " from ": ended with status " status " after \"" last "\", " plan - seen " tests not run"
		printf "%s", other
	} else if (!planned || (status && !failed)) {
		failed++
		print "  FAIL " from ": ended with status " status (planned ? "" : " and without a plan")
		printf "%s", other
	}
	print passed + 0, failed + 0, skipped + 0 > totals
}
