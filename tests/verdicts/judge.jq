# The judge: one expectation, one look (document and meta) -> one verdict on the verdict.
#   jq -n --argjson expect E --slurpfile doc LOOK.json --argjson meta M -f judge.jq
# A cell for every root: what was labelled, the first finding of that process, and how right it is:
#   ok         the cause, likely or certain
#   candidate  only a `possible`: the cause is its id, or among its alternatives
#   miss       nothing about that process, or only a `possible` with a candidate that the scene allows, or (from one look, or with a
#              hook off) an effect, or what is true besides
#   wrong      another cause, or an effect in its root's place
#   count      the cause, but not the number of sockets
# and faults of the whole page: wrong-certain, false-alarm, unlinked effects, missing victims, exit code, no JSON; and
#   not-a-root    what is labelled as a root is said to follow from something else
#   accused       an innocent process has a finding that nothing else causes
#   too-sure      another cause than the labelled one, above `possible`, where nobody can know yet
#   unsaid        a word that the right finding's evidence or advice must have
#   growth, forecast: of what stands still (a limit that is reached has no time left, and is none)
# Where hooks are off (`off` of the expectation, see tests/hooks), what they alone show may be missing, and nothing may be wrong:
#   untold        no gap says that the hook is off
#   all-clear     "nothing wrong" all the same

