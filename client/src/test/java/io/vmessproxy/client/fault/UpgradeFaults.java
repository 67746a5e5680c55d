package io.vmessproxy.client.fault;

import static io.vmessproxy.client.fault.FaultBench.USER;
import static io.vmessproxy.client.fault.FaultBench.server;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vmessproxy.client.fault.Fault.Broken;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.HttpHeader;
import io.vmessproxy.client.transport.TransportSettings.HttpUpgrade;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.UserId;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transports over HTTP/1.1, against our own servers and those of others. */
final class UpgradeFaults {
  private static final TransportSettings WS = ws("/ray", null);
  private static final TransportSettings EARLY =
      ws("/ray", new EarlyData(2048, EarlyData.USUAL_HEADER));
  private static final TransportSettings UPGRADE = new HttpUpgrade("/ray", null, Map.of());
  private static final TransportSettings HEADER = header("/ray");
  private static final int HOUR = 3600;
  private static final int DAY_AND_A_BIT = 86_400 + 4321;

  private UpgradeFaults() {}

  static List<Fault> all() {
    return List.of(
        path("ws, path is wrong", WS, ws("/other", null)),
        path("ws with early data, path is wrong", EARLY, ws("/other", null)),
        path("httpupgrade, path is wrong", UPGRADE, new HttpUpgrade("/other", null, Map.of())),
        path("http-header, path is wrong", HEADER, header("/other")),
        web("ws, a web site answers", WS, Failure.NOT_WEBSOCKET, "200 OK"),
        web("ws, a redirect answers", WS, Failure.NOT_WEBSOCKET, "302 Found\r\nLocation: /login"),
        web("ws, 400", WS, Failure.HTTP_STATUS, "400 Bad Request"),
        web("ws, 403 of a CDN", WS, Failure.HTTP_STATUS, "403 Forbidden\r\nServer: cloudflare"),
        web("ws, 404 of a web server", WS, Failure.WRONG_PATH, "404 Not Found\r\nServer: nginx"),
        web("ws, 502 of a proxy", WS, Failure.HTTP_STATUS, "502 Bad Gateway\r\nServer: nginx"),
        web("ws, 503 of a CDN", WS, Failure.HTTP_STATUS, "503 Service Unavailable"),
        web("ws, 521 of a CDN", WS, Failure.HTTP_STATUS, "521 Web server is down"),
        web("ws with early data, 502", EARLY, Failure.HTTP_STATUS, "502 Bad Gateway"),
        web("httpupgrade, a web site answers", UPGRADE, Failure.NOT_WEBSOCKET, "200 OK"),
        web("http-header, 502 of a proxy", HEADER, Failure.HTTP_STATUS, "502 Bad Gateway"),
        web(
            "ws, upgraded by another key",
            WS,
            Failure.TRANSPORT,
            "101 Switching Protocols\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm9wZQ=="),
        raw("ws, silent", WS, Failure.TIMED_OUT, RawServer::readAll),
        raw("ws with early data, silent", EARLY, Failure.TIMED_OUT, RawServer::readAll),
        raw("httpupgrade, silent", UPGRADE, Failure.TIMED_OUT, RawServer::readAll),
        raw("ws, closed", WS, Failure.RESET, UpgradeFaults::hangUp),
        raw("ws with early data, closed", EARLY, Failure.RESET, UpgradeFaults::hangUp),
        raw("ws, an SSH server", WS, Failure.TRANSPORT, UpgradeFaults::greet),
        raw("http-header, an SSH server", HEADER, Failure.TRANSPORT, UpgradeFaults::greet),
        unknown("ws, user is unknown", WS),
        unknown("ws with early data, user is unknown", EARLY),
        unknown("http-header, user is unknown", HEADER),
        unknown("httpupgrade, user is unknown", UPGRADE),
        form("ws, has no alterId, and we have one", 0, 64),
        form("ws, has a smaller alterId", 2, 65_535),
        clock("ws, an hour ahead", HOUR, false),
        clock("ws, an hour ahead, as its date says", HOUR, true),
        clock("ws, a day ahead, as its date says", DAY_AND_A_BIT, true));
  }

  private static TransportSettings ws(String path, @Nullable EarlyData early) {
    return new WebSocket(path, null, Map.of(), early);
  }

  private static TransportSettings header(String path) {
    return new HttpHeader("GET", List.of(path), Map.of());
  }

  private static Fault path(String name, TransportSettings ours, TransportSettings theirs) {
    return new Fault(
        name,
        Failure.WRONG_PATH,
        ours.name(),
        bench -> Broken.of(server(bench.vmess(theirs)), ours));
  }

  private static Fault web(
      String name, TransportSettings ours, Failure expected, String statusAndHeaders) {
    String answer = "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n".formatted(statusAndHeaders);
    return raw(
        name,
        ours,
        expected,
        connection -> {
          readHead(connection.getInputStream());
          RawServer.send(connection, answer.getBytes(ISO_8859_1));
          RawServer.readAll(connection);
        });
  }

  private static Fault raw(
      String name, TransportSettings ours, Failure expected, RawServer.Behaviour behaviour) {
    return new Fault(
        name, expected, ours.name(), bench -> Broken.of(server(bench.listening(behaviour)), ours));
  }

  private static void hangUp(Socket connection) throws IOException {
    readHead(connection.getInputStream());
    connection.close();
  }

  private static void greet(Socket connection) throws IOException {
    RawServer.send(connection, "SSH-2.0-OpenSSH_9.2p1\r\n".getBytes(ISO_8859_1));
    RawServer.readAll(connection);
  }

  private static Fault unknown(String name, TransportSettings both) {
    return new Fault(
        name,
        Failure.UNKNOWN_USER,
        "vmess",
        bench -> Broken.of(server(bench.vmess(both), UserId.random(bench.random()), 0), both));
  }

  private static Fault form(String name, int theirs, int ours) {
    return new Fault(
        name,
        Failure.HEADER_FORM,
        "vmess",
        bench ->
            Broken.of(
                server(bench.vmess(theirs, 0, Transports.inbound(WS, null)), USER, ours), WS));
  }

  private static Fault clock(String name, int ahead, boolean dated) {
    return new Fault(
        name,
        Failure.CLOCK,
        "vmess",
        bench -> {
          Destination server = bench.vmess(0, ahead, Transports.inbound(WS, null));
          Destination met =
              dated ? bench.listening(one -> passDated(bench, one, server, ahead)) : server;
          return Broken.of(server(met), WS);
        });
  }

  /** A machine whose web server and VMess server go by one clock. */
  private static void passDated(FaultBench bench, Socket connection, Destination server, int ahead)
      throws IOException {
    Socket behind = bench.stopLater(new Socket(InetAddress.getLoopbackAddress(), server.port()));
    RawServer.inBackground(() -> connection.getInputStream().transferTo(behind.getOutputStream()));
    String head = readHead(behind.getInputStream()).replaceAll("(?i)\r\nDate: [^\r]*", "");
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plusSeconds(ahead).atOffset(ZoneOffset.UTC));
    RawServer.send(
        connection,
        head.replaceFirst("\r\n\r\n$", "\r\nDate: " + date + "\r\n\r\n").getBytes(ISO_8859_1));
    behind.getInputStream().transferTo(connection.getOutputStream());
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int read = in.read();
    while (read >= 0) {
      head.append((char) read);
      if (head.toString().endsWith("\r\n\r\n")) {
        break;
      }
      read = in.read();
    }
    return head.toString();
  }
}
