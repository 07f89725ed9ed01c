"""Asks for many rows and reads the first of them. usage: unread_rows.py HOST PORT COUNT"""
import sys
import time

import pymysql
import pymysql.cursors

kept = []
for _ in range(int(sys.argv[3])):
    connection = pymysql.connect(host=sys.argv[1], port=int(sys.argv[2]), user="root", database="mysql", cursorclass=pymysql.cursors.SSCursor)
    cursor = connection.cursor()
    cursor.execute("select repeat('x', 1000) from seq_1_to_1000000")
    kept.append((connection, cursor, cursor.fetchone()))
time.sleep(1000)