def glob_to_regex: "^" + (gsub("(?<c>[.+^$(){}|\\[\\]\\\\])"; "\\" + .c) | gsub("\\*"; ".*") | gsub("\\?"; ".")) + "$";
def matches($glob): . as $text | ($text // "") | test($glob | glob_to_regex; "s");
def command: if (.cmdline | type) == "array" then (.cmdline | join(" ")) else .cmdline end;
def process_is($glob): . != null and ((.comm | matches($glob)) or (command | matches($glob)));

def of_root($root):
  if $root.subject == "*" and $root.pid == null then true
  elif $root.subject == null then .subject == null and .id == $root.id
  elif $root.pid != null then .subject != null and .subject.pid == $root.pid
  else .subject | process_is($root.subject) end;

# TIME-WAIT has no process: who left it there, one look cannot know.
def of_nobody($root): if $look == "one" then map(select(.subject == null and .id == $root.id)) | first else null end;

def grave: .severity == "warning" or .severity == "critical";
def sure: .confidence == "certain" or .confidence == "likely";

# Two causes of one process are two roots: neither stands in the other's place.
def other_ids($roots; $i): [$roots | to_entries[] | select(.key != $i and .value.subject == $roots[$i].subject) | .value.id];

# Between two counts that differ sockets come and go, and between them there may have been fewer or more: by chance.
def is_count($low; $high):
  (if $low == $high then $high * 0.05 else [$high * 0.05, ($high | sqrt)] | max end) as $off
  | . >= $low - $off and . <= $high + $off;

# The hooks without which something is not seen at all.
def blind: [$expect.off[]? | select(. == "calls" or . == "state")];

# Where less is seen, what is likely may be the other cause that it names.
def is_open: .confidence == "possible" or (.confidence == "likely" and blind != []);

def cell($root; $others; $effects; $low; $high):
  ((map(select(of_root($root) and (.id as $id | $others | index($id) | not))) | first) // of_nobody($root)) as $f
  | {label: $root.id, got: ($f.id // "-"), confidence: ($f.confidence // "-"), count: $f.count,
     status: (
       if $f == null then "miss"
       elif $f.id == $root.id then
         if $low != null and ($f.count | is_count($low; $high) | not) then "count"
         elif $f | sure then "ok" else "candidate" end
       elif ($f | is_open) and ([$f.alternatives[]?.id] | index($root.id)) then "candidate"
       elif $f.confidence == "possible" and ($root.candidates // [] | index($f.id)) then "miss"
       elif $look == "one" and ($effects | index($f.id)) then "miss"
       elif blind != [] and ($effects + ($expect.allowed // []) | index($f.id)) then "miss"
       else "wrong" end)};

# Ids that state a fact and accuse nobody.
def harmless: ["half-closed"];

# What follows from another finding is no accusation.
def is_innocent($expect): . as $f | any($expect.innocent[]?; . as $glob | $f.subject | process_is($glob));
def is_effect_of_innocent($expect): .caused_by != null and is_innocent($expect);
def words: [.evidence[]?, .advice[]?.text] | join("\n") | ascii_downcase;

def label_faults($expect):
  ($expect.roots // []) as $roots
  | [$roots[].id, $expect.effects[]?.id, $expect.allowed[]?] as $known
  | (.findings // [])[]
  | (select(grave and .caused_by == null and is_innocent($expect)) | "accused:" + .id),
    (select(sure) | . as $f | $roots[] | select($expect.decidable == false and (. as $r | $f | of_root($r)))
      | select($known | index($f.id) | not) | "too-sure:" + $f.id),
    (. as $f | $roots[] | select(.says and .id == $f.id and (. as $r | $f | of_root($r)))
      | .says as $word | select(blind == []) | select($f | words | contains($word | ascii_downcase) | not) | "unsaid:" + $word),
    (select(.caused_by != null) | . as $f | $roots[] | select(.subject != null and .id == $f.id and (. as $r | $f | of_root($r))) | "not-a-root:" + .id),
    (select($expect.steady == true and (.growth_per_min // 0) > 0) | "growth:" + .id),
    (select($expect.steady == true and (.eta.s // 0) > 0) | "forecast:" + .id);

def blind_faults:
  (if .verdict == "ok" or .coverage.complete then "all-clear" else empty end),
  (blind - [.coverage.gaps[]? | select(.why | endswith("turned off on request")) | {"failing calls": "calls", "closes": "state"}[.what]]
    | .[] | "untold:" + .);

def page_faults($expect; $meta):
  . as $doc
  | [$expect.roots[]?.id] as $roots
  | (if $look == "one" or $expect.undecidable then [$expect.roots[]?.candidates // [] | .[]] else [] end) as $candidates
  | ($roots + [$expect.effects[]?.id] + ($expect.allowed // []) + $candidates) as $known
  | ($doc.findings // []) as $findings
  | [ ($findings[] | select(.confidence == "certain" and (is_effect_of_innocent($expect) | not) and (.id as $i | $known + harmless | index($i) | not)) | "wrong-certain:" + .id),
      ($findings[] | select(grave and (is_effect_of_innocent($expect) | not) and ($expect.healthy or (.id as $i | $known | index($i) | not)))
        | "false-alarm:" + .id),
      label_faults($expect),
      # What one look does not show cannot be named as the cause either.
      ($expect.effects[]? | . as $e | select($e.caused_by != null)
        | select($look != "one" or any($findings[]; .id == $e.caused_by)) | $findings[] | select(.id == $e.id)
        | . as $f | select([$findings[] | select(.key == $f.caused_by and .id == $e.caused_by)] == []) | "unlinked:" + $e.id),
      (if $expect.healthy and blind == [] then ($doc.verdict | select(. != "ok") | "verdict:" + tostring) else empty end),
      (if $meta.exit != (if any($findings[]; grave) then 1 elif $doc.coverage.complete == false then 3 else 0 end)
         and ($meta.exit == 3 and $findings != [] | not)
       then "exit:" + ($meta.exit | tostring) else empty end),
      (if blind != [] and $look != "one" then $doc | blind_faults
       elif $doc.coverage.complete then empty else "incomplete" end) ];

def missing_victims($expect):
  select(blind | index("calls") | not)
  | [.findings[]?.victims[]?] as $seen
  | [$expect.victims[]? | . as $v
     | select([$seen[] | select((.process | process_is($v.process)) and .call == $v.call and .errno == $v.errno)] == [])
     | "no-victim:" + $v.process];

($doc | first) as $d
| if ($d | type) != "object" then
    {cells: [$expect.roots[]? | {label: .id, got: "!", confidence: "-", status: "miss"}], faults: ["no-json:exit " + ($meta.exit | tostring)], ms: $meta.ms}
  else
    {cells: (if ($expect.roots // []) == [] then
               [($d.findings // [] | first) as $f | {label: "healthy", got: ($f.id // "-"), confidence: ($f.confidence // "-"),
                 status: (if any($d.findings[]?; grave) then "wrong" else "ok" end)}]
             else
               [range($expect.roots | length) as $i
                | ($meta.before[$i]? // $expect.roots[$i].count) as $a | ($meta.after[$i]? // $expect.roots[$i].count) as $b
                | $d.findings | cell($expect.roots[$i]; other_ids($expect.roots; $i); [$expect.effects[]?.id]; ([$a, $b] | min); ([$a, $b] | max))]
             end),
     faults: (($d | page_faults($expect; $meta)) + (if $look == "one" then [] else ([$d | missing_victims($expect)] | add // []) end)),
     ms: $meta.ms}
  end
