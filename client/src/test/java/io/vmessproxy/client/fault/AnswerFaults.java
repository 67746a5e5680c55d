package io.vmessproxy.client.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vmessproxy.client.fault.Fault.Broken;
import io.vmessproxy.client.session.Failure;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;

/** What answers our header in something else than VMess, or closes. */
final class AnswerFaults {
  private static final String VMESS = "vmess";
  private static final byte[] TLS_ALERT = HexFormat.of().parseHex("15030100020246");
  private static final byte[] TLS_1_2_ALERT = HexFormat.of().parseHex("15030300020228");
  private static final byte[] HTTP2_PREFACE =
      HexFormat.of().parseHex("000006040000000000000400001000");
  private static final byte[] NOISE = HexFormat.of().parseHex("8f".repeat(100));

  private AnswerFaults() {}

  static List<Fault> all() {
    return List.of(
        closes("closes behind the header", Socket::close),
        closes("resets behind the header", RawServer::reset),
        says("answers a TLS alert", Failure.PLAIN_TO_TLS, TLS_ALERT),
        says("answers a TLS 1.2 alert", Failure.PLAIN_TO_TLS, TLS_1_2_ALERT),
        stays("answers a TLS alert and stays", Failure.PLAIN_TO_TLS, TLS_ALERT),
        says(
            "answers HTTP 400",
            Failure.HTTP_STATUS,
            text("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html>no</html>")),
        says(
            "answers HTTP 400 of a port for HTTPS",
            Failure.PLAIN_TO_TLS,
            text(
                "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<title>400 The plain HTTP request"
                    + " was sent to HTTPS port</title>")),
        says("answers HTTP 404", Failure.HTTP_STATUS, text("HTTP/1.1 404 Not Found\r\n\r\n")),
        stays(
            "answers HTTP 502 and stays",
            Failure.HTTP_STATUS,
            text("HTTP/1.1 502 Bad Gateway\r\n\r\n")),
        stays("answers an SSH banner", Failure.TRANSPORT, text("SSH-2.0-OpenSSH_9.2p1\r\n")),
        greets("greets as an SMTP server", text("220 a.example ESMTP\r\n")),
        greets("greets shortly", text("220 ok\r\n")),
        says("answers as an HTTP/2 server", Failure.TRANSPORT, HTTP2_PREFACE),
        says("answers noise", Failure.TRANSPORT, NOISE),
        stays("answers noise and stays", Failure.TRANSPORT, NOISE),
        says("answers a cut response header", Failure.TRANSPORT, new byte[10]),
        new Fault(
            "answers with the wrong authentication byte",
            Failure.TRANSPORT,
            VMESS,
            bench -> Broken.of(FaultBench.server(bench.listening(new WrongAnswer())))));
  }

  private static Fault closes(String name, RawServer.Behaviour end) {
    return raw(
        name,
        Failure.REJECTED,
        connection -> {
          RawServer.readHeader(connection);
          end.meet(connection);
        });
  }

  private static Fault says(String name, Failure expected, byte[] answer) {
    return raw(
        name,
        expected,
        connection -> {
          RawServer.readHeader(connection);
          RawServer.send(connection, answer);
          RawServer.finish(connection);
        });
  }

  private static Fault stays(String name, Failure expected, byte[] answer) {
    return raw(
        name,
        expected,
        connection -> {
          RawServer.readHeader(connection);
          RawServer.send(connection, answer);
          RawServer.readAll(connection);
        });
  }

  private static Fault greets(String name, byte[] greeting) {
    return raw(
        name,
        Failure.TRANSPORT,
        connection -> {
          RawServer.send(connection, greeting);
          RawServer.readAll(connection);
        });
  }

  private static Fault raw(String name, Failure expected, RawServer.Behaviour behaviour) {
    return new Fault(
        name, expected, VMESS, bench -> Broken.of(FaultBench.server(bench.listening(behaviour))));
  }

  private static byte[] text(String text) {
    return text.getBytes(US_ASCII);
  }
}
