package io.vmessproxy.client.fault;

import static io.vmessproxy.client.fault.FaultBench.loopback;
import static io.vmessproxy.client.fault.FaultBench.server;

import io.vmessproxy.client.fault.Fault.Broken;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.SystemResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Between the name and the connection. */
final class ConnectFaults {
  /** More than the queue of a listener for one takes. */
  private static final int CLOG = 8;

  private ConnectFaults() {}

  static List<Fault> all() {
    return Stream.concat(everywhere(), hasIpv6() ? ipv6() : Stream.of()).toList();
  }

  private static boolean hasIpv6() {
    try {
      return closedPort("::1") > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Stream<Fault> ipv6() {
    return Stream.of(
        refused("port is closed, of IPv6", bench -> at("::1", closedPort("::1"))),
        unreachable("network is unreachable, of IPv6", "ff0e::1"));
  }

  private static Stream<Fault> everywhere() {
    return Stream.of(
        unresolved("name does not exist", bench -> at("no-such-host.invalid", 443)),
        unresolved(
            "name has a label that is too long", bench -> at("x".repeat(64) + ".invalid", 443)),
        unresolved("name server is silent", ConnectFaults::silentResolver),
        refused("port is closed", bench -> at("127.0.0.1", closedPort("127.0.0.1"))),
        refused("port is closed, of a name", bench -> at("localhost", closedPort("127.0.0.1"))),
        new Fault("SYN is dropped", Failure.TIMED_OUT, "connect", ConnectFaults::blackHole),
        unreachable("network is unreachable", "255.255.255.255"),
        new Fault(
            "machine has no IPv6",
            Failure.UNREACHABLE,
            "connect",
            bench -> failing(new IOException("connect: Cannot assign requested address"))),
        new Fault(
            "machine forbids it",
            Failure.UNREACHABLE,
            "connect",
            bench -> failing(new IOException("connect: Operation not permitted"))),
        new Fault("closes as it accepts", Failure.RESET, "connect", raw(java.net.Socket::close)),
        new Fault("resets as it accepts", Failure.RESET, "connect", raw(RawServer::reset)),
        new Fault(
            "connection is reset as it opens",
            Failure.RESET,
            "connect",
            bench -> failing(new IOException("Connection reset by peer"))));
  }

  private static Fault unresolved(String name, Fault.Injection injection) {
    return new Fault(name, Failure.UNRESOLVED, "resolve", injection);
  }

  private static Fault refused(String name, Fault.Injection injection) {
    return new Fault(name, Failure.REFUSED, "connect", injection);
  }

  private static Fault unreachable(String name, String host) {
    return new Fault(name, Failure.UNREACHABLE, "connect", bench -> at(host, 443));
  }

  private static Fault.Injection raw(RawServer.Behaviour behaviour) {
    return bench -> Broken.of(server(bench.listening(behaviour)));
  }

  private static Broken at(String host, int port) {
    return Broken.of(server(new Destination(Address.of(host), port)));
  }

  private static Broken failing(IOException failure) {
    OutboundTransport failing = loop -> loop.newFailedFuture(failure);
    return Broken.behind(server(loopback(443)), failing);
  }

  private static int closedPort(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    }
  }

  private static Broken silentResolver(FaultBench bench) {
    SystemResolver silent =
        bench.stopLater(
            new SystemResolver(
                host -> {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    // The bench is closed.
                  }
                  throw new UnknownHostException(host);
                }));
    Destination address = new Destination(Address.of("a.example"), 443);
    return new Broken(server(address), null, silent, Broken.TARGET);
  }

  /** A listener that accepts nobody and whose queue is full: the system drops what comes. */
  private static Broken blackHole(FaultBench bench) throws IOException {
    ServerSocket full = bench.stopLater(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    for (int i = 0; i < CLOG; i++) {
      SocketChannel waiting = bench.stopLater(SocketChannel.open());
      waiting.configureBlocking(false);
      waiting.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()));
    }
    return Broken.of(server(loopback(full.getLocalPort())));
  }
}
