# One play of tests/when/run -> its line: "ok" or "FAIL", then the table's columns. The stated end is the soonest that a
# finding of the fault has; a look may say that it does not know, a window may not. "skip" if the fault's programs could
# not keep their pace on this machine.
($expect[0]) as $e
| ([$e.roots[].id, $e.effects[].id]) as $ids
| ([$ledger[] | select(.event? == "first_failure") | .at_unix_ms] | min) as $failed_ms

| def unix_ms: (.[0:19] + "Z" | fromdate) * 1000 + (.[20:23] | tonumber);
  def stated: [.findings[] | select(.id as $id | $ids | index($id)) | .eta | select(. != null)] | min_by(.s);
  def holds($real): (.low_s <= $real and (.high_s == null or $real <= .high_s + 1)) or ((.s - $real) | fabs) <= 0.2 * $real;
  def judged: (($failed_ms - (.taken_at | unix_ms)) / 1000) as $real | stated as $eta
    | if $eta == null then {status: "unknown", text: "unknown, \($real | round)"}
      else {status: (if $eta | holds($real) then "ok" else "wrong" end)}
        | .text = "\($eta.s) (\($eta.low_s)-\($eta.high_s // "")) \($real | round) \(.status)" end;
  def after: [.findings[] | select(.id == $e.end.id)] as $found
    | if $found == [] then "no \($e.end.id)"
      elif any($found[].victims[]; .process.comm == $e.end.process and .call == $e.end.call and .errno == $e.end.errno) then "ok"
      else "victims: \([$found[].victims[] | "\(.process.comm) \(.call) \(.errno)"] | join(", "))" end;
  def wide($n): . + " " * ($n - length);

($one[0] | judged) as $early | ($window[0] | judged) as $watched | ($last[0] | after) as $after
| any($ledger[]; .late? == true) as $late
| (if $late then "skip" elif $early.status != "wrong" and $watched.status == "ok" and $after == "ok" then "ok" else "FAIL" end | wide(4))
  + " \($e.name | wide(16)) \($seed | wide(6)) \($early.text | wide(30)) \($watched.text | wide(30)) \($after)"
