# The more is watched, the surer. In: looks [{look, exit, doc}] of one fault, in the order of what they saw; out: where that
# is not so, as texts. A later look may say less only if it says why: it excludes what was said before, it has another cause
# to name that the earlier one did not know of, or (of a severity alone) its forecast or the reason for having none.

def rank($words): . as $word | $words | index($word) // 0;
def confidence: .confidence | rank(["possible", "likely", "certain"]);
def severity: .severity | rank(["info", "warning", "critical"]);
def grave: severity > 0;
def sure: confidence > 0;
def process: .subject | if . then [.comm, .pid] else null end;

# What the later look says of the same: by key; else of the same process; else of the same cause without one.
def same($findings): . as $f
  | first(($findings[] | select(.key == $f.key)), ($findings[] | select(.subject != null and process == ($f | process))),
          ($findings[] | select(.id == $f.id)), null);

def says_why($f):
  . as $later
  | any($later.excluded[]?; .id == $f.id)
    or any($later.alternatives[]?.id; . as $id | $id != $f.id and ([$f.alternatives[]?.id] | index($id) | not));

# A candidate that becomes another of its own alternatives was open, and is settled now.
def settles($f): . as $later | $f.confidence == "possible" and any($f.alternatives[]?; .id == $later.id);

def told($f): "\($f.id) \($f.confidence) \($f.severity)";

def step($a; $b):
  "\($a.look) \(told($b[0])), \($b[1].look) \(if $b[2] then told($b[2]) else "nothing" end)";

def less($a; $b):
  $a.doc.findings[] as $f
  | ($f | same($b.doc.findings)) as $g
  | if $g == null then select($f | sure or grave) | step($a; [$f, $b, null])
    elif $g.id != $f.id then select($g | (settles($f) or says_why($f)) | not) | select($f | sure or grave) | step($a; [$f, $b, $g])
    elif ($g | confidence) < ($f | confidence) then select($g | says_why($f) | not) | step($a; [$f, $b, $g])
    elif ($g | severity) < ($f | severity) then select($g.eta == null and ($g.eta_why // "") == "" and ($g | says_why($f) | not)) | step($a; [$f, $b, $g])
    else empty end;

def victims: [.findings[]?.victims[]? | "\(.process.comm) \(.call) \(.errno)"];
def lost_victims($a; $b): ($a.doc | victims) - ($b.doc | victims) | unique[] | "\($a.look) saw \(.), \($b.look) did not";

# "1.5s", "2m" and a bare number of seconds
def seconds: capture("^(?<n>[0-9.]+)(?<unit>ms|s|m|h)?$") | (.n | tonumber) * ({"ms": 0.001, "s": 1, "m": 60, "h": 3600}[.unit // "s"]);
def watched_s: {"one": 0, "two": 2, "five": 5, "window": 10}[.look];

# What was just watched is no advice.
def asks_again: . as $look
  | .doc.findings[] | .id as $id | (.alternatives[]?.settled_by, .eta_why) | strings
  | capture("--window (?<time>[0-9.a-z]+)") | select((.time | seconds) <= ($look | watched_s))
  | "\($look.look) of \($id) asks for --window \(.time) again";

[ range(length - 1) as $i | .[$i] as $a | .[$i + 1] as $b | less($a; $b), lost_victims($a; $b) ] + [ .[] | asks_again ] | unique
