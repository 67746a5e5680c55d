package io.vmessproxy.client.fault;

import static io.vmessproxy.client.fault.FaultBench.loopback;
import static io.vmessproxy.client.fault.FaultBench.server;

import io.vmessproxy.client.fault.Fault.Broken;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** The server takes the user, and cannot reach the target. */
final class TargetFaults {
  private TargetFaults() {}

  static List<Fault> all() {
    return List.of(
        target("target refuses", bench -> refusing()),
        target(
            "target does not exist",
            bench -> new Destination(Address.of("no-such-host.invalid"), 80)),
        target(
            "target is unreachable", bench -> new Destination(Address.of("255.255.255.255"), 80)),
        target("target hangs up", bench -> bench.listening(Socket::close)),
        target("target resets", bench -> bench.listening(RawServer::reset)));
  }

  private interface At {
    Destination start(FaultBench bench) throws IOException;
  }

  private static Fault target(String name, At at) {
    return new Fault(
        name,
        Failure.TARGET,
        "target",
        bench -> new Broken(server(bench.vmess(0, 0)), null, at.start(bench)));
  }

  private static Destination refusing() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return loopback(socket.getLocalPort());
    }
  }
}
