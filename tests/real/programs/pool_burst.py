"""A pool of connections used in bursts: so many threads at once, then a pause longer than the server's idle timeout.

usage: pool_burst.py requests|redis|postgres|memcached|mysql [HOST:]PORT POOL_SIZE PAUSE_S
"""
import sys
import threading
import time

kind, target, size, pause = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
host, port = target.split(":") if ":" in target else ("127.0.0.1", target)
port = int(port)


def use_requests():
    import requests

    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_connections=2, pool_maxsize=size))
    return lambda: session.get(f"http://{host}:{port}/")


def use_redis():
    import redis

    client = redis.Redis(host, port, max_connections=size)
    return lambda: client.incr("visits")


def use_memcached():
    import pymemcache

    client = pymemcache.PooledClient((host, port), max_pool_size=size, ignore_exc=True)
    return lambda: client.set("key", "value")


def use_postgres():
    import psycopg2
    import psycopg2.pool

    pool = psycopg2.pool.ThreadedConnectionPool(1, size, host=host, port=port, user="postgres", dbname="postgres")
    pool.minconn = size  # keep what a burst has opened

    def query():
        connection = pool.getconn()
        try:
            with connection.cursor() as cursor:
                cursor.execute("select pg_sleep(0.05)")
            connection.rollback()
            pool.putconn(connection)
        except psycopg2.Error:
            pool.putconn(connection, close=True)

    return query


def use_mysql():
    import pymysql

    kept = []

    def query():
        connection = kept.pop() if kept else pymysql.connect(host=host, port=port, user="root")
        with connection.cursor() as cursor:
            cursor.execute("select sleep(0.05)")
        kept.append(connection)

    return query


use = {"requests": use_requests, "redis": use_redis, "memcached": use_memcached, "postgres": use_postgres,
       "mysql": use_mysql}[kind]()


def task(gate):
    gate.wait()
    for _ in range(3):
        try:
            use()
        except Exception as error:
            print(error)
        time.sleep(0.02)


while True:
    gate = threading.Barrier(size)
    threads = [threading.Thread(target=task, args=[gate]) for _ in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(pause)
