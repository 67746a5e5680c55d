package io.vmessproxy.client.fault;

import static io.vmessproxy.client.fault.FaultBench.loopback;
import static io.vmessproxy.client.fault.FaultBench.server;
import static java.nio.charset.StandardCharsets.US_ASCII;

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
        target("target resets", bench -> bench.listening(RawServer::reset)),
        forCheck(
            "target is silent",
            Failure.TARGET,
            "an application waits for its target as long as it likes",
            RawServer::readAll),
        forCheck(
            "target does not speak HTTP",
            Failure.TARGET,
            "what a target says is for the application",
            answering("SSH-2.0-OpenSSH_9.2p1\r\n")),
        page("a page comes instead of the answer", "HTTP/1.1 200 OK\r\n\r\n<title>Renew</title>"),
        page("target is forbidden", "HTTP/1.1 403 Forbidden\r\n\r\n"));
  }

  private static Fault page(String name, String answer) {
    return forCheck(
        name,
        Failure.QUOTA_PAGE,
        "an application gets the page, and nothing tells that it is not the target's",
        answering(answer));
  }

  private static Fault forCheck(
      String name, Failure expected, String why, RawServer.Behaviour target) {
    return Fault.forCheck(
        name,
        expected,
        "target",
        why,
        bench -> Broken.of(server(bench.vmess(0, 0))).withTarget(bench.listening(target)));
  }

  private static RawServer.Behaviour answering(String answer) {
    return connection -> {
      RawServer.send(connection, answer.getBytes(US_ASCII));
      RawServer.finish(connection);
    };
  }

  private interface At {
    Destination start(FaultBench bench) throws IOException;
  }

  private static Fault target(String name, At at) {
    return new Fault(
        name,
        Failure.TARGET,
        "target",
        bench -> Broken.of(server(bench.vmess(0, 0))).withTarget(at.start(bench)));
  }

  private static Destination refusing() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return loopback(socket.getLocalPort());
    }
  }
}
