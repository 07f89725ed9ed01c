# One play of a leak at a known rate -> its line: what each look says the finding grows by, in a second. It may say that it
# does not know, with the window that would tell, or when to ask again.
$expect[0] as $e
| def cell: [.findings[] | select(.id == $e.roots[0].id and .subject.comm == $e.roots[0].subject)][0] as $f
    | if $f == null then "-"
      elif $f.growth_per_min == null then (if $f.eta_why | test("--window|ask again") then "unknown" else "no way on" end)
      else ($f.growth_per_min / 60) as $per_s
        | "\($per_s * 100 | round / 100)" + (if ($per_s / $e.growth_per_s - 1) | fabs <= 0.2 then "" else " WRONG" end) end;

[$looks[] | cell] as $cells
| "\(if any($cells[]; test("WRONG|no way")) then "FAIL" else "ok  " end) \($e.name) \($seed): says \($cells | join(", ")); \($e.growth_per_s) is right"
