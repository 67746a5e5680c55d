package io.vmessproxy.client.fault;

import static io.vmessproxy.client.fault.FaultBench.USER;
import static io.vmessproxy.client.fault.FaultBench.server;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.fault.Fault.Broken;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.AuthId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** A server that stands, but does not take our header. */
final class UserFaults {
  private static final String VMESS = "vmess";
  private static final int DAY_AND_A_BIT = 86_400 + 4321;

  private UserFaults() {}

  static List<Fault> all() {
    return List.of(
        unknown("does not read", bench -> bench.listening(connection -> {}), 0),
        unknown("reads and is silent", bench -> bench.listening(RawServer::readAll), 0),
        unknown("does not know the id", bench -> bench.vmess(0, 0), 0),
        unknown("does not know the id, legacy", bench -> bench.vmess(4, 0), 4),
        form("has no alterId, and we have one", bench -> bench.vmess(0, 0), 64),
        form("has a smaller alterId", bench -> bench.vmess(2, 0), 65_535),
        form("has an alterId, and we have none", UserFaults::legacyOnly, 0),
        clock("is 282 s ahead", 282, 0),
        clock("is 282 s behind", -282, 0),
        clock("is an hour ahead", 3600, 0),
        clock("is an hour behind, legacy", -3600, 2),
        clock("is eight hours ahead", 28_800, 0),
        new Fault(
            "is a day ahead, as the transport says",
            Failure.CLOCK,
            VMESS,
            bench -> dated(bench, bench.vmess(0, DAY_AND_A_BIT))));
  }

  /** Where the server is. */
  private interface At {
    Destination start(FaultBench bench) throws IOException;
  }

  private static Fault unknown(String name, At at, int alterId) {
    return new Fault(
        name,
        Failure.UNKNOWN_USER,
        VMESS,
        bench -> Broken.of(server(at.start(bench), UserId.random(bench.random()), alterId)));
  }

  private static Fault form(String name, At at, int alterId) {
    return new Fault(
        name,
        Failure.HEADER_FORM,
        VMESS,
        bench -> Broken.of(server(at.start(bench), USER, alterId)));
  }

  private static Fault clock(String name, int seconds, int alterId) {
    return new Fault(
        name,
        Failure.CLOCK,
        VMESS,
        bench -> Broken.of(server(bench.vmess(alterId, seconds), USER, alterId)));
  }

  /** As servers were before there was another form: what is sealed in it is noise to them. */
  private static Destination legacyOnly(FaultBench bench) throws IOException {
    Destination behind = bench.vmess(64, 0);
    CommandKey key = CommandKey.of(USER);
    return bench.listening(
        connection -> {
          byte[] auth = connection.getInputStream().readNBytes(AuthId.BYTES);
          if (auth.length == AuthId.BYTES && AuthId.open(key, auth).isEmpty()) {
            pass(connection, auth, bench.stopLater(socket(behind)));
          } else {
            RawServer.readAll(connection);
          }
        });
  }

  private static Socket socket(Destination server) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  private static void pass(Socket connection, byte[] first, Socket server) throws IOException {
    RawServer.send(server, first);
    RawServer.inBackground(() -> server.getInputStream().transferTo(connection.getOutputStream()));
    connection.getInputStream().transferTo(server.getOutputStream());
  }

  private static Broken dated(FaultBench bench, Destination server) {
    OutboundTransport tcp = bench.tcp(server);
    OutboundTransport dated =
        loop -> {
          Future<Channel> opening = tcp.open(loop);
          opening.addListener(
              opened ->
                  ServerDate.note(
                      opening.getNow(),
                      DateTimeFormatter.RFC_1123_DATE_TIME.format(
                          Instant.now().plusSeconds(DAY_AND_A_BIT).atOffset(ZoneOffset.UTC))));
          return opening;
        };
    return Broken.behind(server(server), dated);
  }
}
