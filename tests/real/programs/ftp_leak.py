"""Fetches a file by FTP again and again, and keeps each data connection. usage: ftp_leak.py HOST PORT FILE PER_SECOND"""
import ftplib
import sys
import time

host, port, name, per_second = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
kept = []
session = ftplib.FTP()
session.connect(host, port)
session.login()
while True:
    data = session.transfercmd("RETR " + name)
    while data.recv(65536):
        pass
    session.voidresp()
    kept.append(data)
    time.sleep(1 / per_second)
