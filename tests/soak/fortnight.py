"""gen.py FOLDER EMPTY: 14 days of history, of 200 programs and 3,000 findings, in files like EMPTY, a day's own."""
import datetime
import random
import shutil
import sqlite3
import sys
folder, empty = sys.argv[1:]
random.seed(14)
day = 86400000
now = int(datetime.datetime.utcnow().timestamp() * 1000)
src = sqlite3.connect(empty)
image = src.execute("select bytes, image from moment limit 1").fetchone()
states = src.execute("select states from look limit 1").fetchone()[0]
for back in range(14):
    midnight = now // day * day - back * day
    name = folder + "/" + datetime.datetime.utcfromtimestamp(midnight / 1000).strftime("%Y-%m-%d") + ".unfin"
    shutil.copy(empty, name)
    db = sqlite3.connect(name)
    for t in ("look", "finding", "point", "failure", '"release"', "beside", "note", "moment"): db.execute("delete from " + t)
    end = min(midnight + day, now)
    for at in range(midnight, end, 60000):
        db.execute("insert into look values (?,?,6,'here','b','0.1.0',10000,9000,1,'[]',400,400,'ok',?)", (at, at + 50000, states))
    for at in range(midnight, end, 600000):
        db.execute("insert into moment values (?,?,?,?)", (at, "every 10 minutes", *image))
    for r in range(10): db.execute('insert into "release" values (?,?,?,1,?,?,?)', (r + 1, random.randrange(midnight, end), "p%d" % r, "another build", "a", "b"))
    for f in range(1, 215):
        p = random.randrange(200); first = random.randrange(midnight, end); last = min(first + random.randrange(3600000), end)
        db.execute("insert into finding (finding,key,id,title,first_ms,last_ms,ended_ms,openings,before,severity,highest,confidence,count,count_max,oldest_ms,peer,pid,started_ms,comm,cmdline,exe,user,subject_netns)"
            " values (?,?,?,?,?,?,?,1,0,?,?,1,?,?,9,'10.0.0.1:80',?,1,?,'p --serve','/usr/bin/p','root',4026531840)",
            (f, "never-closed net:[4026531840] /usr/bin/p%d 10.0.0.%d:80" % (p, f), "never-closed", "t", first, last, last, f % 3, f % 3, 0, f, 1000 + p, "p%d" % p))
        for i in range(60): db.execute("insert or ignore into point values (?,?,?,1)", (f, first + i * (last - first) // 60, i))
        if f % 4 == 0: db.execute("insert into failure values (?,'victim','v --x',7,'connect','EADDRNOTAVAIL','10.0.0.1:80',9,?,?)", (f, first, last))
        if f % 5 == 0: db.execute("insert into beside values (?,?)", (f, f % 10 + 1))
    db.commit(); db.execute("pragma journal_mode=delete"); db.close()
