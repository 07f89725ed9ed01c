"""A Twisted server that lets its clients half-close, and never hangs up on those that did. usage: twisted_forgetful.py PORT"""
import sys

from twisted.internet import interfaces, protocol, reactor
from zope.interface import implementer


clients = []  # else the collector closes what nobody refers to


@implementer(interfaces.IHalfCloseableProtocol)
class Answer(protocol.Protocol):
    def connectionMade(self):
        clients.append(self)

    def dataReceived(self, data):
        self.transport.write(b"got " + data)

    def readConnectionLost(self):
        pass  # here loseConnection() is missing

    def writeConnectionLost(self):
        pass


factory = protocol.Factory()
factory.protocol = Answer
reactor.listenTCP(int(sys.argv[1]), factory, interface="127.0.0.1")
reactor.run()
